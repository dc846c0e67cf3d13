//! A folder of templates that take the place of the built-in ones, file by file, and what is
//! wrong with them.
//!
//! It is read as a whole, once: what was read is checked and used, whatever happens to the files
//! meanwhile.

use std::{
    collections::BTreeMap,
    fmt,
    fs::{self, DirEntry},
    io,
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
#[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
pub struct Findings(pub Vec<Finding>);

/// What may stand beside templates without being read.
const BESIDE: [&str; 2] = ["README", "LICENSE"];
const FILES: [&str; 3] = ["mail.html", "mail.txt", "locales/"];

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
        folder.read_within("", &FILES, &mut findings);
        (folder, findings)
    }

    /// Reads what is in a folder within this one, where these names are expected.
    fn read_within(&mut self, within: &str, expected: &[&str], findings: &mut Vec<Finding>) {
        let names = names(&self.root.join(within)).unwrap_or_else(|error| {
            let folder = self.path(within);
            findings.push(Finding::whole(folder.trim_end_matches('/'), error));
            Vec::new()
        });
        for name in names {
            let path = if within.is_empty() { name.clone() } else { format!("{within}/{name}") };
            let is_folder = self.root.join(&path).is_dir();
            let found = match within {
                "" if is_folder && name == "locales" => {
                    self.read_within(&path, &[], findings);
                    Ok(())
                }
                "locales" if is_folder => locale(&name).map(|locale| {
                    self.locales.push(locale);
                    self.read_within(&path, &Domain::ALL.map(Domain::file), findings);
                }),
                _ if expected.contains(&name.as_str()) => self.read_file(&path),
                _ if BESIDE.iter().any(|beside| name.starts_with(beside)) => Ok(()),
                _ => {
                    let like = nearest(&name, expected.iter().copied());
                    let like = like.map(|name| format!(" (did you mean {name}?)"));
                    Err(format!("nothing reads this{}", like.unwrap_or_default()))
                }
            };
            let wrong = |problem| Finding::whole(&self.path(&path), problem);
            findings.extend(found.err().map(wrong));
        }
    }

    fn read_file(&mut self, path: &str) -> Result<(), String> {
        let file = self.root.join(path);
        // A pipe would be waited for; a folder is what Docker mounts for a file that is missing.
        if file.metadata().is_ok_and(|found| !found.is_file()) {
            return Err("is no file".to_owned());
        }
        let text = fs::read_to_string(file).map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => "is not UTF-8".to_owned(),
            _ => error.to_string(),
        })?;
        self.files.insert(path.to_owned(), plain(&text));
        Ok(())
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

/// The names in a folder, but those that begin with a dot: they are not meant for us, as `..data` of
/// a mounted `ConfigMap`.
fn names(folder: &Path) -> io::Result<Vec<String>> {
    let name = |entry: io::Result<DirEntry>| Ok(entry?.file_name().to_string_lossy().into_owned());
    let mut names = fs::read_dir(folder)?.map(name).collect::<io::Result<Vec<_>>>()?;
    names.retain(|name| !name.starts_with('.'));
    names.sort();
    Ok(names)
}

/// The locale of a folder's name.
fn locale(name: &str) -> Result<Locale, String> {
    match name.parse::<Locale>() {
        Ok(locale) if locale.tag() == name => Ok(locale),
        Ok(locale) => Err(format!("a locale of this name is written {locale}")),
        Err(_) => Err("no language tag such as en-US, es-419 or zh-Hant-HK".to_owned()),
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
