//! The same tests against all variants: Redis (`REDIS_URL`), Redis Cluster
//! (`REDIS_CLUSTER_URL`) and memory.

use std::{
    env,
    io::{Read as _, Write as _},
    net::{Shutdown, SocketAddr},
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    thread,
    time::Duration,
};

use futures_util::{StreamExt as _, stream};
use signpost_shared::{
    address::EmailAddress,
    clock::Clock,
    code::{Challenge, CodeKeys, Key, new_key},
    reload::Files,
};

use super::*;
use crate::{client::ClientNetwork, entered::Entered, test_codes::TestCodes};

const KEY: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

/// A throttle of its own: keys under a random address key, a clock that the test moves.
struct Bench {
    throttle: Throttle,
    clock: Clock,
}

fn limits(keys: &str) -> Limits {
    Limits {
        cooldown: Duration::from_secs(60),
        daily_cap: 10,
        code_ttl: Duration::from_secs(1800),
        digits: 6.try_into().unwrap(),
        tries: 5,
        code_keys: Arc::new(keys.parse::<CodeKeys>().unwrap()),
        daily_tries: 15,
        test_codes: TestCodes::default(),
        network: None,
        ceiling: None,
    }
}

fn redis(variable: &str, limits: Limits, address_key: &str, clock: &Clock) -> Throttle {
    let url = env::var_os(variable).unwrap_or_else(|| panic!("{variable} is not set: run ./test"));
    let connection =
        RedisConnection::new(url.to_str().unwrap(), None, &mut Files::default()).unwrap();
    let keys = AddressKeys::new(address_key.parse::<Key>().unwrap());
    Throttle::Redis(RedisThrottle::new(connection, limits, keys, clock.clone()))
}

fn all() -> [Bench; 3] {
    all_with(&limits(&format!("a:{KEY}")))
}

/// Those that know rates.
fn servers_with(limits: &Limits) -> [Bench; 2] {
    let [redis, cluster, _] = all_with(limits);
    [redis, cluster]
}

fn all_with(limits: &Limits) -> [Bench; 3] {
    let bench = |throttle: fn(Limits, &Clock) -> Throttle| {
        let clock = Clock::system();
        Bench { throttle: throttle(limits.clone(), &clock), clock }
    };
    [
        bench(|limits, clock| redis("REDIS_URL", limits, &new_key(), clock)),
        bench(|limits, clock| redis("REDIS_CLUSTER_URL", limits, &new_key(), clock)),
        bench(|limits, clock| Throttle::Memory(MemoryThrottle::new(limits, clock.clone()))),
    ]
}

impl Bench {
    async fn take(&self, address: &str) -> Decision {
        self.take_from(address, HERE).await
    }

    async fn take_from(&self, address: &str, network: &str) -> Decision {
        self.throttle.take(&claim(address, network)).await.unwrap()
    }

    async fn check(&self, address: &str, code: &str, consume: bool) -> Verdict {
        self.check_from(address, code, consume, HERE).await
    }

    async fn check_from(&self, address: &str, code: &str, consume: bool, network: &str) -> Verdict {
        self.check_as(&claim(address, network), code, consume).await
    }

    async fn check_as(&self, claim: &Claim, code: &str, consume: bool) -> Verdict {
        self.throttle.verify(claim, &Entered::parse(code), consume).await.unwrap()
    }

    fn code(&self, address: &str, challenge: &Challenge) -> String {
        let code = self.throttle.limits().code_keys.code(challenge, &parse(address));
        code.unwrap().expose().to_owned()
    }

    /// A code of six digits that is not the right one.
    fn wrong(&self, address: &str, challenge: &Challenge) -> String {
        let right: u32 = self.code(address, challenge).parse().unwrap();
        format!("{:06}", (right + 1) % 1_000_000)
    }

    async fn accepted(&self, address: &str) -> Accepted {
        let claim = claim(address, HERE);
        match self.throttle.take(&claim).await.unwrap() {
            Decision::Accepted(ticket) => Accepted { ticket, claim },
            refused => panic!("{address}: {refused:?}"),
        }
    }

    async fn release(&self, claim: &Claim, release: Release) -> bool {
        self.throttle.release(claim, release).await.unwrap()
    }
}

