//! The two skeletons of a mail, parsed once at start.

use std::{borrow::Cow, fs, io, path::Path};

use minijinja::{Environment, UndefinedBehavior, value::Serde};

use super::{Page, RenderError, TemplateError};

/// One of a mail's two parts.
#[derive(Clone, Copy, Debug)]
pub(super) enum Skeleton {
    Html,
    Text,
}

impl Skeleton {
    /// The file's name, by whose ending minijinja knows whether to escape.
    pub(super) const fn file(self) -> &'static str {
        match self {
            Self::Html => "mail.html",
            Self::Text => "mail.txt",
        }
    }

    const fn built_in(self) -> &'static str {
        match self {
            Self::Html => include_str!("../../../templates/mail.html"),
            Self::Text => include_str!("../../../templates/mail.txt"),
        }
    }
}

pub(super) struct Skeletons {
    environment: Environment<'static>,
}

impl Skeletons {
    /// The built-in ones, and over them those that the folder has.
    pub(super) fn load(folder: Option<&Path>) -> Result<Self, TemplateError> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        for skeleton in [Skeleton::Html, Skeleton::Text] {
            environment
                .add_template_owned(skeleton.file(), source(skeleton, folder)?)
                .map_err(TemplateError::Skeleton)?;
        }
        Ok(Self { environment })
    }

    pub(super) fn fill(&self, skeleton: Skeleton, page: &Page<'_>) -> Result<String, RenderError> {
        let template = skeleton.file();
        self.environment
            .get_template(template)
            .and_then(|parsed| parsed.render(Serde(page)))
            .map_err(|cause| RenderError::Skeleton { template, cause })
    }

    #[cfg(test)]
    pub(super) fn variables(&self, skeleton: Skeleton) -> std::collections::HashSet<String> {
        self.environment.get_template(skeleton.file()).unwrap().undeclared_variables(false)
    }
}

fn source(skeleton: Skeleton, folder: Option<&Path>) -> Result<Cow<'static, str>, TemplateError> {
    let Some(path) = folder.map(|folder| folder.join(skeleton.file())) else {
        return Ok(skeleton.built_in().into());
    };
    match fs::read_to_string(&path) {
        // MIME writes the line ends; a bare CR in a mail is an error (RFC 5322 §2.3).
        Ok(own) => Ok(own.replace("\r\n", "\n").replace('\r', "\n").into()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(skeleton.built_in().into()),
        Err(error) => Err(TemplateError::Read { path, error }),
    }
}

/// Whether something looks like a variable of Fluent's or minijinja's that nobody filled in.
pub(super) fn has_placeholder(text: &str) -> bool {
    ["{{", "{%", "{#", "{$", "{ $"].iter().any(|opening| text.contains(opening))
}
