//! What is wrong with one mail. It holds neither an address nor a code, so it can be logged.

use signpost_shared::catalog::MessageError;

/// Why this mail cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum RenderError {
    /// A message is missing or lacks a variable.
    #[error(transparent)]
    Message(#[from] MessageError),
    /// A skeleton failed, say over a variable that there is not; the cause names file and line.
    #[error("{cause}")]
    Skeleton {
        /// The skeleton.
        template: &'static str,
        /// Why.
        cause: minijinja::Error,
    },
    /// Its code is not there to be seen and copied, or something is left unfilled.
    #[error("{template}: {problem}")]
    NotWhole {
        /// Where.
        template: &'static str,
        /// What is wrong.
        problem: &'static str,
    },
}

impl RenderError {
    /// The template to blame, for a metric's label.
    pub(super) fn template(&self) -> &str {
        match self {
            Self::Message(error) => &error.id,
            Self::Skeleton { template, .. } | Self::NotWhole { template, .. } => template,
        }
    }
}