/// So many, a hundred at a time: all at once can't be answered in time on a machine under load.
async fn many<T>(count: usize, one: impl AsyncFn() -> T) -> Vec<T> {
    stream::iter(0..count).map(async |_| one().await).buffer_unordered(100).collect().await
}

const HERE: &str = "192.0.2.1";

/// What was accepted, and what gives it back.
#[derive(Debug)]
struct Accepted {
    ticket: Ticket,
    claim: Claim,
}

impl std::ops::Deref for Accepted {
    type Target = Ticket;

    fn deref(&self) -> &Ticket {
        &self.ticket
    }
}

fn claim(address: &str, network: &str) -> Claim {
    let network = ClientNetwork::of(network.parse().unwrap());
    Claim { address: parse(address), network, token: Uuid::now_v7() }
}

fn parse(address: &str) -> EmailAddress {
    EmailAddress::parse(address).unwrap()
}

fn is_about(duration: Duration, seconds: u64) -> bool {
    let expected = Duration::from_secs(seconds);
    duration <= expected && duration + Duration::from_secs(5) > expected
}

#[tokio::test]
async fn one_send_a_cooldown_whatever_the_spelling() {
    for bench in all() {
        bench.accepted("jane@bücher.example").await;
        for same in ["JANE@xn--bcher-kva.example", "jane+tag@bücher.example."] {
            match bench.take(same).await {
                Decision::Later(retry_after) => assert!(is_about(retry_after, 60)),
                other => panic!("{other:?}"),
            }
        }
        bench.accepted("john@bücher.example").await;
        bench.clock.advance(Duration::from_secs(61));
        bench.accepted("jane@bücher.example").await;
    }
}

#[tokio::test]
async fn a_day_is_24_hours_from_the_first_send() {
    for bench in all() {
        for _ in 0..10 {
            bench.accepted("jane@a.example").await;
            bench.clock.advance(Duration::from_secs(60));
        }
        match bench.take("jane@a.example").await {
            Decision::Limit(retry_after) => assert!(is_about(retry_after, 86_400 - 600)),
            other => panic!("{other:?}"),
        }
        bench.clock.advance(Duration::from_secs(86_400 - 600));
        bench.accepted("jane@a.example").await;
    }
}

#[tokio::test]
async fn what_is_given_back_can_be_taken_again() {
    let only = Some(a_minute(1, 1));
    let limits =
        Limits { network: only, ceiling: only, daily_cap: 1, ..limits(&format!("a:{KEY}")) };
    for bench in all_with(&limits) {
        let first = bench.accepted("jane@a.example").await;
        assert!(bench.release(&first.claim, Release::All).await);
        assert!(!bench.release(&first.claim, Release::All).await, "twice");
        let again = bench.accepted("jane@a.example").await;
        assert_eq!(again.challenge, first.challenge, "its code may have been mailed");
    }
}

#[tokio::test]
async fn a_mail_that_is_sent_after_all_keeps_the_days_count_and_nothing_else() {
    let only = Some(a_minute(1, 1));
    let limits =
        Limits { network: only, ceiling: only, daily_cap: 2, ..limits(&format!("a:{KEY}")) };
    for bench in all_with(&limits) {
        let taken = bench.accepted("jane@a.example").await.claim;
        bench.release(&taken, Release::All).await;
        bench.release(&taken, Release::Sent).await;
        bench.accepted("jane@a.example").await;
        bench.clock.advance(Duration::from_secs(61));
        assert!(matches!(bench.take("jane@a.example").await, Decision::Limit(_)));
    }
}

#[tokio::test]
async fn giving_back_never_touches_a_newer_request() {
    for bench in all() {
        let old = bench.accepted("jane@a.example").await.claim;
        bench.clock.advance(Duration::from_secs(60));
        bench.accepted("jane@a.example").await;
        assert!(!bench.release(&old, Release::All).await);
        assert!(matches!(bench.take("jane@a.example").await, Decision::Later(_)));
    }
}

/// One client hammers an address that waits, and takes nothing of what others share.
#[tokio::test]
async fn what_is_refused_takes_nothing_at_no_moment() {
    let limits = Limits { ceiling: Some(a_minute(60, 3)), ..limits(&format!("a:{KEY}")) };
    for bench in all_with(&limits) {
        bench.accepted("jane@a.example").await;
        let hammering = (0..500).map(async |_| {
            assert!(matches!(bench.take("jane@a.example").await, Decision::Later(_)));
        });
        let others = async {
            bench.accepted("john@a.example").await;
            bench.accepted("joan@a.example").await;
        };
        tokio::join!(futures_util::future::join_all(hammering), others);
    }
}

