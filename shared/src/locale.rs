//! The locales that Signpost speaks, and how one is chosen.
