//! The real API and the real worker in one process, with throttle and queue in
//! memory, and an SMTP inbox with a page to read it. No server to install.

use std::{collections::BTreeSet, convert::Infallible, net::SocketAddr, sync::Arc, time::Duration};

use axum::{Router, extract::Request};
use clap::{Parser, Subcommand};
use signpost_api::{
    routes::router,
    state::Api,
    test_codes::TestCodes,
    texts::Texts as Answers,
    throttle::{AddressKeys, Limits, MemoryThrottle, Throttle},
};
use signpost_shared::{
    catalog::{Catalog, Domain},
    clock::Clock,
    code::{CodeKeys, Digits, new_key},
    config::{Switch, TemplateOptions, duration},
    http_server::{ConnectionLimits, Service as _, serve},
    lifecycle::{HangUps, Lifecycle, Shutdown, bind},
    queue::{Message, Queue, memory::MemoryQueue},
    reload::Files,
    telemetry::{LogFormat, LogOptions, log_filter},
};
use signpost_smtp_server::Mailbox;
use signpost_worker::{
    config::BrandOptions,
    consume::Consumer,
    deliver::{self, Deadlines, Deliverer},
    in_hand::InHand,
    process::Processor,
    render::{self, Templates},
    startup::start,
};

use tokio::sync::watch;

use crate::{
    bench, chaos,
    gallery::{Gallery, watch_folder},
    inbox,
    relay::Relay,
    signup,
    texts::Texts,
};

const PREFIX: &str = "/plugin/datafor-auth/api/user";
const GRACE: Duration = Duration::from_secs(5);

/// Runs Signpost in one process: the API, the worker, and an inbox that catches every mail.
///
/// Nothing is sent to anybody and nothing is kept: throttle, queue and mails are in
/// memory, the keys are new at every start. Ctrl-C ends it.
#[derive(Debug, Parser)]
#[command(
    name = "cargo dev",
    bin_name = "cargo dev",
    version,
    args_conflicts_with_subcommands = true
)]
pub struct Options {
    /// Something else to run
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where the API takes requests
    #[arg(long, default_value = "127.0.0.1:8080", value_name = "ADDR")]
    pub listen: SocketAddr,
    /// Where the inbox takes mails over SMTP
    #[arg(long, default_value = "127.0.0.1:1025", value_name = "ADDR")]
    pub smtp_listen: SocketAddr,
    /// Where the page to read them is
    #[arg(long, default_value = "127.0.0.1:8025", value_name = "ADDR")]
    pub inbox_listen: SocketAddr,
    /// Time from one code to the next for an address
    #[arg(long, default_value = "60s", value_parser = duration, value_name = "TIME")]
    pub cooldown: Duration,
    /// How long a code works
    #[arg(long, default_value = "30m", value_parser = duration, value_name = "TIME")]
    pub code_ttl: Duration,
    /// The brand
    #[command(flatten)]
    pub brand: BrandOptions,
    /// Templates and languages
    #[command(flatten)]
    pub templates: TemplateOptions,
    /// What to log
    #[arg(long, default_value = "warn", value_parser = log_filter, value_name = "FILTER")]
    pub log: String,
}

/// What else there is.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Break a private Signpost under load, and account for every accepted request
    Chaos(chaos::Options),
    /// Measure the API beside the least that could do its work, over a private Redis and RabbitMQ
    #[command(subcommand)]
    Bench(bench::Command),
    /// The inbox alone: an SMTP server that catches every mail, a page to read them, and MailHog's API
    Inbox(inbox::alone::Options),
}

impl Options {
    /// For people, unlike in production.
    pub fn logging(&self) -> LogOptions {
        LogOptions { log: self.log.clone(), log_format: LogFormat::Pretty }
    }
}

