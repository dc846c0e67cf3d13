//! What both binaries' configuration has in common: environment variables that are
//! flags too (`arguments`), secrets that may come from files (`secrets`), and no
//! variable that is silently ignored.

use std::{
    env, fmt::Display, fs, net::SocketAddr, ops::RangeInclusive, path::Path, path::PathBuf,
    str::FromStr, time::Duration,
};

use clap::ValueEnum;
use thiserror::Error;

use crate::clock::millis;

mod arguments;
mod secrets;
mod templates;

pub use self::{
    arguments::{Asked, Called, ask, parse},
    secrets::{file_name, secret, url_or_file},
    templates::TemplateOptions,
};

/// Every variable that some binary of Signpost reads, so that one environment
/// can serve all and a misspelt name is still an error.
pub const VARIABLES: &[&str] = &[
    "SIGNPOST_ADDRESS_KEY", "SIGNPOST_ADDRESS_KEY_FILE", "SIGNPOST_ADMIN_LISTEN",
    "SIGNPOST_AMQP_URL", "SIGNPOST_AMQP_URL_FILE", "SIGNPOST_BRAND", "SIGNPOST_BRAND_COLOR",
    "SIGNPOST_CA_FILE", "SIGNPOST_CODE_DIGITS", "SIGNPOST_CODE_KEYS", "SIGNPOST_CODE_KEYS_FILE",
    "SIGNPOST_CODE_TRIES", "SIGNPOST_CODE_TTL", "SIGNPOST_CONNECTIONS", "SIGNPOST_COOLDOWN",
    "SIGNPOST_CORS_ORIGINS", "SIGNPOST_DAILY_CAP", "SIGNPOST_DAILY_TRIES",
    "SIGNPOST_DEFAULT_LOCALE", "SIGNPOST_DENY_DOMAINS", "SIGNPOST_DOCS", "SIGNPOST_DRAIN_DELAY",
    "SIGNPOST_ENVELOPE_FROM", "SIGNPOST_GRACE", "SIGNPOST_HELO_NAME", "SIGNPOST_IDLE",
    "SIGNPOST_LISTEN", "SIGNPOST_LOG", "SIGNPOST_LOG_FORMAT", "SIGNPOST_MAIL_FROM",
    "SIGNPOST_MANAGEMENT_URL", "SIGNPOST_NETWORK_BURST", "SIGNPOST_NETWORK_RATE",
    "SIGNPOST_PATH_PREFIXES", "SIGNPOST_PROXY_IDLE", "SIGNPOST_QUEUE_LIMIT", "SIGNPOST_REDIS_URL",
    "SIGNPOST_REDIS_URL_FILE", "SIGNPOST_REPLY_TO", "SIGNPOST_SEND_CEILING",
    "SIGNPOST_SEND_CEILING_BURST", "SIGNPOST_SMTPUTF8", "SIGNPOST_SMTP_CONNECTIONS",
    "SIGNPOST_SMTP_TOKEN_FILE", "SIGNPOST_SMTP_URL", "SIGNPOST_SMTP_URL_FILE", "SIGNPOST_STATUS",
    "SIGNPOST_STATUS_TTL", "SIGNPOST_SUPPORT", "SIGNPOST_TEMPLATES", "SIGNPOST_TEST_CODES",
    "SIGNPOST_TRUSTED_PROXIES",
];

/// A setting that is on or off.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// It is there.
    On,
    /// It is not.
    Off,
}

/// A setting that may be off. An alias, since clap takes `Option` for an argument that may be absent.
pub type OrOff<T> = Option<T>;

/// Reads one.
///
/// # Errors
/// The parser's.
pub fn unless_off<T, E>(
    text: &str,
    parse: impl FnOnce(&str) -> Result<T, E>,
) -> Result<OrOff<T>, E> {
    if text == "off" { Ok(None) } else { parse(text).map(Some) }
}

