//! The worker's configuration: `--help` is its documentation.

use std::{net::SocketAddr, path::PathBuf, sync::Arc};

use clap::{Args, Parser};
use lettre::message::Mailbox;
use secrecy::{ExposeSecret as _, SecretString};
use signpost_shared::{
    code::CodeKeys,
    config::{
        ConfigError, Mistakes, Switch, TemplateOptions, file_name, invalid, number, secret, socket,
        url_or_file,
    },
    lifecycle::Shutdown,
    queue::rabbit::{Broker, BrokerOptions},
    reload::Files,
    telemetry::LogOptions,
};
use tokio::sync::watch;

use crate::{
    deliver::{self, Deadlines, Deliverer, RelayUrl},
    render::{self, Color, Templates, check_brand, check_line, mailbox},
};

/// Where the admin listener is, unless it is told otherwise.
pub const ADMIN_LISTEN: &str = "127.0.0.1:9091";

const SECRETS: &str = "\
Secrets, from the environment or a file, never from a flag:
  SIGNPOST_CODE_KEYS    required; kid:base64[,kid:base64…], 32 bytes each; the API's keys
  It may be in a file instead: SIGNPOST_CODE_KEYS_FILE names it.

`signpost-worker check` looks at settings, broker, relays and templates and says what is wrong and
what to do.
Dead letters: `signpost-worker dead` lists, shows, replays and deletes them.
Templates: `signpost-worker templates` checks, exports and previews them.
Also: `signpost-worker health` asks a running one whether it is healthy, and its exit status
says so.";

/// Takes queued sign-up codes, writes the mails and hands them to an SMTP relay.
#[derive(Debug, Parser)]
#[command(name = "signpost-worker", version, after_help = SECRETS)]
pub struct Config {
    /// Where /livez, /readyz, /healthz and /metrics are
    #[arg(
        long,
        env = "SIGNPOST_ADMIN_LISTEN",
        default_value = ADMIN_LISTEN,
        value_parser = socket,
        value_name = "ADDR"
    )]
    pub admin_listen: SocketAddr,
    /// The broker, and whom TLS trusts
    #[command(flatten)]
    pub broker: BrokerOptions,
    /// The relay: smtp:// plain, smtp+starttls:// or smtps://, user:password@host:port; several in order of preference with commas between; ?connections=10&rate=14/s says what one allows all workers together
    #[arg(
        long,
        env = "SIGNPOST_SMTP_URL",
        hide_env_values = true,
        default_value = "smtp://127.0.0.1:1025",
        value_name = "URL"
    )]
    pub smtp_url: SecretString,
    /// A file that holds the relay's URL instead
    #[arg(long, env = "SIGNPOST_SMTP_URL_FILE", value_parser = file_name, value_name = "FILE", conflicts_with = "smtp_url")]
    pub smtp_url_file: Option<PathBuf>,
    /// Connections to a relay at once
    #[arg(long, env = "SIGNPOST_SMTP_CONNECTIONS", default_value_t = 20, value_name = "N", value_parser = number(1..=1000_u16))]
    pub smtp_connections: u16,
    /// A file that holds an OAuth 2 access token, for relays whose URL has a user and no password; read for every login
    #[arg(long, env = "SIGNPOST_SMTP_TOKEN_FILE", value_parser = file_name, value_name = "FILE")]
    pub smtp_token_file: Option<PathBuf>,
    /// Our name in EHLO; default: the host's full name, or else our address in brackets
    #[arg(long, env = "SIGNPOST_HELO_NAME", value_name = "NAME")]
    pub helo_name: Option<String>,
    /// A file that holds the code keys
    #[arg(long, env = "SIGNPOST_CODE_KEYS_FILE", value_parser = file_name, value_name = "FILE")]
    pub code_keys_file: Option<PathBuf>,
    /// Whether the API takes local parts beyond ASCII; whatever it has taken is mailed either way
    #[arg(long, env = "SIGNPOST_SMTPUTF8", value_enum, default_value_t = Switch::Off, value_name = "SWITCH")]
    pub smtputf8: Switch,
    /// Whom the mails are from, e.g. `Example & Co, Inc. <no-reply@example.com>`; a name needs no quotes
    #[arg(long, env = "SIGNPOST_MAIL_FROM", value_name = "ADDRESS", value_parser = mailbox)]
    pub mail_from: Mailbox,
    /// Whom relays report failures to (MAIL FROM); default: the sender's address
    #[arg(long, env = "SIGNPOST_ENVELOPE_FROM", value_name = "ADDRESS", value_parser = mailbox)]
    pub envelope_from: Option<Mailbox>,
    /// Where answers go instead
    #[arg(long, env = "SIGNPOST_REPLY_TO", value_name = "ADDRESS", value_parser = mailbox)]
    pub reply_to: Option<Mailbox>,
    /// The brand
    #[command(flatten)]
    pub brand: BrandOptions,
    /// Templates and languages
    #[command(flatten)]
    pub templates: TemplateOptions,
    /// How it ends
    #[command(flatten)]
    pub shutdown: Shutdown,
    /// Logging
    #[command(flatten)]
    pub logging: LogOptions,
}

/// Whom the mails speak for.
#[derive(Clone, Debug, Args)]
pub struct BrandOptions {
    /// The name that the mail speaks for
    #[arg(long, env = "SIGNPOST_BRAND", default_value = "Signpost", value_name = "NAME")]
    pub brand: String,
    /// Its colour: shades of it that can be read, light and dark, are the name's and the code's
    #[arg(long, env = "SIGNPOST_BRAND_COLOR", value_name = "#RRGGBB")]
    pub brand_color: Option<Color>,
    /// Whom to ask, in a line at the end of the mail, e.g. `Questions? Call +1 202 555 0100`
    #[arg(long, env = "SIGNPOST_SUPPORT", value_name = "TEXT")]
    pub support: Option<String>,
}

