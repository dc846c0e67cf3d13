//! Where templates are, and the language that takes the place of one that is not there. Both
//! binaries are told so in the same words, since a locale that one of them adds is the other's too.

use std::{fmt, path::PathBuf, sync::Arc};

use tokio::sync::watch;

use super::{ConfigError, file_name, invalid};
use crate::{locale::Locale, reload::Files, templates::Folder};

/// Settings of both binaries.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct TemplateOptions {
    /// A folder whose files take the place of the built-in templates, file by file; SIGHUP reads it again
    #[arg(long, env = "SIGNPOST_TEMPLATES", value_parser = file_name, value_name = "FOLDER")]
    pub templates: Option<PathBuf>,
    /// The language of readers whose own is not known, such as en-US, de or zh-TW
    #[arg(long, env = "SIGNPOST_DEFAULT_LOCALE", default_value_t, value_name = "LOCALE")]
    pub default_locale: Locale,
}

impl TemplateOptions {
    /// Reads the folder now and at each reload, and makes something of it.
    ///
    /// # Errors
    /// What is wrong with the files, or what `make` says.
    pub fn read<T: Send + Sync + 'static, E: fmt::Display>(
        &self,
        files: &mut Files,
        make: impl Fn(&Folder) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<watch::Receiver<Arc<T>>, ConfigError> {
        let Self { templates, default_locale } = self.clone();
        files.read(move || {
            let wrong = |error: &dyn fmt::Display| invalid("SIGNPOST_TEMPLATES", error);
            let folder = match &templates {
                Some(templates) => Folder::read(templates).map_err(|error| wrong(&error))?,
                None => Folder::default(),
            };
            if !folder.locales().contains(default_locale) {
                let problem = format!("there are no templates for {default_locale}");
                return Err(invalid("SIGNPOST_DEFAULT_LOCALE", &problem));
            }
            make(&folder).map(Arc::new).map_err(|error| wrong(&error))
        })
    }
}
