//! Watches the folder of templates: a file that was saved is read, as SIGHUP has it in the
//! binaries. On a mistake what was read before stays, and the findings are told.
//!
//! It looks at the times of a few dozen files three times a second; being told by the system would
//! take another crate, and would miss what containers and network file systems do not tell.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, SystemTime},
};

use signpost_shared::reload::Files;
use tokio::sync::watch;
use tracing::warn;

const PAUSE: Duration = Duration::from_millis(300);
/// `locales`, the locale's folder, and its files.
const DEPTH: usize = 3;

/// Reads `files` again whenever something in their folder changes from now on, and then tells all
/// that `check` finds, a line each: it takes a moment more, and finds what a start would refuse too.
pub fn watch(
    folder: PathBuf,
    mut files: Files,
    check: impl Fn() -> Vec<String> + Send + Sync + 'static,
    told: watch::Sender<Vec<String>>,
) -> impl Future<Output = ()> + Send + 'static {
    let check = Arc::new(check);
    let mut last = Vec::new();
    async move {
        let mut pauses = tokio::time::interval(PAUSE);
        loop {
            pauses.tick().await;
            let now = seen(&folder, DEPTH);
            if now == last {
                continue;
            }
            last = now;
            let reading = tokio::task::spawn_blocking(move || {
                let read = files.reread();
                (files, read)
            });
            // Only a panic in a reader ends it; the log has it.
            let Ok((back, read)) = reading.await else { return };
            files = back;
            if read.is_ok() {
                told.send_replace(Vec::new());
            }
            let check = Arc::clone(&check);
            let Ok(mut findings) = tokio::task::spawn_blocking(move || check()).await else {
                return;
            };
            if findings.is_empty() {
                findings = read.err().unwrap_or_default();
                // What is wrong with the folder itself, each reader says.
                findings.dedup();
            }
            for finding in &findings {
                warn!("{finding}");
            }
            told.send_if_modified(|told| {
                let changed = *told != findings;
                *told = findings;
                changed
            });
        }
    }
}

/// What changes when a file does: its name, its time, its length.
fn seen(folder: &Path, depth: usize) -> Vec<(PathBuf, Option<SystemTime>, u64)> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let Ok(data) = fs::metadata(&path) else { continue };
        if data.is_dir() && depth > 1 {
            files.extend(seen(&path, depth - 1));
        }
        files.push((path, data.modified().ok(), data.len()));
    }
    files.sort();
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_saved_file_is_read_and_a_mistake_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("a");
        fs::write(&file, "1").unwrap();
        let mut files = Files::default();
        let read = file.clone();
        let parse = move || {
            let text = fs::read_to_string(&read).unwrap_or_default();
            text.parse::<u32>().map_err(|_| format!("no number: {text}"))
        };
        let number = files.read(parse.clone()).unwrap();
        let also = files.read(parse).unwrap();
        let (sender, mut told) = watch::channel(Vec::new());
        let checked = file.clone();
        let check = move || {
            let long = fs::read_to_string(&checked).is_ok_and(|text| text == "666");
            if long { vec!["too long".to_owned()] } else { Vec::new() }
        };
        let test = async {
            fs::write(&file, "23").unwrap();
            told.wait_for(|_| *number.borrow() == 23).await.unwrap();
            assert_eq!((*number.borrow(), *also.borrow()), (23, 23));
            fs::write(&file, "four").unwrap();
            told.wait_for(|told| *told == ["no number: four"]).await.unwrap();
            assert_eq!(*number.borrow(), 23, "what was right stays");
            fs::remove_file(&file).unwrap();
            fs::write(&file, "5").unwrap();
            let now = |told: &[String], read, findings: &[&str]| {
                *number.borrow() == read && told == findings
            };
            told.wait_for(|told| now(told, 5, &[])).await.unwrap();
            fs::write(&file, "666").unwrap();
            // A start would take it.
            told.wait_for(|told| now(told, 666, &["too long"])).await.unwrap();
        };
        tokio::select! {
            () = watch(folder.path().to_owned(), files, check, sender) => panic!("it goes on"),
            () = test => {}
        }
    }
}
