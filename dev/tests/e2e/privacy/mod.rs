//! Canaries: addresses, codes, passwords and keys go every way through both binaries, and then
//! all that was logged, told or kept is searched for them in every encoding.
//!
//! What may hold an address is the body of a job, what is said to a relay, and the mail, which
//! holds the code too: there both must be found. A tool shows its operator the domain.

use self::{
    needles::{Needles, digests, needles},
    search::Search,
    stage::{AMQP_PASSWORD, Place, REDIS_PASSWORD, RELAY_PASSWORD, Stage},
};
use crate::rig::{SEND_PATH, VERIFY_PATH};

mod copies;
mod needles;
mod paths;
mod relays;
mod requests;
mod search;
mod stage;

/// The file of fixed codes.
const FIXED: &str = "quetzal.fixed@numbat-wombat.example 7391846205 2099-01-01\n";

/// In each of their domains.
const DOMAIN: &str = "numbat";

/// An address of which every part is a canary; what becomes of its mail the local part says.
fn reader(fate: &str) -> String {
    match fate {
        "idn" => "QueTzal.idn@bücher-numbat.example".to_owned(),
        "utf8" => "QueTzal.用户鸟@numbat-wombat.example".to_owned(),
        _ => format!("QueTzal.{fate}+Plover@Numbat-wombat.example"),
    }
}

#[tokio::test]
async fn nothing_tells_an_address_a_code_or_a_password_at_trace() {
    search(&[("SIGNPOST_LOG", "trace")]).await;
}

#[tokio::test]
async fn slow_nothing_tells_an_address_a_code_or_a_password_at_info() {
    search(&[("SIGNPOST_LOG", "info")]).await;
}

#[tokio::test]
async fn slow_nothing_tells_an_address_a_code_or_a_password_in_a_log_for_people() {
    search(&[("SIGNPOST_LOG", "trace"), ("SIGNPOST_LOG_FORMAT", "pretty")]).await;
}

async fn search(settings: &[(&str, &str)]) {
    let mut stage = Stage::set(settings).await;
    requests::all(&stage).await;
    let codes = paths::walk(&mut stage).await;
    let copies = stage.copies().await;
    let mails = stage.world.mails.list();

    // The search finds what is there.
    let of = |secret: &str| Search::new([(secret.to_owned(), needles(secret))]);
    let address = of("quetzal");
    for route in ["send", "wait.5s", "wait.2m", "dead"] {
        let mut jobs = copies.iter().filter(|copy| copy.route == route).peekable();
        assert!(jobs.peek().is_some() && jobs.all(|job| address.finds(&job.body)), "{route}");
    }
    assert!(copies.iter().any(|copy| copy.properties.contains("rcpt 550 5.1.1")));
    let wire = stage.world.relay.log().join("\n");
    assert!(address.finds(wire.as_bytes()) && of(RELAY_PASSWORD).finds(wire.as_bytes()));
    for code in codes.iter().filter(|code| !FIXED.contains(*code)) {
        let code = of(code);
        assert!(mails.iter().any(|mail| code.finds(&mail.raw)));
    }

    let search = Search::new(secrets(&stage, &codes));
    let texts = stage.texts().await;
    let holds = |place: Place, what: &str| {
        let (_, text) = texts.iter().find(|(known, _)| *known == place).unwrap();
        String::from_utf8_lossy(text).contains(what)
    };
    assert!(holds(Place::Redis, "signpost:v4:"));
    assert!(holds(Place::LogOfWorker, "queued as 4XyZ1c0pqrz9vLK"));
    assert!(holds(Place::Tools, "Q***@numbat-wombat.example"));
    let mut leaks = Vec::new();
    for (place, text) in &texts {
        for ((secret, encoding), context) in search.of(text) {
            if *place != Place::Tools || secret != DOMAIN {
                leaks.push(format!("{place:?} holds {secret}, {encoding}:\n{context}"));
            }
        }
    }
    assert!(leaks.is_empty(), "{} leaks\n{}", leaks.len(), leaks.join("\n\n"));
}

/// All that must not be told, by name.
fn secrets(stage: &Stage, codes: &[String]) -> Vec<(String, Needles)> {
    let stems = ["quetzal", "plover", DOMAIN, "bücher", "用户鸟"].map(str::to_owned);
    let code_key = stage.world.code_keys.trim_start_matches("k1:").to_owned();
    let keys = [code_key, stage.setting("SIGNPOST_ADDRESS_KEY").to_owned()];
    let passwords = [RELAY_PASSWORD, REDIS_PASSWORD, AMQP_PASSWORD].map(str::to_owned);
    let known = stems.into_iter().chain(keys).chain(passwords).chain(codes.iter().cloned());
    let known = known.map(|secret| (secret.clone(), needles(&secret)));
    let hashed = paths::addresses().flat_map(|address| {
        // As it is mailed to, as codes are bound to it, as it is limited.
        [address.expose(), address.bound(), address.throttled(), address.expose_local_part().into()]
    });
    // Cut short they tell as much.
    let cut = |(tool, digest): (String, Vec<u8>)| (tool, digest[..16].to_vec());
    let hashed = hashed
        .map(|form| (format!("a digest of {form}"), digests(&form).into_iter().map(cut).collect()));
    known.chain(hashed).collect()
}
