//! Makes the mails that the gallery shows, with the brand and the numbers that were asked for.

use std::{
    hash::{DefaultHasher, Hash as _, Hasher as _},
    sync::Arc,
};

use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use signpost_shared::{locale::Locale, templates::Folder};
use signpost_worker::render::{self, Content, Templates};
use tokio::sync::watch;

/// With leading zero, as some codes have it; cut to the digits that are asked for.
const CODE: &str = "0718293645";
const DIGITS: usize = 6;
const MINUTES: u64 = 30;

/// What can be played with. What is not given is as `cargo dev` was told.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub(super) struct Wish {
    brand: Option<String>,
    color: Option<String>,
    support: Option<String>,
    digits: Option<usize>,
    minutes: Option<u64>,
}

/// A mail beside its frames.
#[derive(Debug, Serialize)]
pub(super) struct Shown {
    pub(super) tag: Locale,
    dir: &'static str,
    from: String,
    pub(super) subject: String,
    text: String,
    /// Changes when the HTML does.
    pub(super) mark: String,
    /// Why it can't be made.
    error: Option<String>,
}

#[derive(Debug)]
pub(super) struct Studio {
    settings: render::Settings,
    folder: watch::Receiver<Arc<Folder>>,
    /// What was made last: a page asks for some hundred mails of one kind.
    last: Mutex<Option<Made>>,
}

#[derive(Clone, Debug)]
struct Made {
    wish: Wish,
    folder: Arc<Folder>,
    templates: Arc<Templates>,
}

impl Studio {
    pub(super) fn new(settings: render::Settings, folder: watch::Receiver<Arc<Folder>>) -> Self {
        Self { settings, folder, last: Mutex::default() }
    }

    /// Every language's mail, or what is wrong with what was asked for.
    pub(super) fn mails(&self, wish: &Wish) -> Result<Vec<Shown>, String> {
        let Made { folder, templates, .. } = self.made(wish)?;
        folder.locales().iter().map(|locale| shown(&templates, wish, locale)).collect()
    }

    /// One mail's HTML, or what is wrong with what was asked for, or with the mail.
    pub(super) fn html(&self, wish: &Wish, locale: Locale) -> Result<String, String> {
        let Made { templates, .. } = self.made(wish)?;
        preview(&templates, wish, locale).map(|preview| preview.html)
    }

    fn made(&self, wish: &Wish) -> Result<Made, String> {
        let folder = Arc::clone(&self.folder.borrow());
        // Whoever asks for the same waits, and finds it made.
        let mut last = self.last.lock();
        let same = |made: &&Made| made.wish == *wish && Arc::ptr_eq(&made.folder, &folder);
        if let Some(made) = last.as_ref().filter(same) {
            return Ok(made.clone());
        }
        let templates = Templates::new(self.settings(wish)?, &folder);
        let templates = Arc::new(templates.map_err(|error| error.to_string())?);
        let made = Made { wish: wish.clone(), folder, templates };
        *last = Some(made.clone());
        Ok(made)
    }

    fn settings(&self, wish: &Wish) -> Result<render::Settings, String> {
        let mut settings = self.settings.clone();
        if let Some(brand) = &wish.brand {
            render::check_brand(brand).map_err(|problem| format!("the brand {problem}"))?;
            settings.brand.clone_from(brand);
            settings.from.name = Some(brand.clone());
        }
        if let Some(color) = &wish.color {
            settings.color = Some(color.parse()?);
        }
        if let Some(support) = &wish.support {
            render::check_line(support).map_err(|problem| format!("the support line {problem}"))?;
            settings.support = Some(support.clone());
        }
        Ok(settings)
    }
}

fn shown(templates: &Templates, wish: &Wish, tag: Locale) -> Result<Shown, String> {
    if !(4..=CODE.len()).contains(&wish.digits.unwrap_or(DIGITS)) {
        return Err("a code has 4 to 10 digits".to_owned());
    }
    let (preview, error) = match preview(templates, wish, tag) {
        Ok(preview) => (Some(preview), None),
        Err(error) => (None, Some(error)),
    };
    let mut hasher = DefaultHasher::new();
    preview.as_ref().map(|preview| &preview.html).hash(&mut hasher);
    let (from, subject, text) = preview
        .map(|preview| (preview.sender(), preview.subject, preview.text))
        .unwrap_or_default();
    let dir = tag.direction().as_str();
    Ok(Shown { tag, dir, from, subject, text, mark: format!("{:x}", hasher.finish()), error })
}

fn preview(templates: &Templates, wish: &Wish, locale: Locale) -> Result<Content, String> {
    let code = &CODE[..wish.digits.unwrap_or(DIGITS).min(CODE.len())];
    let made = templates.preview(locale, code, wish.minutes.unwrap_or(MINUTES));
    made.map(|(content, _)| content).map_err(|error| error.to_string())
}