#[tokio::test]
async fn the_same_code_is_sent_again_while_half_of_its_time_is_left() {
    for bench in all() {
        let first = bench.accepted("jane@a.example").await.ticket.challenge;
        bench.clock.advance(Duration::from_secs(890));
        let again = bench.accepted("jane@a.example").await.ticket.challenge;
        assert_eq!(again, first, "same code, same expiry");
        bench.clock.advance(Duration::from_secs(60));
        let later = bench.accepted("jane@a.example").await;
        assert_ne!(later.challenge.id, first.id);
        let validity = later.challenge.expires_at.since(later.accepted_at);
        assert_eq!(validity, Duration::from_secs(1800));
        bench.clock.advance(Duration::from_secs(60));
        assert_eq!(bench.accepted("jane@a.example").await.ticket.challenge, later.challenge);
    }
}

#[tokio::test]
async fn a_tag_shares_the_throttle_but_not_the_challenge() {
    for bench in all() {
        let plain = bench.accepted("jane@a.example").await.ticket.challenge;
        bench.clock.advance(Duration::from_secs(60));
        assert_ne!(bench.accepted("jane+x@a.example").await.challenge.id, plain.id);
    }
}

#[tokio::test]
async fn a_code_whose_key_is_gone_is_not_sent_again() {
    let (clock, address_key) = (Clock::system(), new_key());
    let take = async |keys: &str| match redis("REDIS_URL", limits(keys), &address_key, &clock)
        .take(&claim("jane@a.example", HERE))
        .await
    {
        Ok(Decision::Accepted(ticket)) => {
            clock.advance(Duration::from_secs(60));
            ticket.challenge
        }
        other => panic!("{other:?}"),
    };
    let old = take(&format!("old:{KEY}")).await;
    assert_eq!(take(&format!("new:{KEY},old:{KEY}")).await, old, "still known");
    assert_eq!(take(&format!("new:{KEY}")).await.kid.as_str(), "new");
}

#[tokio::test]
async fn a_thousand_at_once_take_one() {
    for bench in all() {
        let decisions = many(1000, async || bench.take("jane@a.example").await).await;
        let accepted = decisions.iter().filter(|d| matches!(d, Decision::Accepted(_))).count();
        assert_eq!(accepted, 1);
    }
}

#[tokio::test]
async fn the_one_that_is_accepted_is_the_first_that_its_network_counts() {
    let network = Some(a_minute(10, 1));
    for bench in all_with(&Limits { network, ..limits(&format!("a:{KEY}")) }) {
        let decisions = many(1000, async || bench.take("jane@a.example").await).await;
        let accepted = decisions.iter().filter(|d| matches!(d, Decision::Accepted(_))).count();
        let later = decisions.iter().filter(|d| matches!(d, Decision::Later(_))).count();
        assert_eq!((accepted, later), (1, 999));
    }
}

