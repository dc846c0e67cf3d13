//! `signpost-worker templates`: tools for whoever writes templates. They read no setting but
//! those of mails, and reach nothing over a network.

use std::{
    fmt::Display,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context as _, bail};
use clap::{Args, Subcommand};
use lettre::message::Mailbox;
use signpost_shared::{catalog::Domain, config::file_name, locale::Locale, templates::Folder};

use crate::{
    config::BrandOptions,
    render::{Content, SKELETONS, Settings, Templates, inspect, mailbox},
};

/// What to do with templates.
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Says everything that is wrong with a folder of templates, by file, line and column; exit status 1 if anything is
    Check(Check),
    /// Writes the built-in templates into a folder, as a start
    Export(Export),
    /// Writes mails as their readers get them: .html, .txt and .eml
    Preview(PreviewOptions),
}

/// What all mails have in common, as far as it is seen.
#[derive(Debug, Args)]
pub struct MailOptions {
    /// The brand
    #[command(flatten)]
    pub brand: BrandOptions,
    /// Whom the mails are from
    #[arg(long, env = "SIGNPOST_MAIL_FROM", value_name = "ADDRESS", value_parser = mailbox, default_value = "no-reply@example.com")]
    pub mail_from: Mailbox,
}

/// What to check.
#[derive(Debug, Args)]
pub struct Check {
    /// The folder; without one, the built-in templates are checked
    #[arg(env = "SIGNPOST_TEMPLATES", value_parser = file_name, value_name = "FOLDER")]
    pub folder: Option<PathBuf>,
    /// What mails have in common
    #[command(flatten)]
    pub mails: MailOptions,
    /// As JSON: an array of file, line, column and problem
    #[arg(long)]
    pub json: bool,
}

/// Where to write templates.
#[derive(Debug, Args)]
pub struct Export {
    /// The folder; it is made if it is not there, and no file in it is overwritten
    #[arg(value_name = "FOLDER")]
    pub folder: PathBuf,
    /// These languages only, with commas between
    #[arg(long, value_delimiter = ',', value_name = "LOCALES")]
    pub locale: Vec<Locale>,
}

/// Which mails to write, and where.
#[derive(Debug, Args)]
pub struct PreviewOptions {
    /// The folder to write into; files of the same name are overwritten
    #[arg(long, value_name = "FOLDER")]
    pub out: PathBuf,
    /// These languages, with commas between
    #[arg(long, value_delimiter = ',', value_name = "LOCALES", required_unless_present = "all")]
    pub locale: Vec<Locale>,
    /// Every language that there is
    #[arg(long)]
    pub all: bool,
    /// A folder whose files take the place of the built-in templates, file by file
    #[arg(long, env = "SIGNPOST_TEMPLATES", value_parser = file_name, value_name = "FOLDER")]
    pub templates: Option<PathBuf>,
    /// What mails have in common
    #[command(flatten)]
    pub mails: MailOptions,
    /// Whole minutes that the code works for
    #[arg(long, default_value_t = 30, value_name = "NUMBER")]
    pub minutes: u64,
    /// The code
    #[arg(long, default_value = "012345", value_name = "DIGITS", value_parser = digits)]
    pub code: String,
}

impl MailOptions {
    fn settings(&self) -> anyhow::Result<Settings> {
        Ok(self.brand.mails(self.mail_from.clone())?)
    }
}

/// Does it.
///
/// # Errors
/// When a file can't be read or written, or a mail can't be made.
pub fn run(verb: Verb) -> anyhow::Result<ExitCode> {
    match verb {
        Verb::Check(options) => check(&options),
        Verb::Export(options) => export(&options),
        Verb::Preview(options) => preview(&options),
    }
}

fn check(options: &Check) -> anyhow::Result<ExitCode> {
    let folder = options.folder.as_deref();
    let findings = inspect(&options.mails.settings()?, folder);
    if options.json {
        say(&serde_json::to_string_pretty(&findings)?)?;
    } else {
        for finding in &findings {
            say(finding)?;
        }
        let what = folder.map_or("built in".to_owned(), |folder| folder.display().to_string());
        say(&match findings.len() {
            0 => format!("{what}: no mistake found"),
            1 => format!("{what}: 1 mistake"),
            many => format!("{what}: {many} mistakes"),
        })?;
    }
    Ok(if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn export(options: &Export) -> anyhow::Result<ExitCode> {
    let mut files: Vec<(String, &str)> =
        SKELETONS.iter().map(|(name, source)| ((*name).to_owned(), *source)).collect();
    for locale in wanted(&options.locale, Locale::SHIPPED.iter().copied())? {
        for domain in [Domain::Api, Domain::Mail] {
            let source = domain.source(locale).unwrap_or_default();
            files.push((domain.path(locale), source));
        }
    }
    if let Some((there, _)) = files.iter().find(|(name, _)| options.folder.join(name).exists()) {
        bail!("{} is there already; nothing was written", options.folder.join(there).display());
    }
    for (name, source) in &files {
        write(&options.folder.join(name), source.as_bytes())?;
    }
    let folder = options.folder.display();
    say(&format!(
        "{} files in {folder}. Change what you like and delete the rest: what is not there is as \
         built in.\nThen: signpost-worker templates check {folder}",
        files.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn preview(options: &PreviewOptions) -> anyhow::Result<ExitCode> {
    let folder = match &options.templates {
        Some(templates) => Folder::read(templates)?,
        None => Folder::default(),
    };
    let templates = Templates::new(options.mails.settings()?, &folder)?;
    let locales = wanted(&options.locale, templates.locales())?;
    for locale in &locales {
        let (content, mail) = templates.preview(*locale, &options.code, options.minutes)?;
        let Content { subject, text, html, .. } = content;
        let named = |ending| options.out.join(format!("{locale}.{ending}"));
        write(&named("html"), html.as_bytes())?;
        write(&named("txt"), format!("{subject}\n\n{text}\n").as_bytes())?;
        write(&named("eml"), &mail.bytes)?;
    }
    say(&format!("{} mails in {}", locales.len(), options.out.display()))?;
    Ok(ExitCode::SUCCESS)
}

/// Those that were asked for, or all.
fn wanted(asked: &[Locale], there: impl Iterator<Item = Locale>) -> anyhow::Result<Vec<Locale>> {
    let there: Vec<_> = there.collect();
    if let Some(missing) = asked.iter().find(|locale| !there.contains(locale)) {
        let all: Vec<_> = there.iter().map(ToString::to_string).collect();
        bail!("there are no templates for {missing}; there are {}", all.join(", "));
    }
    Ok(if asked.is_empty() { there } else { asked.to_vec() })
}

fn say(line: &impl Display) -> anyhow::Result<()> {
    match writeln!(io::stdout(), "{line}") {
        // Whoever read it has read enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        said => said.context("standard output"),
    }
}

fn write(path: &Path, content: &[u8]) -> anyhow::Result<()> {
    let make = || {
        fs::create_dir_all(path.parent().unwrap_or(path))?;
        fs::write(path, content)
    };
    make().with_context(|| path.display().to_string())
}

fn digits(text: &str) -> Result<String, &'static str> {
    let right = (4..=10).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if right { Ok(text.to_owned()) } else { Err("expected 4 to 10 digits") }
}
