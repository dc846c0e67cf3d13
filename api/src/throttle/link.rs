//! A connection to one Redis, or to all nodes of a cluster. Clones share it.

use std::collections::BTreeMap;

use deadpool_redis::redis::{
    Cmd, ErrorKind, FromRedisValue, RedisError, RedisResult, ServerErrorKind, Value,
    cluster_async::ClusterConnection, cluster_routing::MultipleNodeRoutingInfo,
    cluster_routing::RoutingInfo, cmd,
};

use super::{batch::Batched, script::Call};

#[derive(Clone)]
pub(crate) enum Link {
    Node(Batched),
    Cluster(ClusterConnection),
}

impl Link {
    /// Asks the node that has the command's key.
    pub(crate) async fn query<T: FromRedisValue>(&mut self, command: &Cmd) -> RedisResult<T> {
        match self {
            Self::Node(node) => node.query(command).await,
            Self::Cluster(cluster) => command.query_async(cluster).await,
        }
    }

    /// Asks every primary, and says on a cluster which one it was.
    pub(super) async fn query_each<T: FromRedisValue>(
        &mut self,
        command: &Cmd,
    ) -> RedisResult<Vec<(Option<String>, T)>> {
        match self {
            Self::Node(node) => Ok(vec![(None, node.query(command).await?)]),
            Self::Cluster(cluster) => {
                let primaries = MultipleNodeRoutingInfo::AllMasters;
                let all = RoutingInfo::MultiNode((primaries, None));
                let answer = cluster.route_command(command.clone(), all).await?;
                let told = BTreeMap::<String, T>::from_redis_value(answer)?;
                Ok(told.into_iter().map(|(node, told)| (Some(node), told)).collect())
            }
        }
    }

    /// Runs a script; in full when Redis has forgotten it (NOSCRIPT).
    pub(super) async fn run(&mut self, call: &Call<'_>) -> RedisResult<Value> {
        match self.query(call.by_hash()).await {
            Err(error) if is_forgotten(&error) => self.query(&call.in_full()).await,
            answer => answer,
        }
    }

    /// On a cluster: every primary answers, and they agree that the cluster is whole, since a
    /// node that knows of slots without a primary refuses keys.
    pub(super) async fn is_whole(&mut self) -> RedisResult<()> {
        if let Self::Cluster(cluster) = self {
            cmd("PING").query_async::<Value>(cluster).await?;
            cmd("EXISTS").arg("signpost:v4:").query_async::<Value>(cluster).await?;
        }
        Ok(())
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

/// Whether Redis refused a command as a whole, so that nothing of it was done. A script that is
/// refused in the middle says where it was; of what refuses every write, that was the first.
pub(super) fn is_refused(error: &RedisError) -> bool {
    let in_the_middle = error.detail().is_some_and(|detail| detail.contains("user_script"));
    matches!(error.kind(), ErrorKind::Server(_) | ErrorKind::Extension)
        && (!in_the_middle
            || matches!(error.code(), Some("OOM" | "READONLY" | "NOREPLICAS" | "MISCONF")))
}
