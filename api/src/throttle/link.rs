//! A connection to one Redis, or to all nodes of a cluster. Clones share it.

use deadpool_redis::redis::{
    Cmd, ErrorKind, FromRedisValue, Pipeline, RedisError, RedisResult, ServerErrorKind, Value,
    aio::MultiplexedConnection, cluster_async::ClusterConnection, cluster_routing::RoutingInfo,
    cluster_routing::SingleNodeRoutingInfo, cmd,
};

use super::script::{Call, RATE, TAKE};

#[derive(Clone)]
pub(super) enum Link {
    Node(MultiplexedConnection),
    Cluster(ClusterConnection),
}

impl Link {
    /// Asks the node that has the command's key.
    pub(super) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Node(node) => command.query_async(node).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }

    /// Asks one node, whichever it is.
    pub(super) async fn query_one<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Node(node) => command.query_async(node).await,
            Self::Cluster(cluster) => {
                let any = RoutingInfo::SingleNode(SingleNodeRoutingInfo::Random);
                let answer = cluster.route_command(command.clone(), any).await?;
                Ok(T::from_redis_value(answer)?)
            }
        }
    }

    /// Runs a script; in full when Redis has forgotten it (NOSCRIPT).
    pub(super) async fn run(&mut self, call: &Call) -> RedisResult<Value> {
        match self.query(&call.by_hash()).await {
            Err(error) if is_forgotten(&error) => self.query(&call.in_full()).await,
            answer => answer,
        }
    }

    /// Runs scripts in one round trip, one right after the other. On a cluster, all keys of
    /// all of them would have to share a hash tag.
    pub(super) async fn run_together(&mut self, calls: &[Call]) -> RedisResult<Vec<Value>> {
        let mut together = Pipeline::new();
        for call in calls {
            together.add_command(call.by_hash());
        }
        let answers = self.query_all(&together).await;
        match answers {
            Err(error) if is_forgotten(&error) => {
                self.load().await?;
                self.query_all(&together).await
            }
            answers => answers,
        }
    }

    async fn query_all<T: FromRedisValue>(&mut self, pipeline: &Pipeline) -> RedisResult<T> {
        match self {
            Self::Node(node) => pipeline.query_async(node).await,
            Self::Cluster(cluster) => pipeline.query_async(cluster).await,
        }
    }

    /// Has a Redis keep what runs together: of a pipeline, a part would have run when the
    /// rest is found forgotten. The nodes of a cluster, where nothing does, learn one by one.
    pub(super) async fn load(&mut self) -> RedisResult<()> {
        let Self::Node(node) = self else { return Ok(()) };
        let mut load = Pipeline::new();
        for program in [&TAKE, &RATE] {
            load.add_command(program.load()).ignore();
        }
        load.query_async(node).await
    }

    /// Whether it answers and takes writes.
    pub(super) async fn takes_writes(&mut self) -> RedisResult<bool> {
        match self {
            Self::Node(node) => {
                let role: Value = cmd("ROLE").query_async(node).await?;
                let replica = Value::BulkString(b"slave".to_vec());
                Ok(!matches!(role, Value::Array(parts) if parts.first() == Some(&replica)))
            }
            Self::Cluster(cluster) => {
                // Every primary answers, and they agree that the cluster is whole: a node
                // that knows of slots without a primary refuses keys.
                cmd("PING").query_async::<Value>(cluster).await?;
                cmd("EXISTS").arg("signpost:v1").query_async::<Value>(cluster).await?;
                Ok(true)
            }
        }
    }
}

/// Redis does not know the script, so nothing has run.
fn is_forgotten(error: &RedisError) -> bool {
    error.kind() == ErrorKind::Server(ServerErrorKind::NoScript)
}

/// Whether a connection is of no more use: broken, or to a primary that no longer is one.
pub(super) fn is_lost(error: &RedisError) -> bool {
    error.is_io_error()
        || error.is_unrecoverable_error()
        || matches!(
            error.kind(),
            ErrorKind::Server(ServerErrorKind::ReadOnly | ServerErrorKind::MasterDown)
        )
}
