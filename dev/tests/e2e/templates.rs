//! A folder of templates of one's own, in both binaries: a locale that is not built in, and what
//! SIGHUP does while mails flow.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use mail_parser::{Message, MessageParser};
use tempfile::TempDir;

use crate::rig::{Process, World, until};

const SENDS: usize = 600;

fn write(folder: &Path, file: &str, content: &str) {
    let path = folder.join(file);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, content).unwrap();
}

/// Has the files read again, and waits for the one line that says what came of it.
async fn hang_up(process: &Process, says: &str) {
    let lines =
        || -> Vec<_> { process.log().into_iter().filter(|line| line.contains("SIGHUP")).collect() };
    let before = lines().len();
    process.signal("HUP");
    until("it says what came of it", async || lines().len() > before).await;
    let said = lines();
    assert!(said.len() == before + 1 && said[before].contains(says), "{said:?}");
}

fn parse(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).unwrap()
}

/// Basque, which is not built in.
fn basque(heading: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let mail = format!(
        "subject = {{ $code }} zure kodea da: {{ $brand }}\nheading = {heading}\nintro = Idatzi kodea:\n\
         validity = {{ $minutes ->\n [one] Minutu bat.\n *[other] {{ $minutes }} minutu.\n }}\n\
         ignore = Ez ikusi egin.\n"
    );
    let api = "invalid-parameter = helbidea?\nsend-later = geroago { $minutes }\nsend-limit = gehiegi\n\
               unavailable = orain ez\nverify-first = eskatu kodea\ntoo-many-tries = gero { $minutes }\n\
               wrong-code = ez\n";
    write(folder.path(), "locales/eu/mail.ftl", &mail);
    write(folder.path(), "locales/eu/api.ftl", api);
    folder
}

#[tokio::test]
async fn a_folder_adds_a_locale_to_both_and_sighup_reads_it_again() {
    let world = World::new().await;
    let folder = basque("Egiaztatu helbidea");
    let settings = [("SIGNPOST_TEMPLATES", folder.path().to_str().unwrap())];
    let (api, worker) = (world.api(&settings).await, world.worker(&settings).await);
    let ask = async |email: &str, language: &str| {
        api.form(&[("email", email), ("locale", language)]).await
    };
    assert!(ask("jane@a.example", "eu_ES").await.is_success());
    assert_eq!(ask("jane@a.example", "eu").await.json()["msg"], "geroago 1");
    world.mails.wait_for_received(1).await;
    let first = world.mails.list()[0].raw.clone();
    assert_eq!(parse(&first).header_raw("Content-Language").unwrap().trim(), "eu");
    assert!(parse(&first).body_text(0).unwrap().starts_with("Egiaztatu helbidea"));

    write(folder.path(), "locales/eu/api.ftl", "send-later = gero\n");
    write(folder.path(), "locales/eu/mail.ftl", "heading = Kaixo { $barnd }\n");
    hang_up(&api.process, "locales/eu/api.ftl: message invalid-parameter is missing").await;
    hang_up(
        &worker.process,
        "locales/eu/mail.ftl:1:20: there is no variable $barnd (did you mean $brand?)",
    )
    .await;
    for metric in [
        api.metric("signpost_reloads_total{outcome=\"failed\"").await,
        worker.metric("signpost_reloads_total{outcome=\"failed\"").await,
    ] {
        assert_eq!(metric, Some(1.0));
    }
    assert!(ask("john@a.example", "eu").await.is_success());
    assert_eq!(ask("john@a.example", "eu").await.json()["msg"], "geroago 1");

    let anew = basque("Kaixo");
    for file in ["locales/eu/mail.ftl", "locales/eu/api.ftl"] {
        fs::copy(anew.path().join(file), folder.path().join(file)).unwrap();
    }
    hang_up(&worker.process, "read again").await;
    assert!(ask("jack@a.example", "eu").await.is_success());
    world.mails.wait_for_received(3).await;
    let last =
        world.mails.list().into_iter().find(|mail| mail.to.iter().any(|to| to.contains("jack")));
    assert!(parse(&last.unwrap().raw).body_text(0).unwrap().starts_with("Kaixo"));
}

/// Each mail is of one reading of the folder, none is lost, and a broken file changes nothing.
#[tokio::test]
async fn no_mail_is_lost_or_mixed_while_templates_change() {
    let world = World::new().await;
    let folder = tempfile::tempdir().unwrap();
    let version = |version: &str| {
        write(folder.path(), "mail.txt", &format!("{version}\n{{{{ code }}}}\n"));
        write(folder.path(), "mail.html", &format!("<p>{version}</p><b>{{{{ code }}}}</b>"));
    };
    version("one");
    let settings = [("SIGNPOST_TEMPLATES", folder.path().to_str().unwrap())];
    let (api, worker) = (world.api(&[]).await, world.worker(&settings).await);
    let sending = async {
        for number in 0..SENDS {
            assert!(api.send(&format!("p{number}@a.example")).await.is_success());
        }
    };
    let changing = async {
        for round in 0..6 {
            version(["two", "one"][round % 2]);
            hang_up(&worker.process, "read again").await;
            world.mails.wait_for_received(u64::try_from(round * 60).unwrap()).await;
            write(folder.path(), "mail.html", "<p>broken</p>{{ code }");
            hang_up(&worker.process, "mail.html:1:").await;
        }
    };
    tokio::join!(sending, changing);
    world.mails.wait_for_received(u64::try_from(SENDS).unwrap()).await;
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mails = world.mails.list();
    for mail in &mails {
        let message = parse(&mail.raw);
        let text = message.body_text(0).unwrap().lines().next().unwrap().to_owned();
        assert!(message.body_html(0).unwrap().contains(&format!("<p>{text}</p>")), "{message:?}");
        *seen.entry(text).or_default() += 1;
    }
    let readers: BTreeSet<_> = mails.iter().flat_map(|mail| mail.to.clone()).collect();
    assert_eq!((mails.len(), readers.len()), (SENDS, SENDS), "each once");
    assert!(seen.keys().eq(["one", "two"]), "{seen:?}");
}
