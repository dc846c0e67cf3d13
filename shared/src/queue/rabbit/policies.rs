//! What endangers our queues and no client is told: policies, which operators set on names, and
//! nodes that are away.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{
    connect::Broker,
    management::{ManagementUrl, queues_of},
    topology::{DEAD, SEND, UNROUTED, limit, queues},
};
use crate::check::Line;

const CHECK: &str = "broker policies";
/// What a worker may hold a job for while relays are slow, in milliseconds.
const SLOWEST_JOB: u64 = 600_000;

/// What the policies do to each of our queues.
pub(super) async fn policies(broker: &Broker, url: Option<&ManagementUrl>) -> Vec<Line> {
    const COLUMNS: &str =
        "name,messages_ready,policy,operator_policy,effective_policy_definition,members,online";
    match queues_of(broker, url, COLUMNS).await {
        Ok(queues) => judged(&queues),
        Err(why) => vec![unseen(&why)],
    }
}

fn unseen(why: &str) -> Line {
    let advice = "only the management API tells: SIGNPOST_MANAGEMENT_URL names it (its user needs \
                  the tag monitoring); or look at `rabbitmqctl list_policies` yourself";
    Line::skipped(CHECK, why).advising(advice)
}

/// A queue, as far as a policy concerns it.
#[derive(Deserialize)]
struct Queue {
    name: String,
    #[serde(default)]
    messages_ready: u64,
    policy: Option<String>,
    operator_policy: Option<String>,
    /// An object; when there is no policy, an array with nothing in it.
    #[serde(default)]
    effective_policy_definition: Value,
    /// The nodes of a quorum queue, and those of them that are there.
    #[serde(default)]
    members: Vec<String>,
    #[serde(default)]
    online: Vec<String>,
}

fn judged(queues_there: &[Queue]) -> Vec<Line> {
    let ours = queues();
    let mut lines: Vec<_> = queues_there
        .iter()
        .filter(|queue| ours.contains(&queue.name))
        .flat_map(Queue::dangers)
        .collect();
    if lines.is_empty() {
        lines.push(Line::ok(CHECK, "none that endangers our queues"));
    }
    let lost = |queue: &&Queue| {
        ours.contains(&queue.name)
            && !queue.members.is_empty()
            && 2 * queue.online.len() <= queue.members.len()
    };
    // It is there, and its broker answers: nothing else tells.
    if let Some(Queue { name, members, online, .. }) = queues_there.iter().find(lost) {
        let found = format!(
            "{name} has lost its majority: {} of its {} nodes are there, and it takes no message",
            online.len(),
            members.len()
        );
        let advice = format!("start the others; `rabbitmq-queues quorum_status {name}`");
        lines.push(Line::fail("broker queues", found, advice));
    }
    lines
}

impl Queue {
    fn dangers(&self) -> Vec<Line> {
        let none = Map::new();
        let definition = self.effective_policy_definition.as_object().unwrap_or(&none);
        definition.iter().filter_map(|(key, value)| self.danger(key, value)).collect()
    }

