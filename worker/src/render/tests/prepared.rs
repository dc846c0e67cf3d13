//! A mail that was made beforehand is the mail that would be made now, byte for byte.

use proptest::prelude::*;

use super::*;

/// Whether a mail of this kind can be made beforehand, and so is.
fn is_prepared(templates: &Templates, letter: &Letter<'_>) -> bool {
    let anew = |letter: &Letter<'_>| Some(templates.render_anew(letter).unwrap().bytes);
    templates.stock.get(letter, anew).is_some()
}

fn addresses() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z][a-z0-9.+_-]{0,40}[a-z0-9]@[a-z]{1,30}\\.(example|org)",
        Just("संपर्क@उदाहरण.भारत".to_owned()),
        Just("o’brien@bücher.example".to_owned()),
        Just(format!("{}@{}.example", "x".repeat(64), "y".repeat(63))),
    ]
    .prop_filter("an address", |text| EmailAddress::parse(text).is_ok())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]
    #[test]
    fn a_prepared_mail_is_the_mail_byte_for_byte(
        locale in prop::sample::select(Locale::SHIPPED),
        minutes_left in 0_u64..60,
        code in "[0-9]{4,10}",
        to in addresses(),
        job_id in any::<u128>(),
        seconds in 0_u64..253_402_300_799,
        brand in "[A-Za-z日]{1,20}",
    ) {
        let templates = Templates::unproven(branded(&brand), &Folder::default()).unwrap();
                let letter = Letter {
            to: &EmailAddress::parse(&to).unwrap(),
            locale,
            code: &code,
            minutes_left,
            job_id: Uuid::from_u128(job_id),
            date: SystemTime::UNIX_EPOCH + Duration::from_secs(seconds),
        };
        prop_assert!(is_prepared(&templates, &letter));
        let (quick, slow) = (templates.render(&letter).unwrap(), templates.render_anew(&letter).unwrap());
        prop_assert_eq!(quick.envelope, slow.envelope);
        prop_assert_eq!(String::from_utf8(quick.bytes).unwrap(), String::from_utf8(slow.bytes).unwrap());
    }
}

/// A template may make of a code whatever it likes; what can't be filled in is made anew.
#[test]
fn what_a_template_makes_of_a_code_is_right_though_it_can_not_be_filled_in() {
    let text = "{{ code }}\n{% if code[0] == code[1] %}twins{% endif %}\n";
    let templates = with_files(settings(), &[("mail.txt", text)]).unwrap();
    for (code, twins) in [("112345", true), ("012345", false)] {
        let letter = Letter {
            to: &EmailAddress::parse("jane@a.example").unwrap(),
            locale: Locale::EN_US,
            code,
            minutes_left: 30,
            job_id: Uuid::nil(),
            date: SystemTime::UNIX_EPOCH,
        };
        assert!(!is_prepared(&templates, &letter));
        assert_eq!(seen(&templates.render(&letter).unwrap()).text.contains("twins"), twins);
    }
}

#[test]
fn the_stock_is_bounded() {
    let stock = Stock::default();
    let to = EmailAddress::parse("jane@a.example").unwrap();
    for minutes_left in 0..2100 {
        let (locale, job_id, date) = (Locale::EN_US, Uuid::nil(), SystemTime::UNIX_EPOCH);
        let letter = Letter { to: &to, locale, code: CODE, minutes_left, job_id, date };
        assert!(stock.get(&letter, |_| None).is_none());
    }
    assert!(stock.len() <= 1024);
}