/// What is wrong with the configuration, in words that name the variable.
#[derive(Debug, Error)]
pub enum ConfigError {
    /// Variables of our prefix that no binary reads.
    #[error("unknown variable{} {}", if .0.len() == 1 { "" } else { "s" }, .0.join(", "))]
    Unknown(Vec<String>),
    /// A required secret is missing.
    #[error("{0} is required (or {0}_FILE, the name of a file that holds it). {1}")]
    Missing(&'static str, &'static str),
    /// Both the value and the file were given.
    #[error("{0} and {0}_FILE are both set; which one counts?")]
    Both(&'static str),
    /// A file can't be read.
    #[error("{name}: {path} can't be read: {error}", path = .path.display())]
    File {
        /// The variable that names the file.
        name: String,
        /// The file.
        path: PathBuf,
        /// Why.
        error: std::io::Error,
    },
    /// A value is not usable. The cause never holds the value of a secret.
    #[error("{0}: {1}")]
    Invalid(&'static str, String),
    /// More than one of these.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Several(Vec<ConfigError>),
}

impl ConfigError {
    /// Each by itself.
    pub fn each(self) -> Vec<Self> {
        match self {
            Self::Several(errors) => errors,
            one => vec![one],
        }
    }
}

/// Keeps what is wrong until all has been read, so that one mistake does not hide the next.
#[derive(Debug, Default)]
pub struct Mistakes(Vec<ConfigError>);

impl Mistakes {
    /// What was read, if it can be used.
    pub fn keep<T>(&mut self, read: Result<T, ConfigError>) -> Option<T> {
        read.map_err(|error| self.0.extend(error.each())).ok()
    }

    /// One more.
    pub fn add(&mut self, error: ConfigError) {
        self.0.push(error);
    }

    /// All of them, which are one at least.
    pub fn into_error(mut self) -> ConfigError {
        if self.0.len() == 1 { self.0.remove(0) } else { ConfigError::Several(self.0) }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Says of a variable what is wrong with its value.
pub fn invalid(variable: &'static str, error: &dyn Display) -> ConfigError {
    ConfigError::Invalid(variable, error.to_string())
}

/// Refuses variables with our prefix that no binary knows.
///
/// # Errors
/// [`ConfigError::Unknown`] lists them, each with the name it is most like.
pub fn refuse_unknown_variables() -> Result<(), ConfigError> {
    let set = env::vars_os().filter_map(|(name, value)| {
        Some((name.into_string().ok()?, value.to_string_lossy().into_owned()))
    });
    let unknown = unknown_variables(set);
    if unknown.is_empty() { Ok(()) } else { Err(ConfigError::Unknown(unknown)) }
}

fn unknown_variables(set: impl Iterator<Item = (String, String)>) -> Vec<String> {
    let mut unknown: Vec<_> = set
        .filter(|(name, value)| {
            name.starts_with("SIGNPOST_")
                && !VARIABLES.contains(&name.as_str())
                && !is_service_link(name, value)
        })
        .map(|(name, _)| match nearest(&name, VARIABLES.iter().copied()) {
            Some(known) => format!("{name} (did you mean {known}?)"),
            None => name,
        })
        .collect();
    unknown.sort();
    unknown
}

/// The name that was most likely meant: at most a third of it is misspelt.
pub fn nearest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let most = name.strip_prefix("SIGNPOST_").unwrap_or(name).len() / 3;
    known
        .into_iter()
        .map(|known| (strsim::damerau_levenshtein(name, known), known))
        .filter(|(distance, _)| *distance <= most)
        .min()
        .map(|(_, known)| known)
}

/// What Kubernetes sets in every pod for a service called `signpost-…`.
fn is_service_link(name: &str, value: &str) -> bool {
    const URL: [&str; 3] = ["tcp://", "udp://", "sctp://"];
    let is_url = URL.iter().any(|scheme| value.starts_with(scheme));
    let is_part = ["_PROTO", "_ADDR", "_PORT"].iter().any(|end| name.ends_with(end));
    name.ends_with("_SERVICE_HOST")
        || name.contains("_SERVICE_PORT")
        || (name.ends_with("_PORT") && is_url)
        || (name.contains("_PORT_") && (is_url || is_part))
}

/// Reads a file that a variable names. A byte-order mark is no part of its text.
///
/// # Errors
/// Names the variable, the file and the cause.
pub fn read(name: &str, path: &Path) -> Result<String, ConfigError> {
    let text = fs::read_to_string(path).map_err(|error| ConfigError::File {
        name: name.to_owned(),
        path: path.to_owned(),
        error,
    })?;
    Ok(text.strip_prefix('\u{FEFF}').map(str::to_owned).unwrap_or(text))
}

/// Reads a list from a file that a variable names: an entry a line, `#` begins a comment.
///
/// # Errors
/// Also when a line is no entry: names the variable, the file and the line, and says of it
/// what `entry` does.
pub fn read_list<T, C: FromIterator<T>>(
    name: &'static str,
    path: &Path,
    entry: impl Fn(&str) -> Result<T, String>,
) -> Result<C, ConfigError> {
    let text = read(name, path)?;
    let lines = text.lines().map(|line| line.split('#').next().unwrap_or_default().trim());
    let entries = (1..).zip(lines).filter(|(_, line)| !line.is_empty()).map(|(number, line)| {
        let told = |error| format!("{}, line {number}: {error}", path.display());
        entry(line).map_err(|error| ConfigError::Invalid(name, told(error)))
    });
    entries.collect()
}

/// Reads a whole number of this range.
pub fn number<T: FromStr + PartialOrd + Display>(
    range: RangeInclusive<T>,
) -> impl Fn(&str) -> Result<T, String> + Clone
where
    RangeInclusive<T>: Clone,
{
    move |text| {
        let read = text.trim().parse().ok().filter(|number| range.contains(number));
        let (least, most) = (range.start(), range.end());
        read.ok_or_else(|| format!("expected a whole number, {least} to {most}"))
    }
}

/// Where to listen, or to ask who listens.
///
/// # Errors
/// When it is no address with a port.
pub fn socket(text: &str) -> Result<SocketAddr, &'static str> {
    text.parse().map_err(|_| "expected an IP address and a port, such as 127.0.0.1:8080")
}

/// A duration such as `60s`, `30m` or `1h 30m`.
///
/// # Errors
/// When it can't be parsed, or is over a year.
pub fn duration(text: &str) -> Result<Duration, String> {
    let duration = humantime::parse_duration(text)
        .map_err(|error| format!("{error}; expected a number with its unit, such as 60s or 30m"))?;
    if millis(duration) > 366 * 86_400_000 {
        return Err("is over a year".to_owned());
    }
    Ok(duration)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unknown(set: &[(&str, &str)]) -> Vec<String> {
        unknown_variables(set.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())))
    }

