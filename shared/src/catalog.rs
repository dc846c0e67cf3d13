//! Fluent messages, one bundle a locale.