/// Runs until a signal ends it. When a port is taken, says which and how to choose another.
pub async fn run(options: Options) -> anyhow::Result<()> {
    let lifecycle = Lifecycle::new();
    let api_listener = bind(options.listen, "--listen")?;
    let smtp_listener = bind(options.smtp_listen, "--smtp-listen")?;
    let inbox_listener = bind(options.inbox_listen, "--inbox-listen")?;
    let addresses = Addresses {
        api: api_listener.local_addr()?,
        smtp: smtp_listener.local_addr()?,
        inbox: inbox_listener.local_addr()?,
    };
    let mailbox = Mailbox::new();
    let relay = Relay::default();
    let _smtp = relay.serve(smtp_listener, mailbox.clone());
    lifecycle.spawn_background(relay.clone().follow(mailbox.clone()));

    let seen = relay.clone();
    let observer = Box::new(move |route, message: &Message| seen.note(route, message));
    let queue = MemoryQueue::observed(lifecycle.clone(), observer);
    let code_keys = Arc::new(format!("dev:{}", new_key()).parse::<CodeKeys>()?);
    let mut files = Files::default();
    let mails = mails(&options)?;
    let keys = Arc::clone(&code_keys);
    let processor = processor(&options, &addresses, mails.clone(), keys, &mut files)?;
    let deliverer = processor.deliverer.clone();
    let consumer = Consumer::Memory(queue.clone());
    let queue = Queue::Memory(queue);
    start(processor, queue.clone(), consumer, 20, &lifecycle);

    let limits = Limits {
        cooldown: options.cooldown,
        daily_cap: 1000,
        code_ttl: options.code_ttl,
        digits: Digits::default(),
        tries: 5,
        daily_tries: 1000,
        test_codes: TestCodes::default(),
        network: None,
        ceiling: None,
        code_keys,
    };
    let texts =
        options.templates.read(&mut files, |folder| Catalog::with_folder(Domain::Api, folder))?;
    let texts = Answers::new(texts, options.templates.default_locale);
    let throttle = Throttle::Memory(MemoryThrottle::new(limits, Clock::system()));
    let keys = AddressKeys::new(new_key().parse()?);
    let mut api = Api::new(throttle, queue, keys, texts, lifecycle.clone());
    api.rules.smtputf8 = true;
    let default = options.templates.default_locale;
    let words = options.templates.read(&mut files, move |folder| Texts::new(folder, default))?;
    let page = signup::Settings {
        brand: options.brand.brand.clone(),
        prefix: PREFIX,
        cooldown: options.cooldown,
        inbox: shown(addresses.inbox),
        texts: words.clone(),
    };
    let api = router(api, &[PREFIX.to_owned()], &[], Switch::On)?;
    let api =
        Router::new().fallback(async move |request: Request| api.clone().answer(request).await);
    let api = signup::before(api, page);
    let inbox = inbox::Settings {
        command: addresses.curl(),
        framers: addresses.pages(),
        texts: words,
        gallery: Some(gallery(&options, mails, files, &lifecycle)?),
    };
    let inbox = inbox::router(mailbox, relay, inbox, lifecycle.stopping_token());
    for (name, listener, router) in [("api", api_listener, api), ("inbox", inbox_listener, inbox)] {
        let serving = serve(listener, router, ConnectionLimits::default(), lifecycle.clone());
        lifecycle.spawn_essential(name, serving);
    }
    addresses.print();
    let ended = until_ended(&lifecycle).await;
    deliverer.close().await;
    ended
}

/// Awaits a signal and the end.
pub(crate) async fn until_ended(lifecycle: &Lifecycle) -> anyhow::Result<()> {
    let stopping = lifecycle.clone();
    // SIGHUP: its terminal is gone, and so is whoever would end it.
    lifecycle.run(Shutdown::within(GRACE), HangUps::listen()?, move || stopping.stop()).await?;
    Ok(())
}

/// What all mails have in common.
fn mails(options: &Options) -> anyhow::Result<render::Settings> {
    let from = render::mailbox(&format!("{} <no-reply@signpost.example>", options.brand.brand))
        .map_err(anyhow::Error::msg)?;
    let default_locale = options.templates.default_locale;
    Ok(render::Settings { default_locale, ..options.brand.mails(from)? })
}

