//! What the Debian packages have beside the binaries: units that systemd finds nothing wrong
//! with, a configuration that names every setting, and manual pages.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use signpost_shared::config::VARIABLES;

use crate::rig::path_of;

const SERVICES: [&str; 2] = ["api", "worker"];

fn tree(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}

fn unit(service: &str) -> PathBuf {
    tree(&format!("deploy/systemd/signpost-{service}.service"))
}

/// What a program prints, if all is well.
fn output(command: &mut Command) -> String {
    let output = command.output().expect("`./test` installs what is needed");
    let [said, complaint] =
        [&output.stdout, &output.stderr].map(|text| String::from_utf8_lossy(text));
    assert!(output.status.success(), "{command:?}: {said}{complaint}");
    said.into_owned()
}

/// The binary writes its manual pages and its configuration.
fn manual(service: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    output(Command::new(path_of(&format!("signpost-{service}"))).arg("manual").arg(folder.path()));
    folder
}

#[test]
fn a_manual_that_cannot_be_written_names_the_folder() {
    for service in SERVICES {
        let mut command = Command::new(path_of(&format!("signpost-{service}")));
        let output = command.args(["manual", "/nowhere"]).output().unwrap();
        let complaint = String::from_utf8_lossy(&output.stderr);
        assert!(!output.status.success() && complaint.contains("/nowhere: "), "{complaint}");
    }
}

fn configuration(service: &str) -> String {
    fs::read_to_string(manual(service).path().join(format!("{service}.conf"))).unwrap()
}

fn help(service: &str) -> String {
    output(Command::new(path_of(&format!("signpost-{service}"))).arg("--help"))
}

/// The variables that a text names.
fn variables(text: &str) -> BTreeSet<&str> {
    let is_name = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_';
    text.split(|c| !is_name(c)).filter(|word| word.starts_with("SIGNPOST_")).collect()
}

#[test]
fn systemd_finds_no_mistake_in_the_units_and_little_exposure() {
    let folder = tempfile::tempdir().unwrap();
    for service in SERVICES {
        let path = folder.path().join(format!("signpost-{service}.service"));
        let name = format!("signpost-{service}");
        let text = fs::read_to_string(unit(service)).unwrap();
        let here = path_of(&name).display().to_string();
        fs::write(&path, text.replace(&format!("/usr/bin/{name}"), &here)).unwrap();
        output(
            Command::new("systemd-analyze")
                .args(["verify", "--man=no", "--recursive-errors=no"])
                .arg(&path),
        );
        // In tenths: under 2.
        output(
            Command::new("systemd-analyze")
                .args(["security", "--offline=true", "--threshold=19", "--no-pager"])
                .arg(&path),
        );
    }
}

#[test]
fn the_units_hand_over_every_secret_with_the_default_of_the_binary() {
    for service in SERVICES {
        let unit = fs::read_to_string(unit(service)).unwrap();
        let settings = configuration(service);
        let mut handed_over = BTreeSet::new();
        for name in unit.lines().filter_map(|line| line.strip_prefix("LoadCredential=")) {
            let (name, path) = name.split_once(':').unwrap();
            assert_eq!(path, format!("/etc/signpost/{name}"));
            let variable = format!("SIGNPOST_{}_FILE", name.to_uppercase());
            assert!(unit.contains(&format!("\nEnvironment={variable}=%d/{name}\n")), "{variable}");
            assert!(settings.contains(&format!("# {path} holds ")), "{path}");
            // Without its file it must hold for nothing, or the unit waits for the file.
            let default = unit.split_once(&format!("\nSetCredential={name}:"));
            let default = default.map(|(_, rest)| rest.lines().next().unwrap().replace("%%", "%"));
            match default {
                Some(default) => {
                    assert!(settings.contains(&format!("# Default: {default}\n# {path} ")));
                }
                None => assert!(unit.contains(&format!("\nConditionPathExists={path}\n"))),
            }
            handed_over.insert(variable);
        }
        let help = help(service);
        let secrets = variables(&help).into_iter().filter(|name| {
            name.strip_suffix("_FILE").is_some_and(|secret| VARIABLES.contains(&secret))
        });
        assert_eq!(handed_over, secrets.map(str::to_owned).collect(), "{service}");
    }
}

