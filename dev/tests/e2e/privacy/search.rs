//! All needles at once in one pass: there are thousands, and megabytes of log.
//!
//! Text and needles are compared in lower case, byte for byte.

use std::collections::{BTreeMap, HashMap};

use super::needles::Needles;

const START: usize = 4;
/// What is shown on both sides of what was found.
const CONTEXT: usize = 100;

/// Needles by their first bytes.
pub(super) struct Search {
    wanted: HashMap<[u8; START], Vec<Wanted>>,
    /// Which first two bytes there are: most of a text is passed over by them.
    pairs: Vec<bool>,
}

struct Wanted {
    secret: String,
    encoding: String,
    needle: Vec<u8>,
}

impl Search {
    /// For these secrets.
    pub(super) fn new(secrets: impl IntoIterator<Item = (String, Needles)>) -> Self {
        let mut wanted: HashMap<_, Vec<_>> = HashMap::new();
        let mut pairs = vec![false; 1 << 16];
        for (secret, needles) in secrets {
            for (encoding, needle) in needles {
                let needle = needle.to_ascii_lowercase();
                let start = *needle.first_chunk().expect("needles are longer");
                pairs[pair(&start)] = true;
                wanted.entry(start).or_default().push(Wanted {
                    secret: secret.clone(),
                    encoding,
                    needle,
                });
            }
        }
        Self { wanted, pairs }
    }

    /// The secrets that a text holds, each in the encodings in which it holds it, with what stands
    /// around.
    pub(super) fn of(&self, text: &[u8]) -> BTreeMap<(&str, &str), String> {
        let text = text.to_ascii_lowercase();
        let mut found = BTreeMap::new();
        for (at, start) in
            text.windows(START).enumerate().filter(|(_, start)| self.pairs[pair(start)])
        {
            for wanted in self.wanted.get(start).into_iter().flatten() {
                if text[at..].starts_with(&wanted.needle) {
                    let end = text.len().min(at + wanted.needle.len() + CONTEXT);
                    let around = &text[at.saturating_sub(CONTEXT)..end];
                    found
                        .entry((&*wanted.secret, &*wanted.encoding))
                        .or_insert_with(|| String::from_utf8_lossy(around).into_owned());
                }
            }
        }
        found
    }

    pub(super) fn finds(&self, text: &[u8]) -> bool {
        !self.of(text).is_empty()
    }
}

fn pair(start: &[u8]) -> usize {
    usize::from(start[0]) << 8 | usize::from(start[1])
}

#[cfg(test)]
mod tests {
    use super::{
        super::needles::{digests, needles},
        *,
    };

    #[test]
    fn every_needle_is_found_and_nothing_else() {
        const SECRET: &str = "Jane.Quetzal+x@bücher.example";
        let all = [needles(SECRET), digests(SECRET)].concat();
        assert!(all.len() > 100, "{}", all.len());
        let search = Search::new([(SECRET.to_owned(), all.clone())]);
        for (name, needle) in all {
            let text = [b"said: ", &needle[..], b" and more"].concat();
            assert!(search.finds(&text), "{name}");
            let alone = Search::new([(name.clone(), vec![(name.clone(), needle)])]);
            assert!(alone.finds(&text) && !alone.finds(&text[..text.len() - 10]), "{name}");
        }
        // As Python's own modules write it.
        for text in [
            "JANE.QUETZAL+X@BÜCHER.EXAMPLE",
            "VG86IEphbmUuUXVldHphbCt4QGLDvGNoZXIuZXhhbXBsZQ==",
            "PEphbmUuUXVldHphbCt4QGLDvGNoZXIuZXhhbXBsZQ==",
            "YWJKYW5lLlF1ZXR6YWwreEBiw7xjaGVyLmV4YW1wbGU=",
            "HRFGC3TFFZIXKZLUPJQWYK3YIBRMHPDDNBSXELTFPBQW24DMMU======",
            "4A616E652E517565747A616C2B784062C3BC636865722E6578616D706C65",
            "%4A%61%6E%65%2E%51%75%65%74%7A%61%6C%2B%78%40%62%C3%BC%63%68%65%72%2E%65%78%61%6D%70%6C%65",
            "Wnar.Dhrgmny+k@oüpure.rknzcyr",
            "elpmaxe.rehcüb@x+lazteuQ.enaJ",
            "[74, 97, 110, 101, 46, 81, 117, 101, 116, 122, 97, 108, 43, 120, 64, 98, 195, 188, 99, \
             104, 101, 114, 46, 101, 120, 97, 109, 112, 108, 101]",
            "f44ab37c5ae6341c398999451ea8fcc0",
            "689df4f12bf58c1e743e9001907abed0c6688b3a",
            "6f9dfbe25c91bfacce2345c8661431f3421be5ce853f1642c82207a732efc3a4",
            "9fe1e27568288df236882f88be97afd93d8a91740da37001aca4ea11c059e5f8",
        ] {
            assert!(search.finds(text.as_bytes()), "{text}");
        }
        let innocent =
            "2026-11-26T11:00:00.123456Z INFO j***@a.example 0190-7000 queued as 4XyZ1c0pqrz9vLK";
        assert!(!search.finds(innocent.as_bytes()));
    }
}
