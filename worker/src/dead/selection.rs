//! Which letters are meant: by id, by reason, or all.

use std::collections::BTreeSet;

use clap::{Args, builder::NonEmptyStringValueParser};

use signpost_shared::tag::AddressTag;

use super::{
    letter::{Letter, letter_id},
    wording::remark,
};

/// One way of choosing, and always one: nothing is replayed or deleted by omission.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(super) struct Selection {
    /// The letters with these ids, as `list` shows them
    #[arg(value_name = "ID", value_parser = letter_id)]
    pub(super) ids: Vec<String>,
    /// All letters
    #[arg(long)]
    all: bool,
    /// Those whose reason contains this text, in whatever case: 550, "rcpt 550", unreadable
    #[arg(long, value_name = "TEXT", value_parser = NonEmptyStringValueParser::new())]
    reason: Option<String>,
    /// Those to the address with this tag, the to.tag of log lines or of `signpost-api address tag`
    #[arg(long, value_name = "TAG")]
    tag: Option<AddressTag>,
}

impl Selection {
    /// Whether a letter is meant.
    pub(super) fn means(&self, letter: &Letter) -> bool {
        self.all
            || self.ids.contains(&letter.id)
            || has_reason(letter, self.reason.as_deref())
            || (self.tag.is_some() && letter.tag() == self.tag)
    }

    /// Says which of the ids nobody has seen, and returns whether there are any.
    pub(super) fn remark_missing(&self, seen: &BTreeSet<String>) -> bool {
        let missing: BTreeSet<_> = self.ids.iter().filter(|id| !seen.contains(*id)).collect();
        for id in &missing {
            remark(&format!("{id} was not found: it is not dead, or another desk holds it"));
        }
        !missing.is_empty()
    }
}

/// Whether the reason, as it is shown, contains the text. Without a text none does.
pub(super) fn has_reason(letter: &Letter, text: Option<&str>) -> bool {
    let (Some(reason), Some(text)) = (&letter.reason, text) else { return false };
    reason.to_lowercase().contains(&text.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dead::letter::tests::{job, letter};

    fn selection(ids: &[String], all: bool, reason: Option<&str>) -> Selection {
        Selection { ids: ids.to_vec(), all, reason: reason.map(str::to_owned), tag: None }
    }

    #[test]
    fn letters_are_meant_by_id_by_reason_or_all() {
        let refused = letter(&job(1).encode(), Some("rcpt 550 5.1.1 User"));
        let silent = letter(b"rubbish", None);
        let means = |selection: Selection| [selection.means(&refused), selection.means(&silent)];
        assert_eq!(means(selection(&[], true, None)), [true, true]);
        assert_eq!(means(selection(&[], false, Some("550"))), [true, false]);
        assert_eq!(means(selection(&[], false, Some("USER"))), [true, false]);
        assert_eq!(means(selection(&[], false, Some("551"))), [false, false]);
        assert_eq!(means(selection(std::slice::from_ref(&silent.id), false, None)), [false, true]);
        let both = selection(&[refused.id.clone(), silent.id.clone()], false, None);
        assert_eq!(means(both), [true, true]);
        let tagged = |tag: &str| Selection {
            tag: Some(tag.parse().unwrap()),
            ..selection(&[], false, None)
        };
        assert_eq!(means(tagged("0123456789abcdef")), [true, false]);
        assert_eq!(means(tagged("fedcba9876543210")), [false, false]);
    }
}
