//! How often a mail allocates until it is ready for a relay: what makes it dear again shows here
//! first, on any machine.

use std::time::{Duration, SystemTime};

use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::{Challenge, CodeKeys, Digits},
    job::Job,
    locale::Locale,
    templates::Folder,
};
use signpost_worker::render::{Letter, Settings, Templates, mailbox};
use uuid::Uuid;

const MAILS: u32 = 200;
/// What it took when somebody looked last.
const RECORDED: u64 = 33;

#[test]
fn a_mail_allocates_no_more_than_it_did() {
    let from = mailbox("Example <no-reply@example.com>").unwrap();
    let settings = Settings::new("Example", from);
    let templates = Templates::new(settings, &Folder::default()).unwrap();
    let keys: CodeKeys = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap();
    let job = |number: u32| Job {
        id: Uuid::from_u128(number.into()),
        to: EmailAddress::parse(&format!("jane-{number}@example.org")).unwrap(),
        locale: Locale::SHIPPED[number as usize % Locale::SHIPPED.len()],
        challenge: Challenge {
            id: Uuid::from_u128(number.into()),
            kid: "k1".to_owned().try_into().unwrap(),
            digits: Digits::default(),
            expires_at: Timestamp::from_millis(1_800_000),
        },
        accepted_at: Timestamp::from_millis(1),
        key_check: None,
        tag: None,
        wants_status: false,
    };
    let make = |bytes: &[u8]| {
        let job = Job::decode(bytes).unwrap();
        let code = keys.code(&job.challenge, &job.to).unwrap();
        let letter = Letter {
            to: &job.to,
            locale: job.locale,
            code: code.expose(),
            minutes_left: 30,
            job_id: job.id,
            date: SystemTime::UNIX_EPOCH + Duration::from_secs(1_750_000_000),
        };
        templates.render(&letter).unwrap().bytes.len()
    };
    let mut total = 0;
    for number in 0..2 * MAILS {
        let bytes = job(number).encode();
        let counted = allocation_counter::measure(|| assert!(make(&bytes) > 1000));
        // The first of each language is made for all that follow.
        if number >= MAILS {
            total += counted.count_total;
        }
    }
    let now = total / u64::from(MAILS);
    assert!(
        now * 10 <= RECORDED * 11,
        "a mail allocates a tenth more than it did: {now}, recorded {RECORDED}. If that is worth \
         it, record the new number here."
    );
}