    #[test]
    fn a_misspelt_limit_is_not_silently_off() {
        assert_eq!(
            unknown(&[("SIGNPOST_COOLDWON", "60s"), ("HOME", "/"), ("SIGNPOST_LOG", "info")]),
            ["SIGNPOST_COOLDWON (did you mean SIGNPOST_COOLDOWN?)"]
        );
        assert_eq!(unknown(&[("SIGNPOST_PORT", "8080")]), ["SIGNPOST_PORT"]);
    }

    #[test]
    fn what_kubernetes_injects_is_none_of_ours() {
        assert!(
            unknown(&[
                ("SIGNPOST_API_SERVICE_HOST", "10.0.0.1"),
                ("SIGNPOST_API_SERVICE_PORT", "80"),
                ("SIGNPOST_API_SERVICE_PORT_HTTP", "80"),
                ("SIGNPOST_API_PORT", "tcp://10.0.0.1:80"),
                ("SIGNPOST_API_PORT_80_TCP", "tcp://10.0.0.1:80"),
                ("SIGNPOST_API_PORT_80_TCP_PROTO", "tcp"),
                ("SIGNPOST_API_PORT_80_TCP_PORT", "80"),
                ("SIGNPOST_API_PORT_80_TCP_ADDR", "10.0.0.1"),
                ("SIGNPOST_PORT", "tcp://10.0.0.1:80"),
            ])
            .is_empty()
        );
    }

    #[test]
    fn numbers_have_a_range_and_no_fraction() {
        let read = number(1..=1000_u32);
        assert_eq!((read("7"), read(" 1000\n")), (Ok(7), Ok(1000)));
        for wrong in ["", "0", "1001", "-1", "1.5", "7x", "99999999999"] {
            assert_eq!(read(wrong).unwrap_err(), "expected a whole number, 1 to 1000", "{wrong}");
        }
    }

    #[test]
    fn durations_have_units() {
        assert_eq!(duration("60s"), Ok(Duration::from_secs(60)));
        assert_eq!(duration("30m"), Ok(Duration::from_secs(1800)));
        assert!(duration("60").is_err() && duration("").is_err() && duration("9999y").is_err());
    }
}
