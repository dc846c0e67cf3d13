//! A message's AMQP form: body, properties and our own headers. Brokers from 4.0 on
//! ignore `x-death` from clients, so nothing of ours travels in it; it is read only
//! to learn what the broker itself has parked.

use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, ShortString},
};

use super::topology::{SEND, UNROUTED};
use crate::{clock::Timestamp, queue::Message};

const ATTEMPT: &str = "x-signpost-attempt";
const REASON: &str = "x-signpost-reason";
const DEAD_AT: &str = "x-signpost-dead-at";
const TRACEPARENT: &str = "traceparent";
const DEATHS: &str = "x-death";
const PERSISTENT: u8 = 2;
const PROBE: &str = "signpost.probe";

pub(super) fn properties(message: &Message) -> BasicProperties {
    let mut headers = FieldTable::default();
    if message.attempt > 0 {
        headers.insert(ATTEMPT.into(), AMQPValue::LongLongInt(message.attempt.into()));
    }
    let texts = [
        (REASON, message.reason.clone()),
        (DEAD_AT, message.dead_at.map(|at| at.as_millis().to_string())),
        (TRACEPARENT, message.traceparent.clone()),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            headers.insert(name.into(), AMQPValue::LongString(value.into()));
        }
    }
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into());
    if !headers.inner().is_empty() {
        properties = properties.with_headers(headers);
    }
    if message.is_probe {
        properties = properties.with_type(PROBE.into());
    }
    if let Some(id) = message.id.as_deref().and_then(|id| ShortString::try_new(id).ok()) {
        properties = properties.with_message_id(id);
    }
    properties
}

/// What a delivery holds. Headers that others wrote badly are as good as absent.
pub fn message_from(properties: &BasicProperties, body: Vec<u8>) -> Message {
    let header = |name: &str| properties.headers().as_ref()?.inner().get(name);
    let text = |name: &str| match header(name)? {
        AMQPValue::LongString(value) => String::from_utf8(value.as_bytes().to_vec()).ok(),
        AMQPValue::ShortString(value) => Some(value.as_str().to_owned()),
        _ => None,
    };
    // Of the smallest type that fits, as some clients write what they move.
    let number = |name: &str| match *header(name)? {
        AMQPValue::LongLongInt(value) => u32::try_from(value).ok(),
        AMQPValue::LongInt(value) => u32::try_from(value).ok(),
        AMQPValue::ShortInt(value) => u32::try_from(value).ok(),
        AMQPValue::ShortShortInt(value) => u32::try_from(value).ok(),
        AMQPValue::LongUInt(value) => Some(value),
        AMQPValue::ShortUInt(value) => Some(value.into()),
        AMQPValue::ShortShortUInt(value) => Some(value.into()),
        _ => None,
    };
    let dead_at = text(DEAD_AT).and_then(|ms| ms.parse().ok()).map(Timestamp::from_millis);
    let (parked_by_broker, parked_at) = parked(header(DEATHS)).unzip();
    let kind = properties.kind().as_ref();
    Message {
        is_probe: body.is_empty() && kind.is_some_and(|kind| kind.as_str() == PROBE),
        body,
        id: properties.message_id().as_ref().map(|id| id.as_str().to_owned()),
        attempt: number(ATTEMPT).unwrap_or(0),
        reason: parked_by_broker.or_else(|| text(REASON)),
        dead_at: parked_at.or(dead_at),
        traceparent: text(TRACEPARENT),
    }
}

/// Why and when the broker took a message from the workers, e.g. since its delivery
/// limit was reached. Our own headers then still tell of the attempt before.
fn parked(deaths: Option<&AMQPValue>) -> Option<(String, Timestamp)> {
    let AMQPValue::FieldArray(deaths) = deaths? else { return None };
    deaths.as_slice().iter().find_map(|death| {
        let AMQPValue::FieldTable(death) = death else { return None };
        let text = |name: &str| match death.inner().get(name)? {
            AMQPValue::LongString(value) => {
                Some(String::from_utf8_lossy(value.as_bytes()).into_owned())
            }
            _ => None,
        };
        // A death in a wait queue is a retry that is due.
        if ![SEND, UNROUTED].contains(&text("queue")?.as_str()) {
            return None;
        }
        let AMQPValue::Timestamp(seconds) = *death.inner().get("time")? else { return None };
        let at = Timestamp::from_millis(seconds.saturating_mul(1000));
        Some((format!("broker: {}", text("reason")?), at))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_survives_its_amqp_form() {
        let sent = Message {
            body: b"{}".to_vec(),
            id: Some("0190".to_owned()),
            attempt: 3,
            reason: Some("rcpt 451 4.3.0".to_owned()),
            dead_at: Some(Timestamp::from_millis(1_700_000)),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
            is_probe: false,
        };
        let read = message_from(&properties(&sent), sent.body.clone());
        assert_eq!(format!("{read:?}"), format!("{sent:?}"));
        assert_eq!(read.body, sent.body);
        assert_eq!(read.dead_at, sent.dead_at);
        assert_eq!(read.traceparent, sent.traceparent);
        for body in [b"".as_slice(), b"{}"] {
            let read = message_from(&properties(&Message::probe()), body.to_vec());
            assert_eq!(read.is_probe, body.is_empty(), "what holds something is no probe");
        }
    }

    #[test]
    fn headers_of_others_are_as_good_as_absent() {
        let mut headers = FieldTable::default();
        headers.insert(ATTEMPT.into(), AMQPValue::LongLongInt(-1));
        headers.insert(DEAD_AT.into(), AMQPValue::Boolean(true));
        let read = message_from(&BasicProperties::default().with_headers(headers), Vec::new());
        assert_eq!((read.attempt, read.dead_at), (0, None));
        for three in [AMQPValue::ShortShortInt(3), AMQPValue::ShortUInt(3), AMQPValue::ShortInt(3)]
        {
            let mut headers = FieldTable::default();
            headers.insert(ATTEMPT.into(), three);
            let moved = BasicProperties::default().with_headers(headers);
            assert_eq!(message_from(&moved, Vec::new()).attempt, 3);
        }
    }

    #[test]
    fn what_the_broker_parks_says_so_and_a_retry_does_not() {
        let death = |queue: &str, reason: &str| {
            let mut death = FieldTable::default();
            death.insert("queue".into(), AMQPValue::LongString(queue.into()));
            death.insert("reason".into(), AMQPValue::LongString(reason.into()));
            death.insert("time".into(), AMQPValue::Timestamp(1_700));
            AMQPValue::FieldTable(death)
        };
        let read = |deaths: Vec<AMQPValue>| {
            let sent = Message { reason: Some("rcpt 451".to_owned()), ..Message::default() };
            let properties = properties(&sent);
            let mut headers = properties.headers().clone().unwrap();
            headers.insert(DEATHS.into(), AMQPValue::FieldArray(deaths.into()));
            let read = message_from(&properties.with_headers(headers), Vec::new());
            (read.reason.unwrap(), read.dead_at.map(Timestamp::as_millis))
        };
        let waited = || death("mail.v1.wait.5s", "expired");
        assert_eq!(read(vec![waited()]), ("rcpt 451".to_owned(), None));
        let parked = ("broker: delivery_limit".to_owned(), Some(1_700_000));
        assert_eq!(read(vec![death(SEND, "delivery_limit"), waited()]), parked);
        assert_eq!(read(vec![waited(), death(SEND, "delivery_limit")]), parked);
    }
}
