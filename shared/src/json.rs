//! A text in JSON. `serde_json` looks at each byte by itself; hardly ever is there one to escape.

/// Adds a text, in quotes and escaped as `serde_json` does (RFC 8259, section 7).
pub(crate) fn push_text(json: &mut String, text: &str) {
    if is_plain(text) {
        json.extend(["\"", text, "\""]);
    } else {
        json.push_str(&serde_json::Value::from(text).to_string());
    }
}

/// Whether a text stands in JSON as it is.
#[expect(clippy::needless_bitwise_bool, reason = "without a branch many bytes are one step")]
pub(crate) fn is_plain(text: &str) -> bool {
    text.bytes().fold(true, |so_far, byte| so_far & (byte >= b' ') & !matches!(byte, b'"' | b'\\'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_stands_as_serde_json_writes_it(text in "([a-z\"\\\\]|\\PC|\\x00|\\n|\\x7F|é){0,40}") {
            let mut json = String::new();
            push_text(&mut json, &text);
            prop_assert_eq!(json, serde_json::to_string(&text).unwrap());
        }
    }
}
