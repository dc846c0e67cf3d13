//! The API's configuration: `--help` is its documentation.

use std::{
    collections::HashSet,
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use clap::{Args, Parser};
use ipnet::{IpNet, Ipv6Net};
use secrecy::{ExposeSecret as _, SecretString};
use signpost_shared::{
    catalog::{Catalog, Domain},
    code::{CodeKeys, Digits, Key, KeyError},
    config::{
        ConfigError, Mistakes, OrOff, Switch, TemplateOptions, duration, file_name, invalid,
        number, secret, socket, unless_off, url_or_file,
    },
    lifecycle::Shutdown,
    queue::rabbit::{Broker, BrokerOptions},
    reload::Files,
    telemetry::LogOptions,
};

use tokio::sync::watch;

use crate::{
    deny::DeniedDomains,
    hygiene::origin,
    path_prefix::path_prefix,
    test_codes::TestCodes,
    throttle::{AddressKeys, Limit, Limits, Rate, RedisConnection},
};

/// Where the admin listener is, unless it is told otherwise.
pub const ADMIN_LISTEN: &str = "127.0.0.1:9090";

const SECRETS: &str = "\
Secrets, from the environment or a file, never from a flag:
  SIGNPOST_CODE_KEYS    required; kid:base64[,kid:base64…], 32 bytes each; the first one signs
  SIGNPOST_ADDRESS_KEY  required; base64, 32 bytes; Redis knows addresses by their HMAC under it
  `signpost-api keygen` makes both. Each may be in a file instead: …_FILE names it.

`signpost-api check` looks at settings, Redis and broker and says what is wrong and what to do.

Also: `signpost-api address` shows why an address gets no code, lifts its limits, tells its tag,
forgets it; `signpost-api status` shows what became of a mail;
`signpost-api keygen` makes keys; `signpost-api health` asks a running one whether it is
healthy, and its exit status says so.";

/// Where Redis is.
#[derive(Debug, Args)]
pub struct RedisOptions {
    /// Redis: redis://user:password@host:port/db, redis+sentinel://host:port,host:port/primary-name/db or redis+cluster://host:port,host:port; rediss for TLS
    #[arg(
        long,
        env = "SIGNPOST_REDIS_URL",
        hide_env_values = true,
        default_value = "redis://127.0.0.1:6379",
        value_name = "URL"
    )]
    pub redis_url: SecretString,
    /// A file that holds the Redis URL instead
    #[arg(
        long,
        env = "SIGNPOST_REDIS_URL_FILE",
        value_parser = file_name,
        value_name = "FILE",
        conflicts_with = "redis_url"
    )]
    pub redis_url_file: Option<PathBuf>,
}

impl RedisOptions {
    /// A connection to it, which `files` keeps at the state of the CA file.
    ///
    /// # Errors
    /// Names the variable and what is wrong with it.
    pub fn connection(
        &self,
        ca_file: Option<&Path>,
        files: &mut Files,
    ) -> Result<RedisConnection, ConfigError> {
        let file = self.redis_url_file.as_deref();
        let url = url_or_file(&self.redis_url, file, "SIGNPOST_REDIS_URL_FILE")?;
        RedisConnection::new(url.expose_secret(), ca_file, files)
    }

    /// If the URL names several hosts: each of them, and a connection by way of it alone.
    pub fn each(&self, ca_file: Option<&Path>) -> Vec<(String, RedisConnection)> {
        let file = self.redis_url_file.as_deref();
        let url = url_or_file(&self.redis_url, file, "SIGNPOST_REDIS_URL_FILE").ok();
        let several = url.as_ref().and_then(|url| url.expose_secret().split_once("://"));
        let Some((scheme, rest)) = several.filter(|(_, rest)| rest.contains(',')) else {
            return Vec::new();
        };
        let (hosts, path) = rest.find('/').map_or((rest, ""), |slash| rest.split_at(slash));
        let (credentials, hosts) = hosts.split_at(hosts.rfind('@').map_or(0, |at| at + 1));
        let connection = |host: &str| {
            let url = format!("{scheme}://{credentials}{host}{path}");
            let connection = RedisConnection::new(&url, ca_file, &mut Files::default());
            Some((host.to_owned(), connection.ok()?))
        };
        hosts.split(',').map(str::trim).filter_map(connection).collect()
    }
}