#[tokio::test]
async fn scripts_that_were_flushed_are_loaded_again() {
    let [bench, ..] = all();
    bench.accepted("jane@a.example").await;
    let url = env::var_os("REDIS_URL").unwrap();
    let client = deadpool_redis::redis::Client::open(url.to_str().unwrap()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut flush = deadpool_redis::redis::cmd("SCRIPT");
    flush.arg("FLUSH").query_async::<()>(&mut connection).await.unwrap();
    bench.accepted("john@a.example").await;
}

#[tokio::test]
async fn redis_keeps_what_it_knows_for_as_long_as_it_counts() {
    let url = env::var_os("REDIS_URL").unwrap();
    let client = deadpool_redis::redis::Client::open(url.to_str().unwrap()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let hour = Duration::from_secs(3600);
    for (code_ttl, kept) in [(hour / 2, hour * 24), (hour * 48, hour * 48)] {
        let network = Some(a_minute(10, 3));
        let limits = Limits { code_ttl, network, ..limits(&format!("a:{KEY}")) };
        let [bench, ..] = all_with(&limits);
        let claim = bench.accepted("jane@a.example").await.claim;
        let Throttle::Redis(redis) = &bench.throttle else { panic!("it is the first") };
        let (address, _) = redis.0.keys.of(&claim.address);
        let network = redis.0.keys.of_lane(Lane::Send(claim.network));
        for (key, kept) in [(address, kept), (network, Duration::from_secs(6))] {
            let mut ask = deadpool_redis::redis::cmd("PTTL");
            ask.arg(key.to_string());
            let left: u64 = ask.query_async(&mut connection).await.unwrap();
            assert!(is_about(Duration::from_millis(left), kept.as_secs()), "{key}: {left} ms");
        }
    }
}

#[tokio::test]
async fn a_cooldown_of_zero_is_none() {
    for bench in all_with(&Limits { cooldown: Duration::ZERO, ..limits(&format!("a:{KEY}")) }) {
        bench.accepted("jane@a.example").await;
        bench.accepted("jane@a.example").await;
    }
}

#[tokio::test]
async fn a_request_that_arrives_after_it_was_given_up_takes_nothing() {
    for bench in servers_with(&limits(&format!("a:{KEY}"))) {
        let claim = claim("jane@a.example", HERE);
        assert!(!bench.release(&claim, Release::Void).await);
        assert!(bench.throttle.take(&claim).await.is_err());
        bench.accepted("jane@a.example").await;
    }
}

/// A connection to a cluster asks again when a node ends it without an answer.
#[tokio::test]
async fn a_request_that_redis_hears_twice_is_counted_once() {
    let limits = Limits { daily_cap: 1, daily_tries: 2, ..limits(&format!("a:{KEY}")) };
    for bench in servers_with(&limits) {
        let (address, send) = ("jane@a.example", claim("jane@a.example", HERE));
        let mut challenges = Vec::new();
        for _ in 0..2 {
            match bench.throttle.take(&send).await.unwrap() {
                Decision::Accepted(ticket) => challenges.push(ticket.challenge),
                refused => panic!("{refused:?}"),
            }
        }
        assert_eq!(challenges[0], challenges[1]);
        assert!(matches!(bench.take(address).await, Decision::Later(_)));
        assert!(bench.release(&send, Release::All).await);
        let challenge = bench.accepted(address).await.ticket.challenge;
        let (code, wrong) = (bench.code(address, &challenge), bench.wrong(address, &challenge));
        for (entered, consume, verdict) in
            [(&wrong, false, Verdict::Wrong), (&code, true, Verdict::Right)]
        {
            let check = claim(address, HERE);
            for _ in 0..3 {
                assert_eq!(bench.check_as(&check, entered, consume).await, verdict);
            }
        }
        assert_eq!(bench.check(address, &code, true).await, Verdict::NoCode);
    }
}

/// A way to this Redis that is closed instead of passing on the reply that the count comes to.
fn cut_at_reply(redis: SocketAddr, count: Arc<AtomicI64>) -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for client in listener.incoming() {
            let client = client.unwrap();
            let mut server = std::net::TcpStream::connect(redis).unwrap();
            let (mut asking, mut asked) =
                (client.try_clone().unwrap(), server.try_clone().unwrap());
            thread::spawn(move || std::io::copy(&mut asking, &mut asked));
            let (mut client, count, mut reply) = (client, Arc::clone(&count), vec![0; 65_536]);
            thread::spawn(move || {
                while let Ok(length @ 1..) = server.read(&mut reply) {
                    if count.fetch_sub(1, Ordering::SeqCst) == 1 {
                        return client.shutdown(Shutdown::Both);
                    }
                    client.write_all(&reply[..length])?;
                }
                Ok(())
            });
        }
    });
    address
}

#[tokio::test]
async fn a_check_whose_answer_was_lost_is_asked_for_again() {
    let url = env::var_os("REDIS_URL").expect("run ./test").into_string().unwrap();
    let server: SocketAddr = url.trim_start_matches("redis://").parse().unwrap();
    let count = Arc::new(AtomicI64::new(i64::MAX));
    let cut = format!("redis://{}", cut_at_reply(server, Arc::clone(&count)));
    let connection = RedisConnection::new(&cut, None, &mut Files::default()).unwrap();
    let keys = AddressKeys::new(new_key().parse().unwrap());
    let (limits, clock) = (limits(&format!("a:{KEY}")), Clock::system());
    let throttle = RedisThrottle::new(connection, limits, keys, clock.clone());
    let bench = Bench { throttle: Throttle::Redis(throttle), clock };
    let address = "jane@a.example";
    let challenge = bench.accepted(address).await.ticket.challenge;
    let code = bench.code(address, &challenge);
    // Redis knows both scripts from now on.
    let wrong = bench.wrong(address, &challenge);
    assert_eq!(bench.check(address, &wrong, true).await, Verdict::Wrong);
    // The first is what is read, the second what was decided.
    count.store(2, Ordering::SeqCst);
    assert_eq!(bench.check(address, &code, true).await, Verdict::Right);
    assert_eq!(count.load(Ordering::SeqCst).signum(), -1, "the answer was lost");
    assert_eq!(bench.check(address, &code, true).await, Verdict::NoCode);
}

