//! A folder of files that override the built-in messages.

use std::{
    collections::BTreeSet,
    fs, io,
    path::{Path, PathBuf},
};

use fluent::FluentResource;

use super::{CatalogError, messages};
use crate::locale::Locale;

/// Reads an overriding file, if there is one; `known` are the ids that anything uses.
pub(super) fn read(
    path: PathBuf,
    known: &BTreeSet<String>,
) -> Result<Option<FluentResource>, CatalogError> {
    match fs::read_to_string(&path) {
        Ok(source) => parse(&path, source, known).map(Some),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(CatalogError::Read { path, error }),
    }
}

/// A misspelt folder would be silently off; one whose name begins with a dot is not meant for us.
pub(super) fn only_known_locales(folder: &Path) -> Result<(), CatalogError> {
    let locales = folder.join("locales");
    let unreadable = |path: &Path| {
        let path = path.to_owned();
        move |error| CatalogError::Read { path, error }
    };
    fs::read_dir(folder).map_err(unreadable(folder))?;
    if !locales.exists() {
        return Ok(());
    }
    for entry in fs::read_dir(&locales).map_err(unreadable(&locales))? {
        let path = entry.map_err(unreadable(&locales))?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let known = Locale::ALL.iter().any(|locale| locale.tag() == name);
        if !known && !name.starts_with('.') && path.is_dir() {
            return Err(CatalogError::Locale { path });
        }
    }
    Ok(())
}

fn parse(
    path: &Path,
    source: String,
    known: &BTreeSet<String>,
) -> Result<FluentResource, CatalogError> {
    let mistake = |line, mistake| CatalogError::Message { path: path.to_owned(), line, mistake };
    let resource = FluentResource::try_new(source).map_err(|(resource, errors)| {
        let first = errors.first();
        let before = first.map_or(0, |error| error.pos.start);
        let line = resource.source().bytes().take(before).filter(|byte| *byte == b'\n').count() + 1;
        mistake(line, first.map_or_else(String::new, ToString::to_string))
    })?;
    let mut seen = BTreeSet::new();
    for (id, has_value) in messages(&resource) {
        let problem = if !known.contains(id) {
            "nothing uses a message of this name"
        } else if !has_value {
            "the message has no value"
        } else if !seen.insert(id) {
            "the message is there twice"
        } else {
            continue;
        };
        return Err(mistake(line_of(resource.source(), id), format!("{id}: {problem}")));
    }
    Ok(resource)
}

/// The last line that defines `id`: where one is there twice, the second is the mistake.
fn line_of(source: &str, id: &str) -> usize {
    let defines =
        |line: &str| line.strip_prefix(id).is_some_and(|rest| rest.trim_start().starts_with('='));
    source
        .lines()
        .enumerate()
        .filter(|(_, line)| defines(line))
        .last()
        .map_or(1, |(index, _)| index + 1)
}
