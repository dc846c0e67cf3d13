//! A message's AMQP form: body, properties and our own headers. `x-death` is not
//! used, since brokers from 4.0 on ignore it from clients.

use lapin::{
    BasicProperties,
    types::{AMQPValue, FieldTable, ShortString},
};

use crate::{clock::Timestamp, queue::Message};

const ATTEMPT: &str = "x-signpost-attempt";
const REASON: &str = "x-signpost-reason";
const EXPIRES: &str = "x-signpost-expires-at";
const TRACEPARENT: &str = "traceparent";
const PERSISTENT: u8 = 2;

pub(super) fn properties(message: &Message) -> BasicProperties {
    let mut headers = FieldTable::default();
    headers.insert(ATTEMPT.into(), AMQPValue::LongLongInt(message.attempt.into()));
    let texts = [
        (REASON, message.reason.clone()),
        (EXPIRES, message.expires_at.map(|at| at.as_millis().to_string())),
        (TRACEPARENT, message.traceparent.clone()),
    ];
    for (name, value) in texts {
        if let Some(value) = value {
            headers.insert(name.into(), AMQPValue::LongString(value.into()));
        }
    }
    let mut properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type("application/json".into())
        .with_headers(headers);
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
    let number = |name: &str| match *header(name)? {
        AMQPValue::LongLongInt(value) => u32::try_from(value).ok(),
        AMQPValue::LongInt(value) => u32::try_from(value).ok(),
        AMQPValue::LongUInt(value) => Some(value),
        _ => None,
    };
    Message {
        body,
        id: properties.message_id().as_ref().map(|id| id.as_str().to_owned()),
        attempt: number(ATTEMPT).unwrap_or(0),
        reason: text(REASON),
        expires_at: text(EXPIRES).and_then(|ms| ms.parse().ok()).map(Timestamp::from_millis),
        traceparent: text(TRACEPARENT),
    }
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
            expires_at: Some(Timestamp::from_millis(1_800_000)),
            traceparent: Some("00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01".to_owned()),
        };
        let read = message_from(&properties(&sent), sent.body.clone());
        assert_eq!(format!("{read:?}"), format!("{sent:?}"));
        assert_eq!((read.body, read.expires_at), (sent.body, sent.expires_at));
        assert_eq!(read.traceparent, sent.traceparent);
    }

    #[test]
    fn headers_of_others_are_as_good_as_absent() {
        let mut headers = FieldTable::default();
        headers.insert(ATTEMPT.into(), AMQPValue::LongLongInt(-1));
        headers.insert(EXPIRES.into(), AMQPValue::Boolean(true));
        let read = message_from(&BasicProperties::default().with_headers(headers), Vec::new());
        assert_eq!((read.attempt, read.expires_at), (0, None));
    }
}
