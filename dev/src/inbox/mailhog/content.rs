//! Headers, body and MIME parts as MailHog splits them: nothing is decoded, of a header that comes
//! twice the last counts, and a folded line keeps its leading space.

use std::collections::BTreeMap;

use mail_parser::{MessageParser, MimeHeaders as _};
use serde::Serialize;

/// How deep parts may nest; a mail that goes deeper is left unsplit there.
const MAX_DEPTH: usize = 16;

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Content {
    pub(super) headers: BTreeMap<String, Vec<String>>,
    pub(super) body: String,
    size: usize,
    /// Set in parts only: a whole mail has its parts next to its content.
    #[serde(rename = "MIME")]
    mime: Option<Mime>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Mime {
    parts: Option<Vec<Content>>,
}

impl Content {
    pub(super) fn parse(data: &str) -> Self {
        let (head, body) = data.split_once("\r\n\r\n").unwrap_or(("", data));
        let mut headers = BTreeMap::new();
        let mut last: Option<&str> = None;
        for line in head.split("\r\n") {
            let folded = line.starts_with([' ', '\t']);
            if let (true, Some(name)) = (folded, last) {
                let values: Option<&mut Vec<String>> = headers.get_mut(name);
                if let Some(value) = values.and_then(|values| values.last_mut()) {
                    value.push_str(line);
                }
            } else if let Some((name, value)) = line.split_once(": ") {
                headers.insert(name.to_owned(), vec![value.to_owned()]);
                last = Some(name);
            }
        }
        Self { headers, body: body.to_owned(), size: data.len(), mime: None }
    }

    /// The parts of a multipart body.
    pub(super) fn parts(&self) -> Option<Mime> {
        self.parts_at(0)
    }

    fn parts_at(&self, depth: usize) -> Option<Mime> {
        let kind = self.headers.get("Content-Type")?.first()?;
        if !kind.starts_with("multipart/") || depth == MAX_DEPTH {
            return None;
        }
        let Some(boundary) = boundary(kind) else {
            return Some(Mime { parts: None });
        };
        let delimiter = format!("--{boundary}");
        let mut pieces: Vec<&str> = self.body.split(delimiter.as_str()).skip(1).collect();
        // Behind the last delimiter is the epilogue.
        pieces.pop();
        let parts: Vec<Content> = pieces
            .into_iter()
            .filter(|piece| !piece.is_empty())
            .map(|piece| {
                let mut part = Content::parse(piece.trim_matches(['\r', '\n']));
                part.mime = part.parts_at(depth + 1);
                part
            })
            .collect();
        Some(Mime { parts: (!parts.is_empty()).then_some(parts) })
    }

    /// Adds a value to a header, however its name is spelt there.
    pub(super) fn append(&mut self, name: &str, value: String) {
        let spelt = self.headers.keys().find(|key| key.eq_ignore_ascii_case(name));
        let name = spelt.cloned().unwrap_or_else(|| name.to_owned());
        self.headers.entry(name).or_default().push(value);
    }

    pub(super) fn header_holds(&self, name: &str, query: &str) -> bool {
        let values = self.headers.get(name).into_iter().flatten();
        values.map(|value| value.to_lowercase()).any(|value| value.contains(query))
    }
}

/// The boundary in a Content-Type (RFC 2046 §5.1.1), quoted or not.
fn boundary(kind: &str) -> Option<String> {
    let header = format!("Content-Type: {kind}\r\n\r\n");
    let parsed = MessageParser::default().parse_headers(header.as_bytes())?;
    let boundary = parsed.content_type()?.attribute("boundary")?.to_owned();
    (!boundary.is_empty()).then_some(boundary)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn boundaries() {
        for (kind, expected) in [
            ("multipart/mixed; boundary=abc", Some("abc")),
            ("multipart/mixed; charset=\"a;b\"; Boundary=\"a b\"; x=y", Some("a b")),
            ("multipart/mixed;\tboundary=abc; x=y", Some("abc")),
            ("multipart/mixed; boundary=\"\"", None),
            ("multipart/mixed", None),
            ("multipart/mixed; boundary", None),
        ] {
            assert_eq!(boundary(kind).as_deref(), expected, "{kind}");
        }
    }

    #[test]
    fn headers_as_sent() {
        let content =
            Content::parse("A: 1\r\nB: x\r\n\tfolded\r\nbroken\r\nA: 2\r\nC:none\r\n\r\nbody");
        assert_eq!(content.headers["A"], ["2"]);
        assert_eq!(content.headers["B"], ["x\tfolded"]);
        assert_eq!(content.headers.len(), 2);
        assert_eq!(content.body, "body");
        assert_eq!(Content::parse("no headers").body, "no headers");
    }

    #[test]
    fn parts_nest_but_not_without_end() {
        let outer = Content::parse(concat!(
            "Content-Type: multipart/mixed; boundary=o\r\n\r\n",
            "--o\r\nContent-Type: multipart/alternative; boundary=i\r\n\r\n",
            "--i\r\nX: 1\r\n\r\none\r\n--i--\r\n--o--\r\n"
        ));
        let parts = outer.parts().unwrap().parts.unwrap();
        let inner = parts[0].mime.as_ref().unwrap().parts.as_ref().unwrap();
        assert_eq!(inner[0].body, "one");

        let deep = (0..5000).fold(String::new(), |deep, level| {
            format!(
                "{deep}Content-Type: multipart/mixed; boundary=b{level}x\r\n\r\n--b{level}x\r\n"
            )
        });
        let closing = (0..5000).rev().fold(deep, |deep, level| format!("{deep}--b{level}x--\r\n"));
        assert!(Content::parse(&closing).parts().is_some());
    }
}