impl BrandOptions {
    /// What mails from this sender have in common.
    ///
    /// # Errors
    /// When the brand can't be shown, or the line about support is none.
    pub fn mails(&self, from: Mailbox) -> Result<render::Settings, ConfigError> {
        let Self { brand, brand_color, support } = self.clone();
        check_brand(&brand).map_err(|problem| invalid("SIGNPOST_BRAND", &problem))?;
        if let Some(support) = &support {
            check_line(support).map_err(|problem| invalid("SIGNPOST_SUPPORT", &problem))?;
        }
        Ok(render::Settings { color: brand_color, support, ..render::Settings::new(&brand, from) })
    }
}

/// What the configuration amounts to, secrets and templates read and checked.
#[derive(Debug)]
pub struct Checked {
    /// Where the broker is.
    pub broker: Broker,
    /// The keys that codes are derived with.
    pub code_keys: Arc<CodeKeys>,
    /// What mails are made of, as it was read last.
    pub templates: watch::Receiver<Arc<Templates>>,
    /// Hands them to a relay.
    pub deliverer: Deliverer,
    /// What SIGHUP has read again.
    pub files: Files,
}

impl Config {
    /// Reads secrets and templates and checks what depends on more than one setting.
    ///
    /// # Errors
    /// Names the variable and what is wrong with it.
    pub fn check(&self) -> Result<Checked, ConfigError> {
        let (mut files, mut wrong) = (Files::default(), Mistakes::default());
        let code_keys = wrong.keep(self.code_keys());
        let broker = wrong.keep(self.broker.broker(&mut files));
        let templates = wrong.keep(self.mail_templates(&mut files));
        let deliverer = wrong.keep(self.deliverer(&mut files));
        let all = (code_keys, broker, templates, deliverer);
        let (Some(code_keys), Some(broker), Some(templates), Some(deliverer)) = all else {
            return Err(wrong.into_error());
        };
        Ok(Checked { broker, code_keys: Arc::new(code_keys), templates, deliverer, files })
    }

    pub(crate) fn code_keys(&self) -> Result<CodeKeys, ConfigError> {
        secret("SIGNPOST_CODE_KEYS", self.code_keys_file.as_deref(), "They are the API's.")
    }

    /// What all mails have in common.
    pub(crate) fn mails(&self) -> Result<render::Settings, ConfigError> {
        let in_headers = [
            ("SIGNPOST_MAIL_FROM", Some(&self.mail_from)),
            ("SIGNPOST_ENVELOPE_FROM", self.envelope_from.as_ref()),
            ("SIGNPOST_REPLY_TO", self.reply_to.as_ref()),
        ];
        let needs = |mailbox: &Mailbox| !AsRef::<str>::as_ref(&mailbox.email).is_ascii();
        let needing = in_headers.iter().find(|(_, mailbox)| mailbox.is_some_and(needs));
        if let Some((variable, _)) = needing
            && self.smtputf8 == Switch::Off
        {
            let problem = "an address beyond ASCII needs relays that speak SMTPUTF8: without \
                           SIGNPOST_SMTPUTF8=on every mail would be parked";
            return Err(invalid(variable, &problem));
        }
        Ok(render::Settings {
            envelope_from: self.envelope_from.clone().map(|mailbox| mailbox.email),
            reply_to: self.reply_to.clone(),
            default_locale: self.templates.default_locale,
            ..self.brand.mails(self.mail_from.clone())?
        })
    }

    pub(crate) fn mail_templates(
        &self,
        files: &mut Files,
    ) -> Result<watch::Receiver<Arc<Templates>>, ConfigError> {
        let mails = self.mails()?;
        self.templates.read(files, move |folder| Templates::new(mails.clone(), folder))
    }

    pub(crate) fn deliverer(&self, files: &mut Files) -> Result<Deliverer, ConfigError> {
        let urls =
            url_or_file(&self.smtp_url, self.smtp_url_file.as_deref(), "SIGNPOST_SMTP_URL_FILE")?;
        let relays: Vec<RelayUrl> = urls
            .expose_secret()
            .split(',')
            .map(|url| url.trim().parse())
            .collect::<Result<_, _>>()
            .map_err(|error| invalid("SIGNPOST_SMTP_URL", &error))?;
        let settings = deliver::Settings {
            relays,
            connections: self.smtp_connections.into(),
            helo_name: self.helo_name.clone(),
            token_file: self.smtp_token_file.clone(),
            ca_file: self.broker.ca_file.clone(),
            deadlines: Deadlines::default(),
        };
        Deliverer::new(settings, files)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;
    use signpost_shared::config::parse;

    use super::*;

    #[test]
    fn nothing_shows_a_password() {
        for url in [
            "smtps://u:s3cret@h,smtp://h", "u:s3cret@h:25", "smtp://u:s3cret@h",
            "smtps://u:s3cret@h:s3cret",
        ] {
            let flags = ["x", "--mail-from=a@b.example", "--smtp-url", url].map(Into::into);
            let config: Config = parse(Config::command(), &flags).unwrap();
            let deliverer = config
                .deliverer(&mut Files::default())
                .map_err(|error| format!("{error} {error:?}"));
            assert_eq!(deliverer.is_ok(), url.starts_with("smtps://u:s3cret@h,"), "{url}");
            let shown = format!("{config:?} {deliverer:?}");
            assert!(!shown.contains("s3cret"), "{shown}");
        }
    }
}
