//! An SMTP server that does what a script tells it.
