//! A connection to one Redis that writes the commands of many requests together.

use std::{io, sync::Arc};

use deadpool_redis::redis::{
    Cmd, FromRedisValue, Pipeline, RedisResult, Value, aio::MultiplexedConnection,
};
use signpost_shared::gather::Gathering;
use tokio::sync::oneshot;

/// The connection. Clones share it.
#[derive(Clone)]
pub(crate) struct Batched(Arc<Inner>);

struct Inner {
    node: MultiplexedConnection,
    asked: Gathering<Asked>,
}

struct Asked {
    command: Cmd,
    tell: oneshot::Sender<RedisResult<Value>>,
}

impl Batched {
    pub(super) fn over(node: MultiplexedConnection) -> Self {
        Self(Arc::new(Inner { node, asked: Gathering::default() }))
    }

    /// What Redis answers to one command.
    pub(super) async fn query<T: FromRedisValue>(&self, command: &Cmd) -> RedisResult<T> {
        let (tell, told) = oneshot::channel();
        if self.0.asked.add(Asked { command: command.clone(), tell }) {
            #[expect(clippy::disallowed_methods, reason = "whoever asked waits for it")]
            tokio::spawn(self.clone().ask_all());
        }
        let broken = io::Error::from(io::ErrorKind::BrokenPipe);
        Ok(T::from_redis_value(told.await.unwrap_or_else(|_| Err(broken.into()))?)?)
    }

    /// A task of its own, since it asks for others than who was first. They are answered together,
    /// and a connection that ends before the last answer answers none of them.
    async fn ask_all(self) {
        let (mut pipeline, mut asked) = (Pipeline::new(), Vec::new());
        for Asked { command, tell } in self.0.asked.all().await {
            pipeline.add_command(command);
            asked.push(tell);
        }
        let mut node = self.0.node.clone();
        let answers = match node.send_packed_commands(&pipeline, 0, asked.len()).await {
            // A command that was refused is an error of its own.
            Ok(answers) => answers.into_iter().map(Value::extract_error).collect(),
            Err(error) => vec![Err(error); asked.len()],
        };
        for (tell, answer) in asked.into_iter().zip(answers) {
            let _ = tell.send(answer);
        }
    }
}
