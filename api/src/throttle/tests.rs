//! The same tests against both variants: Redis (`REDIS_URL`) and memory.

use std::{env, sync::Arc, time::Duration};

use signpost_shared::{
    address::EmailAddress,
    clock::Clock,
    code::{CodeKeys, Key},
};
use uuid::Uuid;

use super::*;

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
    }
}

fn redis(limits: Limits, address_key: &str, clock: &Clock) -> Throttle {
    let url = env::var_os("REDIS_URL").expect("REDIS_URL is not set: run ./test");
    let connection = RedisConnection::new(url.to_str().unwrap(), None).unwrap();
    let keys = AddressKeys::new(address_key.parse::<Key>().unwrap());
    Throttle::Redis(RedisThrottle::new(connection, limits, keys, clock.clone()))
}

fn random_key() -> String {
    use base64::Engine as _;
    let bytes = [Uuid::new_v4().into_bytes(), Uuid::new_v4().into_bytes()].concat();
    base64::engine::general_purpose::STANDARD.encode(bytes)
}

fn both() -> [Bench; 2] {
    both_with(&limits(&format!("a:{KEY}")))
}

fn both_with(limits: &Limits) -> [Bench; 2] {
    let clock = Clock::system();
    let in_redis = redis(limits.clone(), &random_key(), &clock);
    let in_memory = Throttle::Memory(MemoryThrottle::new(limits.clone(), clock.clone()));
    [Bench { throttle: in_redis, clock: clock.clone() }, Bench { throttle: in_memory, clock }]
}

impl Bench {
    async fn take(&self, address: &str) -> Decision {
        self.throttle.take(&parse(address), Token::new()).await.unwrap()
    }

    async fn accepted(&self, address: &str) -> Ticket {
        match self.take(address).await {
            Decision::Accepted(ticket) => ticket,
            refused => panic!("{address}: {refused:?}"),
        }
    }

    async fn release(&self, address: &str, ticket: &Ticket, release: Release) -> bool {
        self.throttle.release(&parse(address), ticket.token, release).await.unwrap()
    }
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
    for bench in both() {
        bench.accepted("jane@bücher.example").await;
        for same in ["JANE@xn--bcher-kva.example", "jane+tag@bücher.example."] {
            match bench.take(same).await {
                Decision::Later { retry_after } => assert!(is_about(retry_after, 60)),
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
    for bench in both() {
        for _ in 0..10 {
            bench.accepted("jane@a.example").await;
            bench.clock.advance(Duration::from_secs(60));
        }
        match bench.take("jane@a.example").await {
            Decision::Limit { retry_after } => assert!(is_about(retry_after, 86_400 - 600)),
            other => panic!("{other:?}"),
        }
        bench.clock.advance(Duration::from_secs(86_400 - 600));
        bench.accepted("jane@a.example").await;
    }
}

#[tokio::test]
async fn what_is_given_back_can_be_taken_again() {
    for bench in both() {
        let ticket = bench.accepted("jane@a.example").await;
        assert!(bench.release("jane@a.example", &ticket, Release::Whole).await);
        assert!(!bench.release("jane@a.example", &ticket, Release::Whole).await, "twice");
        // The count too: ten are left.
        for _ in 0..10 {
            bench.accepted("jane@a.example").await;
            bench.clock.advance(Duration::from_secs(60));
        }
        assert!(matches!(bench.take("jane@a.example").await, Decision::Limit { .. }));
    }
}

#[tokio::test]
async fn an_unknown_outcome_keeps_the_count() {
    for bench in both() {
        for _ in 0..10 {
            let ticket = bench.accepted("jane@a.example").await;
            assert!(bench.release("jane@a.example", &ticket, Release::Cooldown).await);
        }
        assert!(matches!(bench.take("jane@a.example").await, Decision::Limit { .. }));
    }
}

#[tokio::test]
async fn giving_back_never_touches_a_newer_request() {
    for bench in both() {
        let old = bench.accepted("jane@a.example").await;
        bench.clock.advance(Duration::from_secs(60));
        bench.accepted("jane@a.example").await;
        assert!(!bench.release("jane@a.example", &old, Release::Whole).await);
        assert!(matches!(bench.take("jane@a.example").await, Decision::Later { .. }));
    }
}

#[tokio::test]
async fn the_same_code_is_sent_again_while_half_of_its_time_is_left() {
    for bench in both() {
        let first = bench.accepted("jane@a.example").await.challenge;
        bench.clock.advance(Duration::from_secs(890));
        let again = bench.accepted("jane@a.example").await.challenge;
        assert_eq!(again, first, "same code, same expiry");
        bench.clock.advance(Duration::from_secs(60));
        let later = bench.accepted("jane@a.example").await;
        assert_ne!(later.challenge.id, first.id);
        let validity = later.challenge.expires_at.since(later.accepted_at);
        assert_eq!(validity, Duration::from_secs(1800));
        bench.clock.advance(Duration::from_secs(60));
        assert_eq!(bench.accepted("jane@a.example").await.challenge, later.challenge);
    }
}

#[tokio::test]
async fn a_tag_shares_the_throttle_but_not_the_challenge() {
    for bench in both() {
        let plain = bench.accepted("jane@a.example").await.challenge;
        bench.clock.advance(Duration::from_secs(60));
        assert_ne!(bench.accepted("jane+x@a.example").await.challenge.id, plain.id);
    }
}

#[tokio::test]
async fn a_code_whose_key_is_gone_is_not_sent_again() {
    let (clock, address_key) = (Clock::system(), random_key());
    let address = parse("jane@a.example");
    let take = async |keys: &str| match redis(limits(keys), &address_key, &clock)
        .take(&address, Token::new())
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
    for bench in both() {
        let takes = (0..1000).map(|_| bench.take("jane@a.example"));
        let decisions = futures_util::future::join_all(takes).await;
        let accepted = decisions.iter().filter(|d| matches!(d, Decision::Accepted(_))).count();
        assert_eq!(accepted, 1);
    }
}

#[tokio::test]
async fn a_cooldown_of_zero_is_none() {
    for bench in both_with(&Limits { cooldown: Duration::ZERO, ..limits(&format!("a:{KEY}")) }) {
        bench.accepted("jane@a.example").await;
        bench.accepted("jane@a.example").await;
    }
}

#[tokio::test]
async fn redis_away_is_an_error_and_soon() {
    // Bound and never accepted: a connection that gets no answer.
    let silent = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("redis://{}", silent.local_addr().unwrap());
    let connection = RedisConnection::new(&url, None).unwrap();
    let keys = AddressKeys::new(KEY.parse().unwrap());
    let limits = limits(&format!("a:{KEY}"));
    let throttle = Throttle::Redis(RedisThrottle::new(connection, limits, keys, Clock::system()));
    let started = std::time::Instant::now();
    assert!(throttle.take(&parse("jane@a.example"), Token::new()).await.is_err());
    assert!(started.elapsed() < Duration::from_secs(2));
}

#[test]
fn redis_never_sees_an_address() {
    let keys = AddressKeys::new(KEY.parse().unwrap()).of(&parse("jane@a.example"));
    assert!(!format!("{keys:?}").contains("jane"));
    let tag = |key: &str| key.split(['{', '}']).nth(1).map(str::to_owned);
    assert_eq!(tag(&keys.address), tag(&keys.challenges));
}