#[tokio::test]
async fn whoever_must_wait_is_told_until_when_a_code_can_be_sent() {
    for bench in all_with(&Limits { daily_cap: 1, ..limits(&format!("a:{KEY}")) }) {
        let address = "jane@a.example";
        let challenge = bench.accepted(address).await.ticket.challenge;
        let wait = match bench.take(address).await {
            Decision::Later(retry_after) => retry_after,
            other => panic!("{other:?}"),
        };
        assert!(is_about(wait, 86_400), "{wait:?}");
        let wrong = bench.wrong(address, &challenge);
        for _ in 0..5 {
            assert_eq!(bench.check(address, &wrong, false).await, Verdict::Wrong);
        }
        bench.clock.advance(Duration::from_secs(61));
        match bench.check(address, &wrong, false).await {
            Verdict::Dead(retry_after) => {
                assert!(is_about(retry_after, 86_339), "{retry_after:?}");
            }
            other => panic!("{other:?}"),
        }
    }
}

/// One that was begun under a longer limit, or before a clock was set right.
#[tokio::test]
async fn a_cooldown_is_no_longer_than_one_that_begins_now() {
    let (address, key, clock) = ("jane@a.example", new_key(), Clock::system());
    let short = limits(&format!("a:{KEY}"));
    let long = Limits { cooldown: Duration::from_secs(600), ..short.clone() };
    let [before, after] = [long, short].map(|limits| redis("REDIS_URL", limits, &key, &clock));
    let take = async |throttle: &Throttle| throttle.take(&claim(address, HERE)).await.unwrap();
    assert!(matches!(take(&before).await, Decision::Accepted(_)));
    for left in [60, 30] {
        match take(&after).await {
            Decision::Later(retry_after) => assert!(is_about(retry_after, left), "{left}"),
            other => panic!("{other:?}"),
        }
        clock.advance(Duration::from_secs(30));
    }
    assert!(matches!(take(&after).await, Decision::Accepted(_)));
}

#[tokio::test]
async fn one_that_is_given_back_makes_room_for_one() {
    let only = Some(a_minute(1, 3));
    for bench in servers_with(&Limits { network: only, ..limits(&format!("a:{KEY}")) }) {
        let first = bench.accepted("a@a.example").await.claim;
        bench.accepted("b@a.example").await;
        bench.accepted("c@a.example").await;
        assert!(bench.release(&first, Release::All).await);
        bench.accepted("d@a.example").await;
        assert!(matches!(bench.take("e@a.example").await, Decision::NetworkLimit(_)));
    }
}