/// The gallery, and whoever reads the templates again when one is saved.
fn gallery(
    options: &Options,
    mails: render::Settings,
    mut files: Files,
    lifecycle: &Lifecycle,
) -> anyhow::Result<Gallery> {
    let folder =
        options.templates.read(&mut files, |folder| Ok::<_, Infallible>(folder.clone()))?;
    let (sender, told) = watch::channel(Vec::new());
    if let Some(templates) = options.templates.templates.clone() {
        let (mails, folder) = (mails.clone(), templates.clone());
        let check = move || {
            let findings = render::inspect(&mails, Some(&folder));
            findings.iter().map(ToString::to_string).collect()
        };
        lifecycle.spawn_background(watch_folder(templates, files, check, sender));
    }
    Ok(Gallery::new(mails, folder, told))
}

fn processor(
    options: &Options,
    addresses: &Addresses,
    mails: render::Settings,
    code_keys: Arc<CodeKeys>,
    files: &mut Files,
) -> anyhow::Result<Processor> {
    let templates =
        options.templates.read(files, move |folder| Templates::new(mails.clone(), folder))?;
    let settings = deliver::Settings {
        relays: vec![format!("smtp://{}", addresses.smtp).parse().map_err(anyhow::Error::msg)?],
        connections: 20,
        helo_name: Some("localhost".to_owned()),
        token_file: None,
        ca_file: None,
        // Whoever has the relay stall wants to see how that ends.
        deadlines: Deadlines { usual: Duration::from_secs(8), ..Deadlines::default() },
    };
    let deliverer = Deliverer::new(settings, &mut Files::default())?;
    let (clock, in_hand) = (Clock::system(), InHand::default());
    Ok(Processor { code_keys, templates, deliverer, clock, in_hand })
}

/// As a browser takes it: one that stands for all of the machine's is no address to go to, and a
/// page's policy knows none of IPv6 (CSP level 3, section 2.3.1).
fn shown(address: SocketAddr) -> String {
    match address {
        SocketAddr::V6(at) if at.ip().is_loopback() || at.ip().is_unspecified() => {}
        SocketAddr::V4(at) if at.ip().is_unspecified() => {}
        other => return other.to_string(),
    }
    format!("localhost:{}", address.port())
}

struct Addresses {
    api: SocketAddr,
    smtp: SocketAddr,
    inbox: SocketAddr,
}

impl Addresses {
    fn curl(&self) -> String {
        format!(
            "curl -d email=jane@example.com -d locale=en-US http://{}{PREFIX}/sendRegisterCode",
            shown(self.api)
        )
    }

    /// The origins of the sign-up page, by its address and by its name.
    fn pages(&self) -> Vec<String> {
        let port = self.api.port();
        let local = ["localhost", "127.0.0.1"].map(|host| format!("{host}:{port}"));
        let mut hosts = BTreeSet::from(local);
        hosts.insert(shown(self.api));
        hosts.into_iter().map(|host| format!("http://{host}")).collect()
    }

    #[expect(clippy::print_stdout, reason = "what a person who types `cargo dev` waits for")]
    fn print(&self) {
        println!(
            "Signpost runs, all in one process.\n\n  \
             Page   http://{}/\n  \
             API    http://{}{PREFIX}/sendRegisterCode\n  \
             Inbox  http://{}\n  \
             Mails  http://{}/gallery\n  \
             SMTP   {}\n\nSign up on the page, or ask for a code:\n\n  {}\n\nthen read the mail in the inbox. Ctrl-C ends it.",
            shown(self.api),
            shown(self.api),
            shown(self.inbox),
            shown(self.inbox),
            shown(self.smtp),
            self.curl()
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_shown_as_a_browser_can_go_to_it() {
        let of = |address: &str| shown(address.parse().unwrap());
        for (address, expected) in [
            ("127.0.0.1:8025", "127.0.0.1:8025"),
            ("192.0.2.1:8025", "192.0.2.1:8025"),
            ("0.0.0.0:8025", "localhost:8025"),
            ("[::]:8025", "localhost:8025"),
            ("[::1]:8025", "localhost:8025"),
        ] {
            assert_eq!(of(address), expected);
        }
    }
}
