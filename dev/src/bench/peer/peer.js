// What prototype.rs does, as it is written by hand for Node: Fastify, ioredis and amqplib.
'use strict';
const [port, redisUrl, amqpUrl, queue, take, check] = process.argv.slice(2);
const { Redis } = require('ioredis');
const amqp = require('amqplib');
const fastify = require('fastify')();

async function main() {
    const redis = new Redis(redisUrl);
    redis.defineCommand('take', { numberOfKeys: 2, lua: take });
    redis.defineCommand('check', { numberOfKeys: 1, lua: check });
    const connection = await amqp.connect(amqpUrl);
    const channels = [await connection.createConfirmChannel(), await connection.createConfirmChannel()];
    await channels[0].assertQueue(queue, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    let turn = 0;
    const publish = (body) =>
        new Promise((resolve, reject) => {
            channels[turn++ % 2].publish('', queue, Buffer.from(JSON.stringify(body)), { persistent: true },
                (error) => (error ? reject(error) : resolve()));
        });

    fastify.register(require('@fastify/formbody'));
    const path = '/plugin/datafor-auth/api/user';
    fastify.post(`${path}/sendRegisterCode`, async ({ body: { email, locale } }) => {
        if (!(await redis.take(`cooldown:${email}`, `day:${email}`))) return { code: 'send.later', success: false };
        await publish({ email, locale });
        return { success: true };
    });
    fastify.post(`${path}/verifyRegisterCode`, async ({ body: { email, code } }) => {
        const kept = await redis.hgetall(`code:${email}`);
        const verdict = await redis.check(`code:${email}`, kept.code === code ? 1 : 0);
        return verdict === 200 ? { success: true } : { code: String(verdict), success: false };
    });
    await fastify.listen({ host: '127.0.0.1', port: Number(port) });
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
