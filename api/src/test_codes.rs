//! Addresses with a fixed code, for end-to-end tests and app-store reviewers. A send to
//! one is throttled and answered like any other, and queues nothing. Each use is logged
//! and counted; each line has a date at which it ends.

use std::{
    collections::HashMap,
    fmt,
    path::{Path, PathBuf},
    time::Duration,
};

use metrics::counter;
use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::Code,
    config::{ConfigError, invalid, read_list},
    reload::Files,
};
use tokio::sync::watch;
use tracing::warn;

const VARIABLE: &str = "SIGNPOST_TEST_CODES";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Fixed codes by address; none without a file. Clones share them.
#[derive(Clone, Default)]
pub struct TestCodes(Option<watch::Receiver<HashMap<String, Entry>>>);

struct Entry {
    code: Code,
    /// The end of its day (UTC).
    until: Timestamp,
}

impl fmt::Debug for TestCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TestCodes")
    }
}

impl TestCodes {
    /// Reads a file, if there is one: `address code YYYY-MM-DD` a line, `#` begins a comment.
    ///
    /// # Errors
    /// When the file can't be read, or a line is of another form: names file and line,
    /// and not what stands there.
    pub fn read(path: Option<PathBuf>, files: &mut Files) -> Result<Self, ConfigError> {
        let read = |path: &Path| {
            let entries: Vec<_> = read_list(VARIABLE, path, entry)?;
            let count = entries.len();
            let codes = HashMap::from_iter(entries);
            let is_twice = "an address is there twice: which of its lines counts?";
            (codes.len() == count).then_some(codes).ok_or_else(|| invalid(VARIABLE, &is_twice))
        };
        let codes = path.map(|path| files.read(move || read(&path)));
        codes.transpose().map(Self)
    }

    /// The fixed code of an address, until its day is over. Every use is logged and counted.
    pub fn code(&self, call: &'static str, address: &EmailAddress, now: Timestamp) -> Option<Code> {
        let codes = self.0.as_ref()?.borrow();
        let entry = codes.get(&address.bound()).filter(|entry| now < entry.until)?;
        counter!("signpost_test_codes_used_total", "call" => call).increment(1);
        warn!(call, "a test address was used: SIGNPOST_TEST_CODES lists it");
        Some(entry.code.clone())
    }
}

fn entry(line: &str) -> Result<(String, Entry), String> {
    let expected = "expected an address, a code of 4 to 10 digits and the last day, YYYY-MM-DD";
    parse(line).ok_or_else(|| expected.to_owned())
}

fn parse(line: &str) -> Option<(String, Entry)> {
    let fields: Vec<_> = line.split_whitespace().collect();
    let [address, code, day] = fields[..] else { return None };
    let address = EmailAddress::parse(address).ok()?;
    let code = Code::fixed(code)?;
    let day = humantime::parse_rfc3339(&format!("{day}T00:00:00Z")).ok()?;
    let since_epoch = day.duration_since(std::time::UNIX_EPOCH).ok()?;
    let until = Timestamp::from_millis(0).plus(since_epoch).plus(DAY);
    Some((address.bound(), Entry { code, until }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<TestCodes, ConfigError> {
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), text).unwrap();
        TestCodes::read(Some(file.path().to_owned()), &mut Files::default())
    }

    #[test]
    fn a_fixed_code_is_for_its_address_and_until_its_day_is_over() {
        let codes = read("# reviewers\nReview@a.example 012345 2030-01-31 # store\n").unwrap();
        let at = |address: &str, rfc3339: &str| {
            let time = humantime::parse_rfc3339(rfc3339).unwrap();
            let since_epoch = time.duration_since(std::time::UNIX_EPOCH).unwrap();
            let now = Timestamp::from_millis(0).plus(since_epoch);
            let address = EmailAddress::parse(address).unwrap();
            codes.code("send", &address, now).map(|code| code.expose().to_owned())
        };
        let code = Some("012345".to_owned());
        assert_eq!(at("review@A.example", "2030-01-31T23:59:59Z"), code);
        assert_eq!(at("review@a.example", "2030-02-01T00:00:00Z"), None);
        assert_eq!(at("review+x@a.example", "2030-01-01T00:00:00Z"), None);
        assert_eq!(at("other@a.example", "2030-01-01T00:00:00Z"), None);
    }

    #[test]
    fn an_address_is_there_once() {
        let line = "A@a.example 012345 2030-01-31\n";
        assert!(read(&[line, &line.replace("A@", "b@")].concat()).is_ok());
        let error = read(&[line, &line.to_lowercase()].concat()).unwrap_err().to_string();
        assert!(error.contains("twice") && !error.contains("a.example"), "{error}");
    }

    #[test]
    fn a_line_without_a_date_is_refused_and_not_repeated() {
        for line in [
            "a@a.example 012345", "a@a.example 12 2030-01-01", "a 012345 2030-01-01",
            "a@a.example 012345 tomorrow",
        ] {
            let error = read(&format!("\n{line}")).unwrap_err().to_string();
            assert!(error.contains(", line 2: ") && !error.contains("a.example"), "{error}");
        }
    }
}