/// Accepts requests for sign-up codes, throttles them and queues the mails.
#[derive(Debug, Parser)]
#[command(name = "signpost-api", version, after_help = SECRETS)]
pub struct Config {
    /// Where requests are taken
    #[arg(long, env = "SIGNPOST_LISTEN", default_value = "127.0.0.1:8080", value_parser = socket, value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Where /livez, /readyz, /healthz, /metrics and /status are
    #[arg(
        long,
        env = "SIGNPOST_ADMIN_LISTEN",
        default_value = ADMIN_LISTEN,
        value_parser = socket,
        value_name = "ADDR"
    )]
    pub admin_listen: SocketAddr,
    /// Redis
    #[command(flatten)]
    pub redis: RedisOptions,
    /// The broker, and whom TLS trusts
    #[command(flatten)]
    pub broker: BrokerOptions,
    /// A file that holds the code keys
    #[arg(long, env = "SIGNPOST_CODE_KEYS_FILE", value_parser = file_name, value_name = "FILE")]
    pub code_keys_file: Option<PathBuf>,
    /// A file that holds the address key
    #[arg(long, env = "SIGNPOST_ADDRESS_KEY_FILE", value_parser = file_name, value_name = "FILE")]
    pub address_key_file: Option<PathBuf>,
    /// How long a code works; a minute at least
    #[arg(long, env = "SIGNPOST_CODE_TTL", default_value = "30m", value_parser = duration, value_name = "TIME")]
    pub code_ttl: Duration,
    /// How many digits a code has, 4 to 10
    #[arg(long, env = "SIGNPOST_CODE_DIGITS", default_value = "6", value_name = "N", value_parser = digits)]
    pub code_digits: Digits,
    /// Wrong tries that kill a code
    #[arg(long, env = "SIGNPOST_CODE_TRIES", default_value_t = 5, value_name = "N", value_parser = number(1..=1000_u32))]
    pub code_tries: u32,
    /// Time from one code to the next for an address
    #[arg(long, env = "SIGNPOST_COOLDOWN", default_value = "60s", value_parser = duration, value_name = "TIME")]
    pub cooldown: Duration,
    /// Codes that an address may be sent in 24 hours
    #[arg(long, env = "SIGNPOST_DAILY_CAP", default_value_t = 10, value_name = "N", value_parser = number(1..=u32::MAX))]
    pub daily_cap: u32,
    /// A file of domains that no code is sent to, a domain a line; subdomains count; SIGHUP reads it again
    #[arg(long, env = "SIGNPOST_DENY_DOMAINS", value_parser = file_name, value_name = "FILE")]
    pub deny_domains: Option<PathBuf>,
    /// A file of test addresses, `address code YYYY-MM-DD` a line: no mail is sent, the code is fixed until that day; SIGHUP reads it again
    #[arg(long, env = "SIGNPOST_TEST_CODES", value_parser = file_name, value_name = "FILE")]
    pub test_codes: Option<PathBuf>,
    /// Wrong codes that an address may be tried with in 24 hours
    #[arg(long, env = "SIGNPOST_DAILY_TRIES", default_value_t = 15, value_name = "N", value_parser = number(1..=u32::MAX))]
    pub daily_tries: u32,
    /// What the whole service may send, e.g. 1000 a minute; or off
    #[arg(long, env = "SIGNPOST_SEND_CEILING", default_value = "off", value_parser = a_minute, value_name = "N")]
    pub send_ceiling: OrOff<Rate>,
    /// How many of them at once [default: ten seconds' worth, and ten at least]
    #[arg(long, env = "SIGNPOST_SEND_CEILING_BURST", value_name = "N", value_parser = number(1..=1_000_000_u32))]
    pub send_ceiling_burst: Option<u32>,
    /// How many jobs may wait in the queue: what the relays take in five minutes; or off
    #[arg(long, env = "SIGNPOST_QUEUE_LIMIT", default_value = "off", value_parser = jobs, value_name = "N")]
    pub queue_limit: OrOff<NonZeroU32>,
    /// What a client network may send, and check in vain: a rate such as 10/m, or off
    #[arg(long, env = "SIGNPOST_NETWORK_RATE", default_value = "10/m", value_parser = rate, value_name = "RATE")]
    pub network_rate: OrOff<Rate>,
    /// How many of them at once
    #[arg(long, env = "SIGNPOST_NETWORK_BURST", default_value_t = 20, value_name = "N", value_parser = number(1..=1_000_000_u32))]
    pub network_burst: u32,
    /// Networks (CIDR) of the proxies whose X-Forwarded-For counts, with commas between
    #[arg(long, env = "SIGNPOST_TRUSTED_PROXIES", value_delimiter = ',', value_parser = network, value_name = "CIDRS")]
    pub trusted_proxies: Vec<IpNet>,
    /// Whether local parts beyond ASCII are taken: on, if the relay speaks SMTPUTF8. Domains may be in any script anyway
    #[arg(long, env = "SIGNPOST_SMTPUTF8", value_enum, default_value_t = Switch::Off, value_name = "SWITCH")]
    pub smtputf8: Switch,
    /// Connections at once; never more than half the files that the process may have open
    #[arg(long, env = "SIGNPOST_CONNECTIONS", default_value = "8192", value_name = "N", value_parser = number(1..=usize::MAX))]
    pub connections: usize,
    /// How long a client may be silent, take for the head of a request, or leave an answer unread
    #[arg(long, env = "SIGNPOST_IDLE", default_value = "15s", value_parser = duration, value_name = "TIME")]
    pub idle: Duration,
    /// How long a trusted proxy may be silent: longer than it keeps idle connections, or it answers 502 now and then
    #[arg(long, env = "SIGNPOST_PROXY_IDLE", default_value = "620s", value_parser = duration, value_name = "TIME")]
    pub proxy_idle: Duration,
    /// Paths under which the calls are found, with commas between
    #[arg(
        long,
        env = "SIGNPOST_PATH_PREFIXES",
        default_value = "/plugin/datafor-auth/api/user",
        value_delimiter = ',',
        value_parser = path_prefix,
        value_name = "PATHS"
    )]
    pub path_prefixes: Vec<String>,
    /// Origins that browsers may call us from, with commas between: `https://www.example.com`, `capacitor://localhost`
    #[arg(long, env = "SIGNPOST_CORS_ORIGINS", value_delimiter = ',', value_parser = origin, value_name = "ORIGINS")]
    pub cors_origins: Vec<axum::http::HeaderValue>,
    /// Templates and languages
    #[command(flatten)]
    pub templates: TemplateOptions,
    /// Whether it is kept in Redis what became of each mail, for /status/{job} and /status?tag= on the admin listener and `signpost-api status`
    #[arg(long, env = "SIGNPOST_STATUS", value_enum, default_value_t = Switch::Off, value_name = "SWITCH")]
    pub status: Switch,
    /// How long after its last change
    #[arg(long, env = "SIGNPOST_STATUS_TTL", default_value = "24h", value_parser = duration, value_name = "TIME")]
    pub status_ttl: Duration,
    /// Whether the calls are described at /docs and /openapi.json
    #[arg(long, env = "SIGNPOST_DOCS", value_enum, default_value_t = Switch::On, value_name = "SWITCH")]
    pub docs: Switch,
    /// How it ends
    #[command(flatten)]
    pub shutdown: Shutdown,
    /// Logging
    #[command(flatten)]
    pub logging: LogOptions,
}

