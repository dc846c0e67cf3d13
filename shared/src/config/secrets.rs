//! Secrets, and URLs that may hold a password: from a variable, or from the file that
//! `…_FILE` names. No error repeats them.

use std::{
    env,
    fmt::Display,
    path::{Path, PathBuf},
    str::FromStr,
};

use secrecy::{ExposeSecret as _, SecretString};

use super::{ConfigError, invalid, read};

/// A secret from the environment, or from the file that `…_FILE` names. `hint` says how
/// to make one.
///
/// # Errors
/// When there is none, both are set, or it can't be used.
pub fn secret<T: FromStr<Err: Display>>(
    name: &'static str,
    file: Option<&Path>,
    hint: &'static str,
) -> Result<T, ConfigError> {
    let value = env::var_os(name).filter(|value| !value.is_empty());
    let value = value.map(|value| value.into_string().map_err(|_| invalid(name, &"not UTF-8")));
    let value = value.transpose()?;
    let text = match (value, file) {
        (Some(_), Some(_)) => return Err(ConfigError::Both(name)),
        (None, None) => return Err(ConfigError::Missing(name, hint)),
        (Some(value), None) => value.into(),
        (None, Some(path)) => held(&format!("{name}_FILE"), path)?,
    };
    text.expose_secret().parse().map_err(|error: T::Err| match file {
        Some(path) => invalid(name, &format!("{}: {error}", path.display())),
        None => invalid(name, &error),
    })
}

/// A URL, or what the file holds that may be given in its place.
///
/// # Errors
/// When the file can't be read.
pub fn url_or_file(
    url: &SecretString,
    file: Option<&Path>,
    file_variable: &'static str,
) -> Result<SecretString, ConfigError> {
    file.map_or_else(|| Ok(url.clone()), |path| held(file_variable, path))
}

fn held(variable: &str, path: &Path) -> Result<SecretString, ConfigError> {
    Ok(read(variable, path)?.trim().into())
}

/// The name of a file or folder. A secret in its place, which may be another setting's, is not
/// taken for one, since an error would show it.
///
/// # Errors
/// When it looks like a key or a URL, and there is no such file.
pub fn file_name(text: &str) -> Result<PathBuf, &'static str> {
    let path = PathBuf::from(text);
    if may_be_secret(text) && !path.exists() {
        return Err("expected the name of a file, not what may be a secret itself");
    }
    Ok(path)
}

/// Whether a text could be a URL with a password, or a key.
pub(super) fn may_be_secret(text: &str) -> bool {
    text.contains(['@', '=']) || text.contains("://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_may_come_from_a_file() {
        let file = tempfile::NamedTempFile::new().unwrap();
        for text in ["s3cret", "s3cret\n", "\u{FEFF}s3cret\r\n"] {
            std::fs::write(file.path(), text).unwrap();
            let held: String = secret("SIGNPOST_NONE_SUCH", Some(file.path()), "").unwrap();
            assert_eq!(held, "s3cret", "{text:?}");
        }
        let wrong = secret::<u8>("SIGNPOST_NONE_SUCH", Some(file.path()), "").unwrap_err();
        assert!(wrong.to_string().contains(file.path().to_str().unwrap()), "{wrong}");
        assert!(!wrong.to_string().contains("s3cret"), "{wrong}");
        let missing = secret::<String>("SIGNPOST_NONE_SUCH", None, "Make one.").unwrap_err();
        assert!(missing.to_string().contains("SIGNPOST_NONE_SUCH_FILE"));
    }

    #[test]
    fn a_secret_is_no_file() {
        for secret in ["redis://u:s3cret@h", "k1:czNjcmV0czNjcmV0=", "u:s3cret@h:5672"] {
            assert!(file_name(secret).is_err(), "{secret}");
        }
        let folder = tempfile::Builder::new().prefix("a@b=").tempdir().unwrap();
        assert!(file_name(folder.path().to_str().unwrap()).is_ok());
        assert!(file_name("/run/secrets/none_yet").is_ok());
    }
}
