//! Deliver: a mail goes to the first relay that can take it.
