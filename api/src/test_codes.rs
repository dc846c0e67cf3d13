//! Addresses with a fixed code, for end-to-end tests and app-store reviewers. A send to
//! one is throttled and answered like any other, and queues nothing. Each use is logged
//! and counted; each line has a date at which it ends.

use std::{collections::HashMap, fmt, path::Path, sync::Arc, time::Duration};

use metrics::counter;
use signpost_shared::{
    address::EmailAddress,
    clock::Timestamp,
    code::Code,
    config::{ConfigError, read},
};
use tracing::warn;

const VARIABLE: &str = "SIGNPOST_TEST_CODES";
const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// Fixed codes by address; none by default. Clones share them.
#[derive(Clone, Default)]
pub struct TestCodes(Arc<HashMap<String, Entry>>);

struct Entry {
    code: Code,
    /// The end of its day (UTC).
    until: Timestamp,
}

impl fmt::Debug for TestCodes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestCodes({})", self.0.len())
    }
}

impl TestCodes {
    /// Reads a file: `address code YYYY-MM-DD` a line, `#` begins a comment.
    ///
    /// # Errors
    /// When the file can't be read, or a line is of another form: names file and line,
    /// and not what stands there.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(&read(VARIABLE, path)?)
            .map_err(|error| ConfigError::Invalid(VARIABLE, format!("{}, {error}", path.display())))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut codes = HashMap::new();
        for (number, line) in (1..).zip(text.lines()) {
            let line = line.split('#').next().unwrap_or_default();
            let fields: Vec<_> = line.split_whitespace().collect();
            if fields.is_empty() {
                continue;
            }
            let (address, entry) = entry(&fields).ok_or_else(|| {
                format!("line {number}: expected an address, a code of 4 to 10 digits and the last day, YYYY-MM-DD")
            })?;
            codes.insert(address, entry);
        }
        Ok(Self(Arc::new(codes)))
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The fixed code of an address, until its day is over. Every use is logged and counted.
    pub fn code(
        &self,
        call: &'static str,
        address: &EmailAddress,
        now: Timestamp,
    ) -> Option<&Code> {
        let entry = self.0.get(&address.bound()).filter(|entry| now < entry.until)?;
        counter!("signpost_test_codes_used_total", "call" => call).increment(1);
        warn!(call, "a test address was used: SIGNPOST_TEST_CODES lists it");
        Some(&entry.code)
    }
}

fn entry(fields: &[&str]) -> Option<(String, Entry)> {
    let [address, code, day] = fields else { return None };
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

    #[test]
    fn a_fixed_code_is_for_its_address_and_until_its_day_is_over() {
        let codes = "# reviewers\nReview@a.example 012345 2030-01-31 # store\n";
        let codes = TestCodes::parse(codes).unwrap();
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
    fn a_line_without_a_date_is_refused_and_not_repeated() {
        for line in [
            "a@a.example 012345",
            "a@a.example 12 2030-01-01",
            "a 012345 2030-01-01",
            "a@a.example 012345 tomorrow",
        ] {
            let error = TestCodes::parse(&format!("\n{line}")).unwrap_err();
            assert!(error.starts_with("line 2") && !error.contains("a.example"), "{error}");
        }
    }
}
