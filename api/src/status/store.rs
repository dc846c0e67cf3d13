//! Statuses in Redis: a hash for each address by its tag, and for each job the tag, so that both
//! can be asked for. Everything ends by itself.

use std::time::Duration;

use deadpool_redis::redis::{Cmd, FromRedisValue, RedisError, cmd};
use futures_util::future::try_join_all;
use signpost_shared::{
    clock::{Clock, millis},
    status::{State, Status},
    tag::AddressTag,
};
use uuid::Uuid;

use crate::throttle::{Link, RedisConnection, ThrottleError};

const NOTE: &str = include_str!("note.lua");
/// After any time, and a number that Lua can hold.
const LAST: u64 = 1 << 53;

/// Keeps statuses, and finds them again. Clones share a connection.
#[derive(Clone, Debug)]
pub struct Store {
    redis: RedisConnection,
    clock: Clock,
    kept: Duration,
}

impl Store {
    /// Keeps each for so long after its last change.
    pub fn new(redis: RedisConnection, clock: Clock, kept: Duration) -> Self {
        Self { redis, clock, kept }
    }

    /// Notes these. Whatever is noted twice is noted once.
    ///
    /// # Errors
    /// When Redis does not take one of them.
    pub async fn note(&self, statuses: &[Status]) -> Result<(), ThrottleError> {
        let now = self.clock.now().as_millis();
        let commands = statuses.iter().flat_map(|status| {
            // Workers' clocks may differ: that a relay has taken the mail is the last that there is
            // to say, as that it was accepted is the first.
            let order = match status.state {
                State::Accepted => 0,
                State::Relayed { .. } => LAST,
                _ => status.at.as_millis(),
            };
            let mut note = cmd("EVAL");
            note.arg(NOTE).arg(1).arg(of_address(status.tag)).arg(status.job.to_string());
            note.arg(order).arg(serde_json::to_string(status).unwrap_or_default());
            note.arg(now).arg(millis(self.kept));
            let mut point = cmd("SET");
            point.arg(of_job(status.job)).arg(status.tag.to_string());
            point.arg("PX").arg(millis(self.kept));
            [note, point]
        });
        // Written at once, and answered in one go.
        try_join_all(commands.map(|command| self.ask::<()>(command))).await.map(drop)
    }

    /// A job's.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn of_job(&self, job: Uuid) -> Result<Option<Status>, ThrottleError> {
        let tag: Option<String> = self.ask(command("GET", of_job(job))).await?;
        let Some(tag) = tag.and_then(|tag| tag.parse().ok()) else { return Ok(None) };
        let mut get = command("HGET", of_address(tag));
        get.arg(job.to_string());
        Ok(self.ask::<Option<String>>(get).await?.and_then(|kept| read(&kept)))
    }

    /// Those of an address, the oldest job first.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn of_tag(&self, tag: AddressTag) -> Result<Vec<Status>, ThrottleError> {
        let kept: Vec<String> = self.ask(command("HVALS", of_address(tag))).await?;
        let mut statuses: Vec<_> = kept.iter().filter_map(|kept| read(kept)).collect();
        statuses.sort_by_key(|status| status.job);
        Ok(statuses)
    }

    /// Forgets those of an address, and says how many there were.
    ///
    /// # Errors
    /// When Redis does not answer.
    pub async fn forget(&self, tag: AddressTag) -> Result<usize, ThrottleError> {
        let statuses = self.of_tag(tag).await?;
        let jobs = statuses.iter().map(|status| of_job(status.job));
        let forgotten =
            jobs.chain([of_address(tag)]).map(|key| self.ask::<()>(command("DEL", key)));
        try_join_all(forgotten).await?;
        Ok(statuses.len())
    }

    async fn ask<T: FromRedisValue>(&self, command: Cmd) -> Result<T, ThrottleError> {
        let asking = async |mut link: Link| -> Result<T, RedisError> { link.query(&command).await };
        Box::pin(self.redis.ask(asking)).await
    }
}

fn command(name: &str, key: String) -> Cmd {
    let mut command = cmd(name);
    command.arg(key);
    command
}

fn of_address(tag: AddressTag) -> String {
    format!("signpost:v4:{{{tag}}}:status")
}

fn of_job(job: Uuid) -> String {
    format!("signpost:v4:{{{job}}}:tag")
}

/// What stands behind the order and when it was noted.
fn read(kept: &str) -> Option<Status> {
    serde_json::from_str(&kept[kept.find('{')?..]).ok()
}

#[cfg(test)]
mod tests {
    use std::slice;

    use signpost_shared::reload::Files;

    use super::*;

    /// A store on the tests' Redis, its clock, and the tag of an address that nobody had before.
    fn store() -> (Store, Clock, AddressTag) {
        let url = std::env::var_os("REDIS_URL").expect("REDIS_URL is not set: run ./test");
        let redis = RedisConnection::new(url.to_str().unwrap(), None, &mut Files::default());
        let clock = Clock::system();
        let store = Store::new(redis.unwrap(), clock.clone(), Duration::from_secs(600));
        (store, clock, Uuid::new_v4().simple().to_string()[..16].parse().unwrap())
    }

    #[tokio::test]
    async fn that_a_relay_has_taken_the_mail_is_the_last_word_whatever_the_clocks() {
        let (store, clock, tag) = store();
        let job = Uuid::now_v7();
        let status = |state| Status { job, tag, at: clock.now(), state };
        let (reason, next) = (String::new(), "5s".to_owned());
        let waiting =
            || status(State::Waiting { attempt: 1, reason: reason.clone(), next: next.clone() });
        let (relay, reply) = ("a.example:25".to_owned(), "250".to_owned());
        let relayed = status(State::Relayed { attempt: 2, relay, reply });
        clock.advance(Duration::from_secs(10));
        store.note(&[waiting()]).await.unwrap();
        store.note(slice::from_ref(&relayed)).await.unwrap();
        clock.advance(Duration::from_secs(10));
        store.note(&[waiting()]).await.unwrap();
        assert_eq!(store.of_job(job).await.unwrap().unwrap().state, relayed.state);
        store.forget(tag).await.unwrap();
    }

    #[tokio::test]
    async fn what_leads_to_an_address_is_forgotten_with_it() {
        let (store, clock, tag) = store();
        let status = |job, state| Status { job, tag, at: clock.now(), state };
        let expired = || State::Expired { attempt: 1, reason: None };
        let (first, second) = (Uuid::now_v7(), Uuid::now_v7());
        store.note(&[status(first, State::Accepted)]).await.unwrap();
        clock.advance(Duration::from_secs(540));
        store.note(&[status(first, expired())]).await.unwrap();
        clock.advance(Duration::from_secs(120));
        store.note(&[status(second, expired())]).await.unwrap();
        assert_eq!(store.forget(tag).await.unwrap(), 2);
        let left: u64 = store.ask(command("EXISTS", of_job(first))).await.unwrap();
        assert_eq!(left, 0);
    }
}
