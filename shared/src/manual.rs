//! What a package has beside the binary: manual pages and a commented configuration. They are
//! written by the binary that is packed, from the settings it reads, so they can't differ from
//! `--help`.

use std::{fs, io, path::PathBuf};

use clap::{Arg, Args, Command, builder::PossibleValue};

use crate::config::VARIABLES;

/// Columns of the configuration.
const WIDTH: usize = 96;

/// Where to write them.
#[derive(Debug, Args)]
pub struct Manual {
    /// The folder, which is there; files of the same name are overwritten
    #[arg(default_value = ".", value_name = "FOLDER")]
    folder: PathBuf,
}

impl Manual {
    /// Writes `signpost-….1` for the service and for each of its tools, and its configuration:
    /// `api.conf` or `worker.conf`.
    ///
    /// # Errors
    /// When a file can't be written: names the folder.
    pub fn write(&self, service: Command, tools: &Command) -> io::Result<()> {
        let name = service.get_name().trim_start_matches("signpost-");
        let file = self.folder.join(format!("{name}.conf"));
        let tools: Vec<_> = tools.get_subcommands().cloned().collect();
        fs::write(file, configuration(&service))
            .and_then(|()| clap_mangen::generate_to(service.subcommands(tools), &self.folder))
            .map_err(|error| {
                let text = format!("{}: {error}", self.folder.display());
                io::Error::new(error.kind(), text)
            })
    }
}

/// Every setting as systemd's `EnvironmentFile=` takes it, commented out, with its default.
/// Secrets are not among them: the unit hands over files that hold them.
pub fn configuration(service: &Command) -> String {
    let name = service.get_name();
    let head = format!(
        "# Settings of {name}, each with its default. `man {name}` has the same as flags.\n\
         # What is set here takes effect with `systemctl restart {name}`.\n\
         #\n\
         # Secrets, and URLs that may hold a password, are in files of their own beside this one,\n\
         # which nobody but root has to be able to read. All other files that are named here must\n\
         # be readable for everybody, or for a group that `systemctl edit {name}` gives the\n\
         # service (SupplementaryGroups=). It sees nothing in /home and /root.\n"
    );
    [head]
        .into_iter()
        .chain(service.get_arguments().filter_map(|arg| entry(service, arg)))
        .collect()
}

/// What is said of one setting.
fn entry(service: &Command, arg: &Arg) -> Option<String> {
    let variable = arg.get_env()?.to_str()?;
    if let Some(held) = variable.strip_suffix("_FILE").filter(|held| VARIABLES.contains(held)) {
        let file = held.trim_start_matches("SIGNPOST_").to_lowercase();
        let place = format!("/etc/signpost/{file} holds {held}; the unit sets {variable}.");
        // One that is no flag has no entry to follow.
        let is_flag = service.get_arguments().any(|arg| arg.get_env() == Some(held.as_ref()));
        return Some(format!("{}{}", if is_flag { "" } else { "\n" }, comment(&place)));
    }
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let help = comment(&format!("{help}{}", notes(arg)));
    let default = arg.get_default_values().join(",".as_ref());
    let default = default.to_string_lossy();
    // The unit sets its file, and would contradict what is set here.
    let is_secret = VARIABLES.contains(&format!("{variable}_FILE").as_str());
    let setting = if is_secret {
        comment(&format!("Default: {default}"))
    } else {
        format!("#{variable}={default}\n")
    };
    Some(format!("\n{help}{setting}"))
}

/// What one has to know besides: ` (required)`, ` (json, pretty)`.
fn notes(arg: &Arg) -> String {
    let values = arg.get_possible_values();
    let values: Vec<_> = values.iter().map(PossibleValue::get_name).collect();
    match (arg.is_required_set(), values.join(", ")) {
        (true, _) => " (required)".to_owned(),
        (false, values) if values.is_empty() => values,
        (false, values) => format!(" ({values})"),
    }
}

/// Lines that begin with `# `, broken between words.
fn comment(text: &str) -> String {
    let (mut lines, mut line) = (String::new(), "#".to_owned());
    for word in text.split(' ') {
        if line.len() + 1 + word.len() > WIDTH && line.len() > 1 {
            lines.push_str(&line);
            lines.push('\n');
            line.truncate(1);
        }
        line.push(' ');
        line.push_str(word);
    }
    lines + &line + "\n"
}
