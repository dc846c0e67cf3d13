//! Render: a job becomes a mail in its reader's language.
