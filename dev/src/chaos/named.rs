//! The relays of docs/RELAYS.md, as a run plays them.

use std::time::Duration;

use clap::ValueEnum;
use signpost_smtp_server::{Script, named};

/// A relay that has a name.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Named {
    /// Throttles at 120 mails a second, takes 20 over a connection; its sender is unverified at first
    Ses,
    /// Has a quota that is used up, and then minds its sender; at times refuses a reader, or a rate
    Gmail,
    /// Takes mails over three connections; has a daily limit that is reached at first, and is busy at times
    Office365,
    /// Ends what idles by a 451, and leaves one mail in a thousand without an answer
    Sendgrid,
    /// Greylists, and has fifty places
    Postfix,
    /// Knows HELO alone, and gives no texts
    Legacy,
    /// Ends what idles by a 421
    Sleepy,
    /// Ends a connection at the tenth NOOP or RSET, and puts off one reader in three
    Nonmail,
}

impl Named {
    /// Has a script play it. Its minutes and days are seconds here, and few mails go without an
    /// answer, since workers await one for two minutes.
    pub(super) fn play(self, script: &Script) {
        let second = Duration::from_secs(1);
        let takes = Duration::from_millis(10);
        match self {
            Self::Ses => script.play(named::ses(120, 20, 3 * second)),
            Self::Gmail => script.play(named::gmail(2 * second)),
            Self::Office365 => script.play(named::office365(takes, 3 * second)),
            Self::Sendgrid => script.play(named::sendgrid(second, 1000)),
            Self::Postfix => script.play(named::postfix(takes, 4 * second)),
            Self::Legacy => script.play(named::legacy),
            Self::Sleepy => script.play(named::sleepy(second)),
            Self::Nonmail => script.play(named::nonmail()),
        }
    }
}