#[test]
fn the_configuration_names_the_settings_of_help_and_sets_none() {
    for service in SERVICES {
        let settings = configuration(service);
        assert_eq!(variables(&settings), variables(&help(service)), "{service}");
        for line in settings.lines() {
            assert!(line.is_empty() || line.starts_with('#'), "{line}");
            assert!(line.chars().count() < 100, "{line}");
            let names_secret = line.strip_prefix("#SIGNPOST_").is_some_and(|rest| {
                let name = rest.split('=').next().unwrap();
                VARIABLES.contains(&format!("SIGNPOST_{name}_FILE").as_str())
            });
            assert!(!names_secret, "the unit would contradict {line}");
        }
    }
    let api = configuration("api");
    for line in ["#SIGNPOST_LISTEN=127.0.0.1:8080", "#SIGNPOST_NETWORK_RATE=10/m"] {
        assert!(api.lines().any(|found| found == line), "{api}");
    }
}

#[test]
fn every_tool_has_a_manual_page_with_its_flags() {
    for (service, pages) in [
        ("api", &["", "-address", "-address-show", "-health", "-keygen"][..]),
        ("worker", &["", "-dead", "-dead-replay", "-health", "-templates-preview"]),
    ] {
        let folder = manual(service);
        for page in pages {
            let name = format!("signpost-{service}{page}");
            let text = fs::read_to_string(folder.path().join(format!("{name}.1"))).unwrap();
            let text = text.replace("\\-", "-");
            let words = page.split('-').filter(|word| !word.is_empty()).chain(["--help"]);
            let help = output(Command::new(path_of(&format!("signpost-{service}"))).args(words));
            let flags = help.split_whitespace().filter(|word| word.starts_with("--"));
            for flag in flags.map(|flag| flag.trim_end_matches([',', ']', '.'])) {
                assert!(text.contains(flag), "{name}: {flag}");
            }
            for variable in variables(&help) {
                assert!(text.contains(variable), "{name}: {variable}");
            }
        }
    }
}

/// As `scripts/deb` builds them, but from the binaries under test.
#[test]
fn slow_the_packages_have_all_that_an_administrator_expects() {
    let folder = tempfile::tempdir().unwrap();
    output(Command::new(tree("scripts/deb")).args(["--debug", "--output"]).arg(folder.path()));
    let packages: Vec<_> =
        fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert_eq!(packages.len(), 2, "{packages:?}");
    for service in SERVICES {
        let name = format!("signpost-{service}");
        let package = packages.iter().find(|path| path.display().to_string().contains(&name));
        let package = package.unwrap();
        let list = output(Command::new("dpkg-deb").arg("--contents").arg(package));
        for (mode, path) in [
            ("-rwxr-xr-x", format!("./usr/bin/{name}")),
            ("-rw-r-----", format!("./etc/signpost/{service}.conf")),
            ("-rw-r--r--", format!("./usr/lib/systemd/system/{name}.service")),
            ("-rw-r--r--", format!("./usr/share/man/man1/{name}.1.gz")),
            ("-rw-r--r--", format!("./usr/share/man/man1/{name}-health.1.gz")),
        ] {
            let is_there =
                |line: &str| line.starts_with(mode) && line.ends_with(&format!(" {path}"));
            assert!(list.lines().any(is_there), "{mode} {path}: {list}");
        }
        let control = folder.path().join(&name);
        output(Command::new("dpkg-deb").arg("--control").arg(package).arg(&control));
        let read = |file: &str| fs::read_to_string(control.join(file)).unwrap();
        assert_eq!(read("conffiles").trim(), format!("/etc/signpost/{service}.conf"));
        let scripts = ["postinst", "prerm", "postrm"];
        for script in scripts {
            output(Command::new("sh").arg("-n").arg(control.join(script)));
            assert!(!read(script).contains("#DEBHELPER#"), "{script}");
        }
        assert!(read("postinst").contains(&format!("deb-systemd-helper enable {name}.service")));
    }
}