#[tokio::test]
async fn redis_away_is_an_error_and_soon() {
    // Bound and never accepted: a connection that gets no answer.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let connection = RedisConnection::new(&url, None, &mut Files::default()).unwrap();
    let keys = AddressKeys::new(KEY.parse().unwrap());
    let limits = limits(&format!("a:{KEY}"));
    let throttle = Throttle::Redis(RedisThrottle::new(connection, limits, keys, Clock::system()));
    let started = std::time::Instant::now();
    assert!(throttle.take(&claim("jane@a.example", HERE)).await.is_err());
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn redis_never_sees_an_address() {
    let keys = AddressKeys::new(KEY.parse().unwrap()).of(&parse("jane@a.example"));
    assert!(!format!("{keys:?}").contains("jane"));
}

#[tokio::test]
async fn a_right_code_is_right_until_it_is_used_up() {
    for bench in all() {
        let address = "jane@a.example";
        assert_eq!(bench.check(address, "012345", false).await, Verdict::NoCode);
        let challenge = bench.accepted(address).await.ticket.challenge;
        let code = bench.code(address, &challenge);
        assert_eq!(bench.check(address, &code, false).await, Verdict::Right);
        assert_eq!(bench.check("JANE@A.example.", &code, false).await, Verdict::Right);
        assert_eq!(bench.check("jane+x@a.example", &code, false).await, Verdict::NoCode);
        assert_eq!(bench.check(address, &code, true).await, Verdict::Right);
        assert_eq!(bench.check(address, &code, false).await, Verdict::NoCode);
        bench.clock.advance(Duration::from_secs(60));
        let next = bench.accepted(address).await.ticket.challenge;
        assert_ne!(next.id, challenge.id, "a used code is never sent again");
    }
}

#[tokio::test]
async fn a_code_works_until_its_own_expiry() {
    for bench in all() {
        let address = "jane@a.example";
        let first = bench.accepted(address).await.ticket.challenge;
        bench.clock.advance(Duration::from_secs(1000));
        let second = bench.accepted(address).await.ticket.challenge;
        assert_ne!(first.id, second.id);
        let (first, second) = (bench.code(address, &first), bench.code(address, &second));
        for code in [&first, &second] {
            assert_eq!(bench.check(address, code, false).await, Verdict::Right);
        }
        bench.clock.advance(Duration::from_secs(801));
        assert_eq!(bench.check(address, &first, false).await, Verdict::Wrong, "expired");
        assert_eq!(bench.check(address, &second, false).await, Verdict::Right);
        bench.clock.advance(Duration::from_secs(1000));
        assert_eq!(bench.check(address, &second, false).await, Verdict::NoCode);
    }
}

#[tokio::test]
async fn using_one_code_up_uses_up_all() {
    for bench in all() {
        let address = "jane@a.example";
        let first = bench.accepted(address).await.ticket.challenge;
        bench.clock.advance(Duration::from_secs(1000));
        let second = bench.accepted(address).await.ticket.challenge;
        let (first, second) = (bench.code(address, &first), bench.code(address, &second));
        assert_eq!(bench.check(address, &first, true).await, Verdict::Right);
        assert_eq!(bench.check(address, &second, true).await, Verdict::NoCode);
    }
}

#[tokio::test]
async fn five_wrong_tries_kill_a_code_and_the_next_request_makes_another() {
    for bench in all() {
        let address = "jane@a.example";
        let challenge = bench.accepted(address).await.ticket.challenge;
        let (code, wrong) = (bench.code(address, &challenge), bench.wrong(address, &challenge));
        for malformed in ["", "abc", "12345", "1234567"] {
            assert_eq!(bench.check(address, malformed, false).await, Verdict::Wrong, "no try");
        }
        for _ in 0..3 {
            assert_eq!(bench.check(address, &wrong, false).await, Verdict::Wrong);
        }
        assert_eq!(bench.check(address, &code, false).await, Verdict::Right, "no reset");
        bench.clock.advance(Duration::from_secs(60));
        let again = bench.accepted(address).await.ticket.challenge;
        assert_eq!(again.id, challenge.id, "the same code again, its tries kept");
        for _ in 0..2 {
            assert_eq!(bench.check(address, &wrong, false).await, Verdict::Wrong);
        }
        for dead in [&code, &wrong] {
            match bench.check(address, dead, true).await {
                Verdict::Dead(retry_after) => assert!(is_about(retry_after, 60)),
                other => panic!("{other:?}"),
            }
        }
        bench.clock.advance(Duration::from_secs(60));
        let next = bench.accepted(address).await.ticket.challenge;
        assert_ne!(next.id, challenge.id);
        let next = bench.code(address, &next);
        assert!(matches!(bench.check(address, &code, false).await, Verdict::Dead(_)));
        assert_eq!(bench.check(address, &next, false).await, Verdict::Right);
    }
}

#[tokio::test]
async fn a_days_wrong_tries_are_bounded_over_all_codes() {
    for bench in all() {
        let address = "jane@a.example";
        // A day begins with the first wrong one.
        let challenge = bench.accepted(address).await.ticket.challenge;
        let right = bench.code(address, &challenge);
        assert_eq!(bench.check(address, &right, false).await, Verdict::Right);
        bench.clock.advance(Duration::from_secs(23 * 3600));
        for _ in 0..3 {
            let challenge = bench.accepted(address).await.ticket.challenge;
            let wrong = bench.wrong(address, &challenge);
            for _ in 0..5 {
                assert_eq!(bench.check(address, &wrong, false).await, Verdict::Wrong);
            }
            bench.clock.advance(Duration::from_secs(60));
        }
        match bench.check(address, "012345", false).await {
            Verdict::Dead(retry_after) => assert!(is_about(retry_after, 86_400 - 180)),
            other => panic!("{other:?}"),
        }
        match bench.take(address).await {
            Decision::Limit(retry_after) => assert!(is_about(retry_after, 86_400 - 180)),
            other => panic!("{other:?}"),
        }
        bench.clock.advance(Duration::from_secs(86_400 - 180));
        bench.accepted(address).await;
    }
}

#[tokio::test]
async fn a_thousand_at_once_use_a_code_up_once() {
    for bench in all() {
        let challenge = bench.accepted("jane@a.example").await.ticket.challenge;
        let code = bench.code("jane@a.example", &challenge);
        let verdicts = many(1000, async || bench.check("jane@a.example", &code, true).await).await;
        let right = verdicts.iter().filter(|verdict| **verdict == Verdict::Right).count();
        let none = verdicts.iter().filter(|verdict| **verdict == Verdict::NoCode).count();
        assert_eq!((right, none), (1, 999));
    }
}

#[tokio::test]
async fn parallel_guesses_never_exceed_the_tries() {
    for bench in all() {
        let challenge = bench.accepted("jane@a.example").await.ticket.challenge;
        let wrong = bench.wrong("jane@a.example", &challenge);
        let verdicts =
            many(1000, async || bench.check("jane@a.example", &wrong, false).await).await;
        let tried = verdicts.iter().filter(|verdict| **verdict == Verdict::Wrong).count();
        assert_eq!(tried, 5);
    }
}

#[tokio::test]
async fn rotation_as_an_operator_does_it() {
    const NEW: &str = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=";
    let (clock, address_key) = (Clock::system(), new_key());
    let with = |keys: &str| Bench {
        throttle: redis("REDIS_URL", limits(keys), &address_key, &clock),
        clock: clock.clone(),
    };
    let (before, appended, moved, after) = (
        with(&format!("old:{KEY}")),
        with(&format!("old:{KEY},new:{NEW}")),
        with(&format!("new:{NEW},old:{KEY}")),
        with(&format!("new:{NEW}")),
    );
    let address = "jane@a.example";
    let challenge = before.accepted(address).await.ticket.challenge;
    let code = before.code(address, &challenge);
    for step in [&before, &appended, &moved] {
        assert_eq!(step.check(address, &code, false).await, Verdict::Right);
    }
    assert_eq!(moved.accepted("john@a.example").await.challenge.kid.as_str(), "new");
    assert_eq!(after.check(address, &code, false).await, Verdict::NoCode);
}

fn a_minute(count: u32, burst: u32) -> Limit {
    Limit { rate: Rate { interval: Duration::from_secs(60) / count }, burst }
}

#[tokio::test]
async fn a_network_has_its_share_and_a_refusal_leaves_no_trace() {
    let network = Some(a_minute(10, 3));
    for bench in servers_with(&Limits { network, ..limits(&format!("a:{KEY}")) }) {
        for n in 0..3 {
            bench.accepted(&format!("jane{n}@a.example")).await;
            assert!(matches!(bench.take("jane0@a.example").await, Decision::Later(_)));
        }
        match bench.take("john@a.example").await {
            Decision::NetworkLimit(retry_after) => assert!(is_about(retry_after, 6)),
            other => panic!("{other:?}"),
        }
        assert_eq!(
            bench.check_from("john@a.example", "012345", false, "192.0.2.7").await,
            Verdict::NoCode
        );
        let elsewhere = claim("john@a.example", "192.0.2.9");
        match bench.throttle.take(&elsewhere).await.unwrap() {
            Decision::Accepted(ticket) => assert_eq!(ticket.challenge.id, elsewhere.token),
            refused => panic!("{refused:?}"),
        }
        bench.clock.advance(Duration::from_secs(6));
        bench.accepted("joan@a.example").await;
    }
}

#[tokio::test]
async fn only_unsuccessful_checks_count_against_a_network() {
    let network = Some(a_minute(10, 3));
    for bench in servers_with(&Limits { network, ..limits(&format!("a:{KEY}")) }) {
        let challenge = bench.accepted("jane@a.example").await.ticket.challenge;
        let code = bench.code("jane@a.example", &challenge);
        for _ in 0..50 {
            assert_eq!(bench.check("jane@a.example", &code, false).await, Verdict::Right);
        }
        for _ in 0..3 {
            assert_eq!(bench.check("john@a.example", "012345", false).await, Verdict::NoCode);
        }
        match bench.check("jane@a.example", &code, false).await {
            Verdict::NetworkLimit(retry_after) => assert!(is_about(retry_after, 6)),
            other => panic!("{other:?}"),
        }
        let there = bench.check_from("jane@a.example", &code, false, "2001:db8::1").await;
        assert_eq!(there, Verdict::Right);
        bench.clock.advance(Duration::from_secs(6));
        assert_eq!(bench.check("jane@a.example", &code, false).await, Verdict::Right);
    }
}

#[tokio::test]
async fn a_ceiling_that_is_raised_holds_at_once() {
    for variable in ["REDIS_URL", "REDIS_CLUSTER_URL"] {
        let (key, clock) = (new_key(), Clock::system());
        let with = |ceiling| {
            let limits = Limits { ceiling: Some(ceiling), ..limits(&format!("a:{KEY}")) };
            Bench { throttle: redis(variable, limits, &key, &clock), clock: clock.clone() }
        };
        let (low, high) = (with(a_minute(1, 3)), with(a_minute(60, 3)));
        for (number, accepts) in [(1, true), (2, true), (3, true), (4, false)] {
            let decision = low.take(&format!("u{number}@a.example")).await;
            assert_eq!(matches!(decision, Decision::Accepted(_)), accepts, "{decision:?}");
        }
        high.accepted("u5@a.example").await;
        let decision = high.take("u6@a.example").await;
        let Decision::Ceiling(retry_after) = decision else { panic!("{decision:?}") };
        assert!(retry_after <= Duration::from_secs(1), "{retry_after:?}");
        clock.advance(Duration::from_secs(1));
        high.accepted("u6@a.example").await;
    }
}

#[tokio::test]
async fn the_whole_service_has_a_ceiling() {
    let ceiling = Some(a_minute(60, 2));
    for bench in servers_with(&Limits { ceiling, ..limits(&format!("a:{KEY}")) }) {
        bench.accepted("jane@a.example").await;
        bench.accepted("john@a.example").await;
        match bench.take("joan@a.example").await {
            Decision::Ceiling(retry_after) => assert!(retry_after <= Duration::from_secs(1)),
            other => panic!("{other:?}"),
        }
        bench.clock.advance(Duration::from_secs(1));
        bench.accepted("joan@a.example").await;
    }
}

#[tokio::test]
async fn support_sees_what_an_address_has_used_up_and_lifts_it() {
    for bench in servers_with(&limits(&format!("a:{KEY}"))) {
        let Throttle::Redis(throttle) = &bench.throttle else { panic!("not in Redis") };
        let (connection, keys) = (&throttle.0.connection, &throttle.0.keys);
        let state = async |address: &str| connection.state_of(keys, &parse(address)).await.unwrap();
        let address = "jane@a.example";
        let challenge = bench.accepted(address).await.ticket.challenge;
        let wrong = bench.wrong(address, &challenge);
        bench.check(address, &wrong, false).await;
        let seen = state("JANE@a.example").await;
        assert!(is_about(Duration::from_secs(seen.cooldown_seconds), 60), "{seen:?}");
        assert_eq!((seen.sends.count, seen.wrong_tries.count), (1, 1));
        assert!(is_about(Duration::from_secs(seen.sends.ends_in_seconds), 86_400), "{seen:?}");
        let [code] = &seen.codes[..] else { panic!("{seen:?}") };
        assert_eq!((code.key.as_str(), code.wrong_tries), ("a", 1));
        assert!(is_about(Duration::from_secs(code.ends_in_seconds), 1800), "{seen:?}");
        assert_eq!(state("jane+x@a.example").await.codes, [], "a code is for its tag");
        connection.lift_limits(keys, &parse(address)).await.unwrap();
        let lifted = state(address).await;
        assert_eq!((lifted.cooldown_seconds, lifted.sends.count, lifted.codes.len()), (0, 0, 1));
        assert_eq!(bench.accepted(address).await.challenge, challenge);
    }
}
