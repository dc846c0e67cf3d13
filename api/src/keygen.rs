//! `signpost-api keygen`: the keys that codes and addresses are hidden by.

use std::{
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use anyhow::Context as _;
use clap::Args;
use signpost_shared::code::{Key, new_key};
use tempfile::NamedTempFile;

/// The file that tells trial keys from others.
const MARK: &str = "trial";
const TRIAL: &str = "\
************************************************************************
*  TRIAL KEYS. They were made for you, and whoever may use this Docker  *
*  engine can read them. Before real people sign up, give keys of your  *
*  own: README, \"With Docker\".                                         *
************************************************************************";

/// Prints new keys as environment variables, or writes them to files.
#[derive(Debug, Args)]
pub struct Keygen {
    /// Writes the files `code_keys` and `address_key` in this folder instead; one that is there is left as it is
    #[arg(long, value_name = "FOLDER")]
    folder: Option<PathBuf>,
    /// Marks keys that it makes as good for a trial only, and warns of marked ones
    #[arg(long, requires = "folder")]
    trial: bool,
}

impl Keygen {
    /// Makes them.
    ///
    /// # Errors
    /// When they can't be written.
    pub fn run(&self) -> anyhow::Result<()> {
        let mut out = io::stdout().lock();
        let code_key = new_key();
        // Two that were made apart never share a name.
        let kid = code_key.parse::<Key>()?.fingerprint();
        let keys = [("code_keys", format!("k{kid}:{code_key}")), ("address_key", new_key())];
        let Some(folder) = &self.folder else {
            for (name, key) in keys {
                writeln!(out, "SIGNPOST_{}={key}", name.to_uppercase())?;
            }
            return Ok(());
        };
        let write = |name: &str, content: &str| {
            let path = folder.join(name);
            write_new(folder, &path, content)
                .with_context(|| format!("{} can't be written", path.display()))
        };
        for (name, key) in keys {
            let made = write(name, &key)?;
            let what = if made { "made" } else { "was there, and is left as it is" };
            writeln!(out, "{}: {what}", folder.join(name).display())?;
            if made && self.trial {
                write(MARK, TRIAL)?;
            }
        }
        if self.trial && folder.join(MARK).exists() {
            writeln!(out, "{TRIAL}")?;
        }
        Ok(())
    }
}

/// Whether it was written: of several who try at once one does, and nobody ever reads
/// half a key.
fn write_new(folder: &Path, path: &Path, key: &str) -> io::Result<bool> {
    // Readable by its owner alone.
    let mut file = NamedTempFile::new_in(folder)?;
    writeln!(file, "{key}")?;
    file.as_file().sync_all()?;
    match file.persist_noclobber(path) {
        Ok(_) => Ok(true),
        Err(refused) if refused.error.kind() == io::ErrorKind::AlreadyExists => {
            // A link may lead nowhere.
            path.metadata().map(|_| false)
        }
        Err(refused) => Err(refused.error),
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt as _, thread};

    use signpost_shared::code::{CodeKeys, Key};

    use super::*;

    #[test]
    fn of_many_who_make_keys_at_once_one_does() {
        let folder = tempfile::tempdir().unwrap();
        let makers: Vec<_> = (0..8)
            .map(|_| {
                let folder = Some(folder.path().to_owned());
                thread::spawn(move || Keygen { folder, trial: true }.run().unwrap())
            })
            .collect();
        for maker in makers {
            maker.join().unwrap();
        }
        let names: Vec<_> =
            fs::read_dir(folder.path()).unwrap().map(|e| e.unwrap().path()).collect();
        assert_eq!(names.len(), 3, "two keys and the mark: {names:?}");
        let read = |name: &str| fs::read_to_string(folder.path().join(name)).unwrap();
        let (codes, address) = (read("code_keys"), read("address_key"));
        assert!(codes.parse::<CodeKeys>().is_ok() && address.parse::<Key>().is_ok());
        Keygen { folder: Some(folder.path().to_owned()), trial: false }.run().unwrap();
        assert_eq!((read("code_keys"), read("address_key")), (codes, address));
        for name in names {
            assert_eq!(fs::metadata(name).unwrap().permissions().mode() & 0o777, 0o600);
        }
    }

    #[test]
    fn keys_of_ones_own_are_not_marked_as_a_trial() {
        let folder = tempfile::tempdir().unwrap();
        let keygen = |trial| Keygen { folder: Some(folder.path().to_owned()), trial };
        keygen(false).run().unwrap();
        keygen(true).run().unwrap();
        assert!(!folder.path().join(MARK).exists());
    }

    #[test]
    fn a_link_that_leads_nowhere_is_no_key() {
        let folder = tempfile::tempdir().unwrap();
        std::os::unix::fs::symlink("/none/such", folder.path().join("code_keys")).unwrap();
        let keygen = Keygen { folder: Some(folder.path().to_owned()), trial: false };
        let error = format!("{:#}", keygen.run().unwrap_err());
        assert!(error.contains("code_keys can't be written: No such file"), "{error}");
    }

    #[test]
    fn a_folder_that_is_not_there_is_named() {
        let missing = Keygen { folder: Some("/none/such".into()), trial: false };
        let error = format!("{:#}", missing.run().unwrap_err());
        assert!(error.starts_with("/none/such/code_keys can't be written: "), "{error}");
    }
}