/// What the configuration amounts to, secrets read and checked.
#[derive(Debug)]
pub struct Checked {
    /// Where Redis is.
    pub redis: RedisConnection,
    /// Where the broker is.
    pub broker: Broker,
    /// What an address may do.
    pub limits: Limits,
    /// How Redis knows addresses.
    pub address_keys: AddressKeys,
    /// Domains that no code is sent to.
    pub denied: DeniedDomains,
    /// The API's messages.
    pub texts: watch::Receiver<Arc<Catalog>>,
    /// What SIGHUP has read again.
    pub files: Files,
}

impl Config {
    /// Reads the secrets and checks what depends on more than one setting.
    ///
    /// # Errors
    /// Names the variable and what is wrong with it.
    pub fn check(&self) -> Result<Checked, ConfigError> {
        let (mut files, mut wrong) = (Files::default(), Mistakes::default());
        let code_keys = wrong.keep(self.code_keys());
        let address_key = wrong.keep(self.address_key());
        if self.code_ttl < Duration::from_secs(60) {
            wrong.add(invalid("SIGNPOST_CODE_TTL", &"a code must work for a minute at least"));
        }
        if self.status_ttl < Duration::from_secs(1) {
            let problem =
                "a status must last for a second at least; SIGNPOST_STATUS=off keeps none";
            wrong.add(invalid("SIGNPOST_STATUS_TTL", &problem));
        }
        let different: HashSet<_> = self.path_prefixes.iter().collect();
        if different.len() < self.path_prefixes.len() {
            wrong.add(invalid("SIGNPOST_PATH_PREFIXES", &"one of them is there twice"));
        }
        let denied = wrong.keep(DeniedDomains::read(self.deny_domains.clone(), &mut files));
        let test_codes = wrong.keep(TestCodes::read(self.test_codes.clone(), &mut files));
        for (name, idle) in [("SIGNPOST_IDLE", self.idle), ("SIGNPOST_PROXY_IDLE", self.proxy_idle)]
        {
            if idle < Duration::from_secs(1) {
                wrong.add(invalid(name, &"a client must have a second at least"));
            }
        }
        let ca_file = self.broker.ca_file.as_deref();
        let texts =
            self.templates.read(&mut files, |folder| Catalog::with_folder(Domain::Api, folder));
        let texts = wrong.keep(texts);
        let broker = wrong.keep(self.broker.broker(&mut files));
        let redis = wrong.keep(self.redis.connection(ca_file, &mut files));
        let usable = wrong.is_empty();
        let (Some(code_keys), Some(address_key), Some(denied), Some(test_codes), true) =
            (code_keys, address_key, denied, test_codes, usable)
        else {
            return Err(wrong.into_error());
        };
        let (Some(texts), Some(broker), Some(redis)) = (texts, broker, redis) else {
            return Err(wrong.into_error());
        };
        Ok(Checked {
            texts,
            broker,
            redis,
            limits: Limits {
                cooldown: self.cooldown,
                daily_cap: self.daily_cap,
                code_ttl: self.code_ttl,
                digits: self.code_digits,
                tries: self.code_tries,
                code_keys: Arc::new(code_keys),
                daily_tries: self.daily_tries,
                test_codes,
                network: self.network_rate.map(|rate| Limit { rate, burst: self.network_burst }),
                ceiling: self.ceiling(),
            },
            address_keys: AddressKeys::new(address_key),
            denied,
            files,
        })
    }

