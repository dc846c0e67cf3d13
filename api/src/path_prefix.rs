//! The paths under which the calls are found.

use std::str::FromStr;

/// A path such as `/plugin/datafor-auth/api/user`, or `/`: none of its characters are read
/// otherwise by a router or a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathPrefix(String);

impl PathPrefix {
    /// The path, without a slash at its end.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PathPrefix {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let path = text.strip_suffix('/').unwrap_or(text);
        let sound = |segment: &str| {
            let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
            // Clients resolve a `.` or `..` before they ask.
            !matches!(segment, "" | "." | "..") && segment.chars().all(allowed)
        };
        if text.starts_with('/') && path.split('/').skip(1).all(sound) {
            return Ok(Self(path.to_owned()));
        }
        Err("a path prefix is of the form /plugin/datafor-auth/api/user")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_forms_of_a_prefix() {
        for (text, path) in [
            ("/plugin/datafor-auth/api/user", "/plugin/datafor-auth/api/user"),
            ("/x/", "/x"),
            ("/", ""),
            ("/v1.0/~a_b-c", "/v1.0/~a_b-c"),
        ] {
            assert_eq!(text.parse::<PathPrefix>().unwrap().as_str(), path);
        }
        for bad in [
            "", "x", "//", "/x//", "//x", "/x//y", "/{x}", "/*x", "/:x", "/x y", "/é", "/..",
            "/x/./y",
        ] {
            assert!(bad.parse::<PathPrefix>().is_err(), "{bad}");
        }
    }
}
