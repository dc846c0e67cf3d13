//! The desk for dead letters: the real `signpost-worker dead` at the real broker.

use std::{collections::BTreeSet, process::Stdio};

use futures_util::StreamExt as _;
use lapin::{Connection, ConnectionProperties, options::BasicConsumeOptions, types::FieldTable};
use serde_json::Value;
use signpost_shared::{
    clock::{Clock, Timestamp},
    job::Job,
    lifecycle::Lifecycle,
    queue::{
        Message, Queue, Route,
        rabbit::{Broker, DEAD, Publisher, message_from},
    },
    tls,
};
use tokio::{io::AsyncWriteExt as _, process::Command};

use crate::{
    rig::{World, path_of, soon, until},
    settling::job,
};

mod keeping;
mod looking;
mod purging;
mod replaying;

/// How a command ended, and what it said.
#[derive(Debug)]
struct Said {
    status: Option<i32>,
    out: String,
    err: String,
}

impl Said {
    fn json(&self) -> Vec<Value> {
        self.out.lines().map(|line| serde_json::from_str(line).expect(line)).collect()
    }

    fn ids(&self) -> Vec<String> {
        let id = |row: Value| row["id"].as_str().unwrap().to_owned();
        self.json().into_iter().map(id).collect()
    }
}

/// A command of the desk that knows the broker and nothing else.
fn desk(url: &str, arguments: &[&str]) -> Command {
    command(&[&path_of("signpost-worker").to_string_lossy(), "dead"], url, arguments)
}

/// The same at a terminal.
fn desk_at_terminal(url: &str, arguments: &[&str]) -> Command {
    const PTY: &str =
        "import os, pty, sys; sys.exit(os.waitstatus_to_exitcode(pty.spawn(sys.argv[1:])))";
    let path = path_of("signpost-worker");
    let mut desk =
        command(&["python3", "-c", PTY, &path.to_string_lossy(), "dead"], url, arguments);
    desk.env("TERM", "xterm");
    desk
}

fn command(program: &[&str], url: &str, arguments: &[&str]) -> Command {
    let mut command = Command::new(program[0]);
    command
        .args(&program[1..])
        .args(arguments)
        .env_clear()
        .envs(std::env::vars_os().filter(|(name, _)| name == "PATH"))
        .env("SIGNPOST_AMQP_URL", url)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .kill_on_drop(true);
    command
}

async fn end(mut command: Command, input: Option<&str>) -> Said {
    if input.is_some() {
        command.stdin(Stdio::piped());
    }
    let mut child = command.spawn().expect("the binary is built");
    if let Some(input) = input {
        // Held open: a terminal does not hang up by itself.
        child.stdin.as_mut().unwrap().write_all(input.as_bytes()).await.unwrap();
    }
    let stdin = child.stdin.take();
    let output = soon("the desk to end", child.wait_with_output()).await.unwrap();
    drop(stdin);
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let (out, err) = (text(output.stdout), text(output.stderr));
    Said { status: output.status.code(), out, err }
}

async fn dead(world: &World, arguments: &[&str]) -> Said {
    let said = end(desk(&world.broker.url(), arguments), None).await;
    assert!(!format!("{said:?}").contains("jane"), "no address is ever told: {said:?}");
    said
}

/// Puts letters into the parking lot, as a worker does.
struct Parking {
    queue: Queue,
    lifecycle: Lifecycle,
}

impl Parking {
    async fn at(world: &World) -> Self {
        tls::install_provider();
        let lifecycle = Lifecycle::new();
        let broker = Broker::new(&world.broker.url(), None).unwrap();
        let publisher = Publisher::start(broker, "test", &lifecycle);
        soon("the publisher", publisher.connected()).await;
        Self { queue: Queue::Rabbit(publisher), lifecycle }
    }

    async fn park(&self, message: Message) {
        self.queue.publish(Route::Dead, message).await.unwrap();
    }

    /// Parks so many jobs whose codes end in so many seconds, and returns their ids.
    async fn park_jobs(&self, count: usize, reason: &str, seconds: i64) -> Vec<String> {
        let letters =
            (0..count).map(|n| letter(&job(&format!("jane{n}@a.example"), at(seconds)), reason));
        let letters: Vec<_> = letters.collect();
        let parked = letters.iter().map(|letter| self.park(letter.clone()));
        // One after another where order counts, together where there are many.
        if count > 10 {
            futures_util::future::join_all(parked).await;
        } else {
            for parked in parked {
                parked.await;
            }
        }
        letters.into_iter().filter_map(|letter| letter.id).collect()
    }
}

impl Drop for Parking {
    fn drop(&mut self) {
        self.lifecycle.stop();
    }
}

fn letter(job: &Job, reason: &str) -> Message {
    Message {
        body: job.encode(),
        id: Some(job.id.to_string()),
        attempt: 2,
        reason: Some(reason.to_owned()),
        dead_at: Some(at(-3700)),
        ..Message::default()
    }
}

fn at(seconds: i64) -> Timestamp {
    let now = Clock::system().now().as_millis();
    Timestamp::from_millis(now.checked_add_signed(seconds * 1000).unwrap())
}

async fn depth_is(world: &World, queue: &str, depth: u32) {
    let what = format!("{queue} has {depth}");
    until(&what, async || world.broker.depth(queue).await == depth).await;
}

/// Another connection's consumer of a queue.
async fn consumer(world: &World, queue: &str, no_ack: bool) -> (Connection, lapin::Consumer) {
    let url = world.broker.url();
    let connection = Connection::connect(&url, ConnectionProperties::default()).await.unwrap();
    let channel = connection.create_channel().await.unwrap();
    let options = BasicConsumeOptions { no_ack, ..BasicConsumeOptions::default() };
    let asked = channel.basic_consume(queue.into(), "test".into(), options, FieldTable::default());
    let consumer = asked.await.unwrap();
    (connection, consumer)
}

/// Takes so many messages and loses the connection: a desk or a worker that was killed.
pub(crate) async fn die_with(world: &World, queue: &str, count: u32) {
    depth_is(world, queue, count).await;
    let (connection, mut consumer) = consumer(world, queue, false).await;
    for _ in 0..count {
        soon("a message", consumer.next()).await.unwrap().unwrap();
    }
    connection.close(200, "".into()).await.unwrap();
}

/// Takes all that a queue holds.
async fn take_all(world: &World, queue: &str) -> Vec<Message> {
    let count = world.broker.depth(queue).await;
    let (connection, mut consumer) = consumer(world, queue, true).await;
    let mut messages = Vec::new();
    for _ in 0..count {
        let delivery = soon("a message", consumer.next()).await.unwrap().unwrap();
        messages.push(message_from(&delivery.properties, delivery.data));
    }
    connection.close(200, "".into()).await.unwrap();
    messages
}

fn ids_of(messages: &[Message]) -> BTreeSet<String> {
    messages.iter().filter_map(|message| message.id.clone()).collect()
}
