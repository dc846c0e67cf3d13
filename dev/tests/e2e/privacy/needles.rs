//! A secret in every form in which somebody may tell it without knowing.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    io::Write as _,
    process::{Command, Stdio},
};

/// A shorter one is in too many texts by chance.
const SHORTEST: usize = 6;

/// What stands for a secret in a text, by the name of the encoding.
pub(super) type Needles = Vec<(String, Vec<u8>)>;

/// As it is, in lower and in upper case, and each of these in every encoding.
pub(super) fn needles(secret: &str) -> Needles {
    let mut found = BTreeMap::new();
    for form in [secret.to_owned(), secret.to_lowercase(), secret.to_uppercase()] {
        for (name, bytes) in encodings(&form) {
            if bytes.len() >= SHORTEST {
                found.entry(bytes).or_insert(name);
            }
        }
    }
    found.into_iter().map(|(bytes, name)| (name, bytes)).collect()
}

/// Digests that no key protects: whoever guesses an address sees that it was this one.
pub(super) fn digests(secret: &str) -> Needles {
    let mut found = Vec::new();
    for form in [secret.to_owned(), secret.to_lowercase()] {
        for tool in ["md5sum", "sha1sum", "sha256sum", "sha512sum"] {
            let digest = digest(tool, form.as_bytes());
            let digits = digest.as_bytes().chunks(2).map(|pair| str::from_utf8(pair).unwrap());
            let bytes: Vec<_> = digits.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
            found.push((tool.to_owned(), digest.into_bytes()));
            // MD5 in base64 looks like an id of SendGrid.
            if tool != "md5sum" {
                for alphabet in [BASE64, BASE64_URL] {
                    let text = in_digits(&bytes, 6, alphabet).into_bytes();
                    found.push((format!("{tool} in base64"), text));
                }
            }
        }
    }
    found
}

fn digest(tool: &str, bytes: &[u8]) -> String {
    let mut command = Command::new(tool);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    child.stdin.take().unwrap().write_all(bytes).unwrap();
    let said = String::from_utf8(child.wait_with_output().unwrap().stdout).unwrap();
    said.split(' ').next().unwrap().to_owned()
}

const HEX: &[u8] = b"0123456789abcdef";
const BASE32: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64_URL: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// Bytes as digits of so many bits (RFC 4648), without padding.
fn in_digits(bytes: &[u8], bits: usize, alphabet: &[u8]) -> String {
    let bit = |n: usize| bytes.get(n / 8).is_some_and(|byte| byte >> (7 - n % 8) & 1 == 1);
    let digit = |n: usize| (0..bits).fold(0, |digit, k| 2 * digit + usize::from(bit(n * bits + k)));
    (0..(bytes.len() * 8).div_ceil(bits)).map(|n| char::from(alphabet[digit(n)])).collect()
}

/// What the digits have of it wherever it begins: the first and the last hold bits of what stands
/// beside.
fn within_digits(secret: &[u8], bits: usize, alphabet: &[u8]) -> Vec<String> {
    let offsets = if bits == 6 { 3 } else { 5 };
    let at = |offset: usize| {
        let shifted = [&vec![b' '; offset], secret].concat();
        let (begin, end) = ((offset * 8).div_ceil(bits), shifted.len() * 8 / bits);
        in_digits(&shifted, bits, alphabet)[begin..end].to_owned()
    };
    (0..offsets).map(at).collect()
}

