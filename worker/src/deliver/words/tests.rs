//! Ids of relays that people use, and names in every usual encoding.

use super::*;

fn kept(said: &str) -> String {
    let address = EmailAddress::parse("Jane.Doe+x42@bücher.example").unwrap();
    Secrets::new(&address, "123456").left_out_of(said)
}

#[test]
fn a_queue_id_is_kept() {
    for said in [
        "2.0.0 Ok: queued as 4XyZ1c0pqrz9vLK",
        "2.0.0 Ok: queued as 3F2A1B4C5D",
        "OK id=1tFabc-0001Xy-2B",
        "OK id=1tFabc-00000001XyZ-2BcD",
        "2.6.0 <0190-7000.mail> [InternalId=44122245472372, Hostname=AM0PR01.example] Queued mail for delivery",
        "Ok 0100018f-abcd-000000",
        "Ok 0102018bd0a1f2c3-4d5e6f70-8192-a3b4-c5d6-e7f8091a2b3c-000000",
        "2.0.0 OK 1700000000 a640c23a62f3a-aa5cb9c2b7fsi1357924plg.12 - gsmtp",
        "2.0.0 OK 1697651201 x17-20020a63db51000000b00563de62af00si2546489pgi.633 - gsmtp",
        "Ok: queued as 8fXJtM7BSvCQkqYHDKvJGQ",
        "2.0.0 41R9mUnk012345 Message accepted for delivery",
        "Message Queued (8F2B2C4A-5D6E-4F70-8192-A3B4C5D6E7F8.1)",
    ] {
        assert_eq!(kept(said), said);
    }
}

#[test]
fn what_names_the_reader_is_not() {
    for word in [
        "<jane.doe+x42@xn--bcher-kva.example>",
        "JANE.DOE",
        "doe",
        "doe-4711",
        "X42.4711",
        "jane=xn--bcher-kva.example",
        "id=jane4711",
        "jane%2Edoe%2Bx%40xn--bcher-kva.example",
        "jane=2Edoe=2Bx=40xn--bcher-kva.example",
        "someone@else.example",
        "bücher",
        "xn--bcher-kva",
        "&#106;&#97;&#110;&#101;",
        "\\u006a\\u0061",
        "6a616e652e646f652b78",
        "x6a616e652e646f652b78",
        "6a0061006e0065002e00",
        "code:123456.",
        "123-456",
        "654321",
        "MTIzNDU2",
        "MQAyADMANAA1ADYA",
        "amFuZS5kb2UreEB4bi0tYmNoZXIta3ZhLmV4YW1wbGU=",
        "VG86IGphbmUuZG9lK3hAeG4tLWJjaGVyLWt2YS5leGFtcGxl",
        "NJQW4ZJOMRXWK",
        "njqw4zjomrxwk2dy",
        // Of the code, without its first bits.
        "EMZTINJW",
        "YsO8Y2hlcg",
        "24x+rbq.rawan",
        "wnar.qbr-k42",
        "24x-eod.enaj",
        // MD5, SHA-1 and SHA-256, in hexadecimal and in base64.
        "5f4dcc3b5aa765d61d8327deb882cf99",
        "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8",
        "XohImNooBHFR0OVvjcYpJ3NgPQ1qq73WKhHvch0VQtg",
        "XohIm-NooBHFR0OVvjcYpJ3_NgPQ1qq73WKhHvch0VQt",
        "ca978112ca1bbdcafac231b39a23dc4da786eff8147c4e72b9807785afee48bb",
    ] {
        assert_eq!(kept(&format!("ok {word} queued")), "ok … queued", "{word}");
    }
}

#[test]
fn they_are_one_short_line() {
    assert_eq!(kept("ok\u{7} a@b c@d\r\n ok"), "… ok");
    assert_eq!(kept(&"x".repeat(500)), "…");
    assert!(kept(&"1234567 ".repeat(100)).len() <= LONGEST + LEFT_OUT.len());
    assert_eq!(kept("1 2 3 4 5 6"), "…");
}

/// A short local part is no part of every word.
#[test]
fn a_short_name_hides_itself_alone() {
    let address = EmailAddress::parse("id@b.example").unwrap();
    let secrets = Secrets::new(&address, "1234");
    assert_eq!(
        secrets.left_out_of("queued as IDA1B2C3 with id 4XyZ1c0pqrz"),
        "queued as IDA1B2C3 … 4XyZ1c0pqrz"
    );
}

/// What is lost by chance is one in some eighty.
#[test]
fn ids_are_seldom_lost() {
    const DIGITS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    let mut state = 1_u64;
    let mut digit = |_| {
        // Knuth's MMIX generator.
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from(DIGITS[usize::try_from(state >> 33).unwrap() % DIGITS.len()])
    };
    let ids: Vec<String> = (0..1000).map(|_| (0..15).map(&mut digit).collect()).collect();
    let lost: Vec<_> = ids.iter().filter(|id| is_id(id) && kept(id) == LEFT_OUT).collect();
    assert!(lost.len() <= 15, "{} {lost:?}", lost.len());
}