    pub(crate) fn code_keys(&self) -> Result<CodeKeys, ConfigError> {
        secret(
            "SIGNPOST_CODE_KEYS",
            self.code_keys_file.as_deref(),
            "It is kid:base64[,kid:base64…]; `signpost-api keygen` makes one.",
        )
    }

    pub(crate) fn address_key(&self) -> Result<Key, ConfigError> {
        secret(
            "SIGNPOST_ADDRESS_KEY",
            self.address_key_file.as_deref(),
            "`signpost-api keygen` makes one.",
        )
    }

    /// Ten seconds' worth at once: people come in bunches, and a rate below the ceiling is
    /// not to be refused. A ceiling protects a reputation, not a moment.
    fn ceiling(&self) -> Option<Limit> {
        self.send_ceiling.map(|rate| {
            let worth = 10_000_000_000_u128.div_ceil(rate.interval.as_nanos());
            let burst = u32::try_from(worth).unwrap_or(u32::MAX).max(10);
            Limit { rate, burst: self.send_ceiling_burst.unwrap_or(burst) }
        })
    }
}

/// A number of sends a minute, or off.
fn a_minute(text: &str) -> Result<OrOff<Rate>, &'static str> {
    let wrong = |_| "expected a number of sends a minute, or off";
    unless_off(text, |text| format!("{text}/m").parse()).map_err(wrong)
}

fn digits(text: &str) -> Result<Digits, String> {
    number(4..=10_u8)(text)?.try_into().map_err(|error: KeyError| error.to_string())
}

fn jobs(text: &str) -> Result<OrOff<NonZeroU32>, &'static str> {
    unless_off(text, str::parse).map_err(|_| "expected a number of jobs, or off")
}

fn rate(text: &str) -> Result<OrOff<Rate>, &'static str> {
    unless_off(text, str::parse)
}

/// Bits of `fc00::/7`, the widest network that is anybody's own.
const WIDEST: u8 = 7;

/// IPv4 as an IPv6 socket sees it (RFC 4291, section 2.5.5.2).
const MAPPED: Ipv6Net = Ipv6Net::new_assert(Ipv6Addr::new(0, 0, 0, 0, 0, 0xffff, 0, 0), 96);