fn encodings(secret: &str) -> Needles {
    let bytes = secret.as_bytes();
    let wide: Vec<u16> = secret.encode_utf16().collect();
    let little: Vec<u8> = wide.iter().flat_map(|unit| unit.to_le_bytes()).collect();
    let big: Vec<u8> = wide.iter().flat_map(|unit| unit.to_be_bytes()).collect();
    let each_byte = |all: bool, shape: fn(u8) -> String| {
        let plain = |byte: u8| !all && byte.is_ascii_alphanumeric();
        let one = |byte: &u8| if plain(*byte) { char::from(*byte).into() } else { shape(*byte) };
        bytes.iter().map(one).collect::<String>()
    };
    let each_char = |all: bool, shape: fn(char) -> String| {
        let plain = |c: char| !all && c.is_ascii_alphanumeric();
        secret.chars().map(|c| if plain(c) { c.into() } else { shape(c) }).collect::<String>()
    };
    let percent = |byte: u8| format!("%{byte:02x}");
    let quoted = |byte: u8| format!("={byte:02x}");
    let unicode = |c: char| {
        let units = c.encode_utf16(&mut [0; 2]).to_vec();
        units.into_iter().fold(String::new(), |mut all, unit| {
            let _ = write!(all, "\\u{unit:04x}");
            all
        })
    };
    let mut found: Needles = vec![
        ("UTF-16LE".to_owned(), little.clone()),
        ("UTF-16BE".to_owned(), big.clone()),
        // As Debug shows text to which some of it is no text.
        ("Latin-1".to_owned(), secret.chars().filter_map(|c| u8::try_from(c).ok()).collect()),
    ];
    let mut text = |name: &str, text: String| found.push((name.to_owned(), text.into_bytes()));
    text("plain", secret.to_owned());
    text("reversed", secret.chars().rev().collect());
    text("rot13", each_char(true, |c| rot13(c).to_string()));
    text("spaced", each_char(true, |c| format!("{c} ")).trim().to_owned());
    text("dashed", each_char(true, |c| format!("{c}-")).trim_end_matches('-').to_owned());
    text("percent", each_byte(true, percent));
    text("percent twice", each_byte(true, |byte| format!("%25{byte:02x}")));
    text("quoted-printable", each_byte(true, quoted));
    text("decimal HTML entities", each_char(true, |c| format!("&#{};", u32::from(c))));
    text("HTML entities", each_char(true, |c| format!("&#x{:x};", u32::from(c))));
    text("JSON escapes", each_char(true, unicode));
    text("Rust escapes", each_char(true, |c| c.escape_unicode().to_string()));
    text("\\x escapes", each_byte(true, |byte| format!("\\x{byte:02x}")));
    text("octal escapes", each_byte(true, |byte| format!("\\{byte:03o}")));
    text(
        "bytes in decimal",
        each_byte(true, |byte| format!("{byte}, ")).trim_end_matches(", ").into(),
    );
    for (name, separator) in [("hex with spaces", " "), ("hex with colons", ":")] {
        let pairs: Vec<_> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        text(name, pairs.join(separator));
    }
    // Where letters and digits stay as they are.
    text("percent, partly", each_byte(false, percent));
    text("quoted-printable, partly", each_byte(false, quoted));
    text("decimal HTML entities, partly", each_char(false, |c| format!("&#{};", u32::from(c))));
    text("JSON escapes, partly", each_char(false, unicode));
    text("\\x escapes, partly", each_byte(false, |byte| format!("\\x{byte:02x}")));
    let reversed: String = secret.chars().rev().collect();
    let turned: String = secret.chars().map(rot13).collect();
    for (of, bytes) in [
        ("", bytes),
        (" of UTF-16LE", &little),
        (" of UTF-16BE", &big),
        (" of the reverse", reversed.as_bytes()),
        (" of rot13", turned.as_bytes()),
    ] {
        text(&format!("hex{of}"), in_digits(bytes, 4, HEX));
        for (name, bits, alphabet) in
            [("base64", 6, BASE64), ("base64url", 6, BASE64_URL), ("base32", 5, BASE32)]
        {
            for digits in within_digits(bytes, bits, alphabet) {
                text(&format!("{name}{of}"), digits);
            }
        }
    }
    found
}

fn rot13(c: char) -> char {
    let turn = |c: char, a: u8| char::from((c as u8 - a + 13) % 26 + a);
    match c {
        'a'..='z' => turn(c, b'a'),
        'A'..='Z' => turn(c, b'A'),
        _ => c,
    }
}