    /// Of a number that both a policy and our argument give, the broker takes the lower; of
    /// `overflow` the policy's; of anything else, our argument.
    fn danger(&self, key: &str, value: &Value) -> Option<Line> {
        let (name, lower) = (self.name.as_str(), |argument| {
            let ours = limit(&self.name, argument);
            value.as_i64().is_some_and(|value| ours.is_none_or(|ours| value < ours))
        });
        let is_consumed = [SEND, UNROUTED].contains(&name);
        let (is_fatal, what) = match key {
            "expires" => (true, "deletes it with all that it holds when nobody consumes it"),
            "message-ttl" if lower("x-message-ttl") => match name {
                DEAD => (false, "deletes letters before their week is over"),
                _ if is_consumed => (true, "takes jobs out of the queue before a worker comes"),
                _ => (false, "brings failed jobs back early, so that attempts may run out"),
            },
            "overflow" if value != "reject-publish" && name != DEAD => (
                true,
                "drops jobs that were accepted when it is full, instead of refusing new ones",
            ),
            "max-length"
                if name == SEND
                    && value.as_u64().is_some_and(|most| self.messages_ready >= most) =>
            {
                (true, "refuses jobs: so many wait for a worker")
            }
            "max-length" | "max-length-bytes" if name == DEAD => {
                (false, "drops the oldest letters")
            }
            "max-length" | "max-length-bytes" if !is_consumed => {
                (true, "refuses jobs that wait for another attempt")
            }
            "consumer-timeout"
                if is_consumed && value.as_u64().is_some_and(|ms| ms < SLOWEST_JOB) =>
            {
                (false, "takes jobs from workers while a slow relay still has them: sent twice")
            }
            "delivery-limit" if lower("x-delivery-limit") => match name {
                DEAD => (true, "drops letters that are looked at"),
                _ if is_consumed => (false, "parks jobs after fewer interrupted deliveries"),
                _ => return None,
            },
            _ => return None,
        };
        let policies = [&self.policy, &self.operator_policy].map(|policy| policy.as_deref());
        let policies = policies.into_iter().flatten().filter(|policy| !policy.is_empty());
        let policies: Vec<_> = policies.collect();
        let found =
            format!("policy {} sets {key}={value} on {name}: it {what}", policies.join(" or "));
        let advice = "rabbitmqctl clear_policy (clear_operator_policy, if it is one), or have its \
                      pattern leave this queue out";
        Some(if is_fatal {
            Line::fail(CHECK, found, advice)
        } else {
            Line::warn(CHECK, found, advice)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::check::Status;

    #[test]
    fn a_queue_without_its_majority_is_told() {
        let lines = |online: &[&str]| {
            let queue = serde_json::json!({
                "name": SEND, "policy": null, "operator_policy": null,
                "members": ["a", "b", "c"], "online": online,
            });
            judged(&[serde_json::from_value(queue).unwrap()])
        };
        assert_eq!(lines(&["a", "b"]).len(), 1);
        let lost = &lines(&["a"])[1];
        assert_eq!(lost.status, Status::Fail);
        assert!(lost.found.contains("1 of its 3 nodes"), "{}", lost.found);
    }

    #[test]
    fn policies_are_told_by_what_they_do() {
        let told = |name: &str, definition: Value| {
            let queue = Queue {
                name: name.to_owned(),
                messages_ready: 1000,
                policy: Some("p".to_owned()),
                operator_policy: None,
                effective_policy_definition: definition,
                members: Vec::new(),
                online: Vec::new(),
            };
            judged(&[queue])[0].status
        };
        for (name, definition, expected) in [
            (SEND, serde_json::json!([]), Status::Ok),
            (SEND, serde_json::json!({"max-length": 1001}), Status::Ok),
            (SEND, serde_json::json!({"max-length": 1000}), Status::Fail),
            (SEND, serde_json::json!({"message-ttl": 1000}), Status::Fail),
            (SEND, serde_json::json!({"expires": 1000}), Status::Fail),
            (SEND, serde_json::json!({"overflow": "drop-head"}), Status::Fail),
            (SEND, serde_json::json!({"overflow": "reject-publish"}), Status::Ok),
            (DEAD, serde_json::json!({"overflow": "drop-head"}), Status::Ok),
            (SEND, serde_json::json!({"delivery-limit": 30}), Status::Ok),
            (SEND, serde_json::json!({"delivery-limit": 3}), Status::Warn),
            (SEND, serde_json::json!({"consumer-timeout": 10_000}), Status::Warn),
            (SEND, serde_json::json!({"consumer-timeout": 1_800_000}), Status::Ok),
            ("mail.v1.wait.5s", serde_json::json!({"message-ttl": 6000}), Status::Ok),
            ("mail.v1.wait.5s", serde_json::json!({"message-ttl": 1000}), Status::Warn),
            ("mail.v1.wait.5s", serde_json::json!({"max-length": 1000}), Status::Fail),
            (DEAD, serde_json::json!({"max-length": 1000}), Status::Warn),
            (DEAD, serde_json::json!({"delivery-limit": 20}), Status::Fail),
            ("theirs", serde_json::json!({"expires": 1}), Status::Ok),
        ] {
            assert_eq!(told(name, definition.clone()), expected, "{name} {definition}");
        }
    }
}
