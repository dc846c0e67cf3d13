//! A folder of templates that take the place of the built-in ones, file by file, and what is
//! wrong with them.
//!
//! It is read as a whole, once: what was read is checked and used, whatever happens to the files
//! meanwhile.

use std::{
    collections::BTreeMap,
    fmt, fs, io,
    path::{Path, PathBuf},
};

use serde::Serialize;

use crate::{
    catalog::Domain,
    config::nearest,
    locale::{Locale, Locales},
};

/// The files of a folder.
#[derive(Clone, Debug, Default)]
pub struct Folder {
    root: PathBuf,
    /// By their path within the folder.
    files: BTreeMap<String, String>,
    locales: Vec<Locale>,
}

/// Something that is wrong with a template.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Finding {
    /// The file: its path, or its name where it is built in.
    pub file: String,
    /// The line, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<usize>,
    /// The column in characters, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<usize>,
    /// What is wrong there.
    pub problem: String,
}

/// Everything that was found, in the order of the files.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub struct Findings(pub Vec<Finding>);

/// What may stand beside templates without being read.
const BESIDE: [&str; 2] = ["README", "LICENSE"];
const FILES: [&str; 2] = ["mail.html", "mail.txt"];

impl Folder {
    /// Reads it.
    ///
    /// # Errors
    /// What can't be read, and what nothing would ever use: a misspelt name would be off without
    /// a word.
    pub fn read(root: &Path) -> Result<Self, Findings> {
        let (folder, findings) = Self::look(root);
        Findings::none_or(findings).map(|()| folder)
    }

    /// Reads what can be read of it, and says what else there is.
    pub fn look(root: &Path) -> (Self, Vec<Finding>) {
        let mut folder = Self { root: root.to_owned(), ..Self::default() };
        let mut findings = Vec::new();
        for (name, is_folder) in folder.entries(Path::new(""), &mut findings) {
            if is_folder && name == "locales" {
                for (tag, is_folder) in folder.entries(Path::new("locales"), &mut findings) {
                    folder.read_locale(&tag, is_folder, &mut findings);
                }
            } else {
                let expected = FILES.iter().copied().chain(["locales/"]);
                folder.read_file(&name, &name, is_folder, expected, &mut findings);
            }
        }
        (folder, findings)
    }

    fn read_locale(&mut self, tag: &str, is_folder: bool, findings: &mut Vec<Finding>) {
        let path = format!("locales/{tag}");
        match tag.parse::<Locale>() {
            Ok(locale) if is_folder && locale.tag() == tag => {
                let names = Domain::ALL.map(Domain::file);
                for (name, is_folder) in self.entries(Path::new(&path), findings) {
                    let path = format!("{path}/{name}");
                    self.read_file(&path, &name, is_folder, names.into_iter(), findings);
                }
                self.locales.push(locale);
            }
            Ok(locale) if is_folder => {
                let problem = format!("a locale of this name is written {locale}");
                findings.push(self.finding(&path, problem));
            }
            _ if is_folder => {
                let problem = "no language tag such as en-US, es-419 or zh-Hant-HK";
                findings.push(self.finding(&path, problem));
            }
            _ => self.read_file(&path, tag, false, std::iter::empty(), findings),
        }
    }

    fn read_file<'a>(
        &mut self,
        path: &str,
        name: &str,
        is_folder: bool,
        expected: impl Iterator<Item = &'a str> + Clone,
        findings: &mut Vec<Finding>,
    ) {
        if expected.clone().any(|expected| expected == name) {
            let file = self.root.join(path);
            // A pipe would be waited for; a folder is what Docker mounts for a file that is missing.
            if is_folder || file.metadata().is_ok_and(|found| !found.is_file()) {
                return findings.push(self.finding(path, "is no file"));
            }
            match fs::read(file) {
                Ok(bytes) => match String::from_utf8(bytes) {
                    Ok(text) => drop(self.files.insert(path.to_owned(), plain(&text))),
                    Err(_) => findings.push(self.finding(path, "is not UTF-8")),
                },
                Err(error) => findings.push(self.finding(path, error)),
            }
        } else if !BESIDE.iter().any(|beside| name.starts_with(beside)) {
            let like = nearest(name, expected).map(|name| format!(" (did you mean {name}?)"));
            let problem = format!("nothing reads this{}", like.unwrap_or_default());
            findings.push(self.finding(path, problem));
        }
    }

    /// The names in a folder within this one, but those that begin with a dot: they are not meant
    /// for us, as `..data` of a mounted `ConfigMap`.
    fn entries(&self, path: &Path, findings: &mut Vec<Finding>) -> Vec<(String, bool)> {
        let within = self.root.join(path);
        let read = || {
            let mut entries = Vec::new();
            for entry in fs::read_dir(&within)? {
                let path = entry?.path();
                let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
                entries.push((name, path.is_dir()));
            }
            entries.retain(|(name, _)| !name.starts_with('.'));
            entries.sort();
            io::Result::Ok(entries)
        };
        read().unwrap_or_else(|error| {
            let path = within.display().to_string();
            findings.push(Finding::whole(path.trim_end_matches('/'), error));
            Vec::new()
        })
    }

    fn finding(&self, path: &str, problem: impl fmt::Display) -> Finding {
        Finding::whole(&self.path(path), problem)
    }

    /// The path of a file, as a message shows it.
    pub fn path(&self, file: &str) -> String {
        self.root.join(file).display().to_string()
    }

    /// A file, if it is there.
    pub fn file(&self, path: &str) -> Option<&str> {
        self.files.get(path).map(String::as_str)
    }

    /// The messages of a domain in a locale, if they are there.
    pub fn messages(&self, locale: Locale, domain: Domain) -> Option<&str> {
        self.file(&domain.path(locale))
    }

    /// What is compiled in, and what the folder adds.
    pub fn locales(&self) -> Locales {
        Locales::with(self.locales.iter().copied())
    }
}

/// Lines that end by LF, and no byte-order mark.
fn plain(text: &str) -> String {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    text.replace("\r\n", "\n").replace('\r', "\n")
}

impl Finding {
    /// About a file as a whole.
    pub fn whole(file: &str, problem: impl fmt::Display) -> Self {
        Self { file: file.to_owned(), line: None, column: None, problem: problem.to_string() }
    }

    /// About a place in a file, told by its offset in bytes.
    pub fn at(file: &str, source: &str, offset: usize, problem: impl fmt::Display) -> Self {
        let before = &source[..source.floor_char_boundary(offset)];
        let line = before.rsplit('\n').next().unwrap_or_default();
        Self {
            line: Some(before.matches('\n').count() + 1),
            column: Some(line.chars().count() + 1),
            ..Self::whole(file, problem)
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.file)?;
        for number in [self.line, self.column].into_iter().flatten() {
            write!(f, ":{number}")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl Findings {
    /// An error if there are any.
    pub fn none_or(findings: Vec<Finding>) -> Result<(), Self> {
        if findings.is_empty() { Ok(()) } else { Err(Self(findings)) }
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, finding) in self.0.iter().enumerate() {
            let parted = if index == 0 { "" } else { "\n" };
            write!(f, "{parted}{finding}")?;
        }
        Ok(())
    }
}
