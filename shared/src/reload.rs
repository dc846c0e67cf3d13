//! Files that SIGHUP has read anew: all of them, or nothing changes.

use std::fmt;

use tokio::sync::watch;
use tracing::{error, info};

type Replace = Box<dyn FnOnce()>;
type Reread = Box<dyn Fn() -> Result<Replace, String> + Send + Sync>;

/// The files that were read at start.
#[derive(Default)]
pub struct Files(Vec<Reread>);

impl fmt::Debug for Files {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Files({})", self.0.len())
    }
}

impl Files {
    /// Reads a file now, and in the same way at each [`Files::reload`]: the receiver has what
    /// was read last.
    ///
    /// # Errors
    /// What `read` says now.
    pub fn read<T, E>(
        &mut self,
        read: impl Fn() -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<watch::Receiver<T>, E>
    where
        T: Send + Sync + 'static,
        E: fmt::Display,
    {
        let (sender, current) = watch::channel(read()?);
        self.0.push(Box::new(move || {
            let value = read().map_err(|error| error.to_string())?;
            let sender = sender.clone();
            Ok(Box::new(move || drop(sender.send_replace(value))))
        }));
        Ok(current)
    }

    /// Reads all files again, as SIGHUP has it; one line says what came of it.
    pub fn reload(&self) {
        let outcome = match self.reread() {
            Ok(()) => {
                info!("SIGHUP: the files were read again, and hold from now on");
                "done"
            }
            Err(causes) => {
                let cause = causes.join("\n");
                error!(cause, "SIGHUP: a file can't be used, and nothing has changed");
                "failed"
            }
        };
        count(outcome);
    }

    /// Reads all files again. If one can't be used, everything stays as it was.
    ///
    /// # Errors
    /// What each file that can't be used says.
    pub fn reread(&self) -> Result<(), Vec<String>> {
        let (mut replaces, mut causes) = (Vec::new(), Vec::new());
        for reread in &self.0 {
            match reread() {
                Ok(replace) => replaces.push(replace),
                Err(cause) => causes.push(cause),
            }
        }
        if !causes.is_empty() {
            return Err(causes);
        }
        for replace in replaces {
            replace();
        }
        Ok(())
    }
}

fn count(outcome: &'static str) {
    metrics::counter!("signpost_reloads_total", "outcome" => outcome).increment(1);
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn all_files_change_together_or_none_does() {
        let folder = tempfile::tempdir().unwrap();
        let mut files = Files::default();
        let path = |name: &str| folder.path().join(name);
        let write = |name, number: &str| fs::write(path(name), number).unwrap();
        let mut number = |name| {
            let path = path(name);
            files.read(move || fs::read_to_string(&path).unwrap().parse::<u32>())
        };
        write("a", "1");
        write("b", "2");
        let (a, b) = (number("a").unwrap(), number("b").unwrap());
        write("c", "three");
        number("c").unwrap_err();
        let now = || (*a.borrow(), *b.borrow());
        write("a", "3");
        write("b", "four");
        files.reload();
        assert_eq!(now(), (1, 2));
        write("a", "three");
        assert_eq!(files.reread().unwrap_err().len(), 2, "all are read, so that all is told");
        write("a", "3");
        write("b", "4");
        files.reload();
        assert_eq!(now(), (3, 4));
    }
}
