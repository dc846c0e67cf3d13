//! Domains that no code is sent to, such as those of throw-away mailboxes. An address
//! there is answered like any invalid one.

use std::{collections::HashSet, path::Path};

use signpost_shared::{
    address::EmailAddress,
    config::{ConfigError, read},
};

const VARIABLE: &str = "SIGNPOST_DENY_DOMAINS";

/// A set of domains; what is below one is in it too.
#[derive(Debug, Default)]
pub struct DeniedDomains(HashSet<String>);

impl DeniedDomains {
    /// Reads a file: a domain a line, `#` begins a comment.
    ///
    /// # Errors
    /// When the file can't be read, or a line is no domain: names both.
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        Self::parse(&read(VARIABLE, path)?)
            .map_err(|error| ConfigError::Invalid(VARIABLE, format!("{}, {error}", path.display())))
    }

    fn parse(text: &str) -> Result<Self, String> {
        let mut domains = HashSet::new();
        for (number, line) in (1..).zip(text.lines()) {
            let domain = line.split('#').next().unwrap_or_default().trim();
            if domain.is_empty() {
                continue;
            }
            // The same reading as for an address: A-labels, lower case, no trailing dot.
            let address = EmailAddress::parse(&format!("a@{domain}"));
            let address = address.map_err(|_| format!("line {number}: {domain:?} is no domain"))?;
            domains.insert(address.domain().to_owned());
        }
        Ok(Self(domains))
    }

    /// Whether the address's domain, or one above it, is denied.
    pub fn contains(&self, address: &EmailAddress) -> bool {
        let mut domain = Some(address.domain());
        while let Some(name) = domain {
            if self.0.contains(name) {
                return true;
            }
            domain = name.split_once('.').map(|(_, above)| above);
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_denied_domain_and_all_below_it() {
        let list =
            "# throw-away\nMailinator.example\n\nbücher.example. # books\nxn--fsqu00a.example\n";
        let denied = DeniedDomains::parse(list).unwrap();
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
        let error = DeniedDomains::parse("a.example\nnot a domain\n").unwrap_err();
        assert_eq!(error, "line 2: \"not a domain\" is no domain");
    }
}