/// A network of proxies, or the address of one.
fn network(text: &str) -> Result<IpNet, &'static str> {
    let text = text.trim();
    let network = text
        .parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "expected a network such as 10.0.0.0/8, or an address")?;
    // As peers are told, too.
    let network = match network {
        IpNet::V6(mapped) if MAPPED.contains(&mapped) => {
            let [.., a, b, c, d] = mapped.addr().octets();
            IpNet::new([a, b, c, d].into(), mapped.prefix_len() - MAPPED.prefix_len())
                .map_err(|_| "no network")?
        }
        IpNet::V6(net) if net.addr().to_ipv4_mapped().is_some() => {
            return Err("of an IPv4 network written in IPv6 the prefix is 96 longer, as in \
                        ::ffff:10.0.0.0/104");
        }
        other => other,
    };
    if network.prefix_len() < WIDEST {
        return Err("this trusts everybody, so that every client could choose the network that \
                    its limit is for; name the networks of the proxies, such as 10.0.0.0/8");
    }
    Ok(network)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use clap::CommandFactory as _;
    use signpost_shared::config::parse;

    use super::*;

    const KEY: &str = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    /// The configuration that these arguments make, keys given; or what is said instead.
    fn read(arguments: &[&str]) -> Result<(Config, Checked), String> {
        signpost_shared::tls::install_provider();
        let mut keys = [KEY, &KEY[3..]].map(|key| {
            let mut file = tempfile::NamedTempFile::new().unwrap();
            file.write_all(key.as_bytes()).unwrap();
            file
        });
        let [code_keys, address_key] = keys.each_mut().map(|file| file.path().to_str().unwrap());
        let given = ["x", "--code-keys-file", code_keys, "--address-key-file", address_key];
        let all: Vec<_> = given.iter().chain(arguments).map(Into::into).collect();
        let config: Config =
            parse(Config::command(), &all).map_err(|error| format!("{error} {error:?}"))?;
        let checked = config.check().map_err(|error| format!("{error} {error:?} {config:?}"))?;
        Ok((config, checked))
    }

    #[test]
    fn a_rate_below_the_ceiling_is_never_refused() {
        for (ceiling, given, burst) in [
            ("1", None, 10),
            ("60", None, 10),
            ("61", None, 11),
            ("600", None, 100),
            ("1000000", None, 166_667),
            ("600", Some("7"), 7),
        ] {
            let given = given.map(|burst| format!("--send-ceiling-burst={burst}"));
            let mut arguments = vec!["--send-ceiling", ceiling];
            arguments.extend(given.as_deref());
            let (_, checked) = read(&arguments).unwrap();
            assert_eq!(checked.limits.ceiling.unwrap().burst, burst, "{ceiling}");
        }
        assert_eq!(read(&[]).unwrap().1.limits.ceiling, None);
    }

    #[test]
    fn what_may_be_off_is_off_or_something() {
        let (config, _) = read(&["--network-rate=off", "--queue-limit", "4200"]).unwrap();
        assert_eq!((config.network_rate, config.queue_limit), (None, NonZeroU32::new(4200)));
        for flag in ["--network-rate", "--queue-limit", "--send-ceiling"] {
            for wrong in ["", "0", "-1", "many", "Off"] {
                let refused = read(&[&format!("{flag}={wrong}")]).unwrap_err();
                assert!(refused.contains("or off"), "{refused}");
            }
        }
    }

    #[test]
    fn proxies_are_not_everybody() {
        for everybody in ["0.0.0.0/0", "::/0", "::ffff:0:0/96", "0.0.0.0/1", "2000::/3"] {
            let refused = read(&["--trusted-proxies", everybody]).unwrap_err();
            assert!(refused.contains("SIGNPOST_TRUSTED_PROXIES (--trusted"), "{refused}");
            assert!(refused.contains("this trusts everybody"), "{refused}");
        }
        let (config, _) = read(&["--trusted-proxies", "10.0.0.0/8, fc00::/7,192.0.2.1"]).unwrap();
        assert_eq!(config.trusted_proxies.len(), 3);
        let refused = read(&["--trusted-proxies=::ffff:10.0.0.0/8"]).unwrap_err();
        assert!(refused.contains("/104"), "{refused}");
        let (mapped, _) =
            read(&["--trusted-proxies=::ffff:192.0.2.1,::ffff:10.0.0.0/104"]).unwrap();
        let (plain, _) = read(&["--trusted-proxies=192.0.2.1,10.0.0.0/8"]).unwrap();
        assert_eq!(mapped.trusted_proxies, plain.trusted_proxies);
    }

    #[test]
    fn nothing_shows_a_password() {
        let (config, checked) = read(&[
            "--redis-url=redis+sentinel://u:s3cret@h:1/m?sentinel_password=s3cret",
            "--amqp-url=amqp://u:s3cret@h:1/%2f",
        ])
        .unwrap();
        assert!(!format!("{config:?} {checked:?}").contains("s3cret"));
        let flags = Config::command();
        let flags = flags.get_arguments().filter_map(clap::Arg::get_long);
        let urls =
            ["guest:s3cret@h:5672", "amqp://u:s3cret@h:s3cret", "redis://u:s3cret@h:1/x/s3cret"];
        for (flag, url) in flags.flat_map(|flag| urls.map(|url| (flag, url))) {
            let said = read(&[&format!("--{flag}={url}")]).unwrap_err();
            assert!(!said.contains("s3cret"), "{flag}: {said}");
        }
    }
}
