//! The paths under which the calls are found.

/// A path such as `/plugin/datafor-auth/api/user`, or `/`, without a slash at its end: none of its
/// characters are read otherwise by a router or a URL.
///
/// # Errors
/// Says what it must be like.
pub fn path_prefix(text: &str) -> Result<String, &'static str> {
    let path = text.strip_suffix('/').unwrap_or(text);
    let sound = |segment: &str| {
        let allowed = |c: char| c.is_ascii_alphanumeric() || "-_.~".contains(c);
        // Clients resolve a `.` or `..` before they ask.
        !matches!(segment, "" | "." | "..") && segment.chars().all(allowed)
    };
    if text.starts_with('/') && path.split('/').skip(1).all(sound) {
        return Ok(path.to_owned());
    }
    Err("a path prefix is of the form /plugin/datafor-auth/api/user")
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
            assert_eq!(path_prefix(text).unwrap(), path);
        }
        for bad in [
            "", "x", "//", "/x//", "//x", "/x//y", "/{x}", "/*x", "/:x", "/x y", "/é", "/..",
            "/x/./y",
        ] {
            assert!(path_prefix(bad).is_err(), "{bad}");
        }
    }
}
