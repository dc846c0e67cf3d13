//! The inbox: mails as a person reads them.
