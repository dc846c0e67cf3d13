//! Domains that no code is sent to, such as those of throw-away mailboxes. An address
//! there is answered like any invalid one.

use std::{collections::HashSet, path::PathBuf};

use signpost_shared::{
    address::EmailAddress,
    config::{ConfigError, read_list},
    reload::Files,
};
use tokio::sync::watch;

const VARIABLE: &str = "SIGNPOST_DENY_DOMAINS";

/// A set of domains; what is below one is in it too. Empty without a file.
#[derive(Debug, Default)]
pub struct DeniedDomains(Option<watch::Receiver<HashSet<String>>>);

impl DeniedDomains {
    /// Reads a file, if there is one: a domain a line, `#` begins a comment.
    ///
    /// # Errors
    /// When the file can't be read, or a line is no domain: names both.
    pub fn read(path: Option<PathBuf>, files: &mut Files) -> Result<Self, ConfigError> {
        let domains = path.map(|path| files.read(move || read_list(VARIABLE, &path, domain)));
        domains.transpose().map(Self)
    }

    /// Whether the address's domain, or one above it, is denied.
    pub fn contains(&self, address: &EmailAddress) -> bool {
        let Some(denied) = self.0.as_ref().map(watch::Receiver::borrow) else { return false };
        let mut domain = Some(address.domain());
        while let Some(name) = domain {
            if denied.contains(name) {
                return true;
            }
            domain = name.split_once('.').map(|(_, above)| above);
        }
        false
    }
}

/// The same reading as for an address: A-labels, lower case, no trailing dot.
fn domain(line: &str) -> Result<String, String> {
    let address = EmailAddress::parse(&format!("a@{line}"));
    // Not what stands there: it may be an address, or a secret in the wrong file.
    address.map(|a| a.domain().to_owned()).map_err(|_| "this is no domain".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_domain_and_all_below_it() {
        let list =
            "# throw-away\nMailinator.example\n\nbücher.example. # books\nxn--fsqu00a.example\n";
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), list).unwrap();
        let mut files = Files::default();
        let denied = DeniedDomains::read(Some(file.path().to_owned()), &mut files).unwrap();
        for (address, is_denied) in [
            ("a@mailinator.example", true),
            ("a@x.y.MAILINATOR.example.", true),
            ("a@xn--bcher-kva.example", true),
            ("a@例子.example", true),
            ("a@notmailinator.example", false),
            ("a@mailinator.example.com", false),
            ("a@example.com", false),
        ] {
            let address = EmailAddress::parse(address).unwrap();
            assert_eq!(denied.contains(&address), is_denied, "{}", address.domain());
        }
        std::fs::write(file.path(), "a.example\nnot a domain\n").unwrap();
        let error = DeniedDomains::read(Some(file.path().to_owned()), &mut files).unwrap_err();
        let path = file.path().display();
        let expected = format!("{VARIABLE}: {path}, line 2: this is no domain");
        assert_eq!(error.to_string(), expected);
    }
}
