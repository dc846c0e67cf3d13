//! Relays of the world, as people reported them. docs/RELAYS.md says where from, and what to set
//! for each. Their minutes are milliseconds in unit tests, and seconds in chaos runs.

use std::{
    collections::{HashMap, VecDeque},
    sync::{
        LazyLock,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use crate::{
    Answer::{self, After, Normal, Say, SayAndClose, Stall, ThenExpect},
    Step,
};
use parking_lot::Mutex;

/// Counts, and picks one in so many.
#[derive(Debug, Default)]
struct Count(AtomicUsize);

impl Count {
    fn is_one_in(&self, times: usize) -> bool {
        (self.0.fetch_add(1, Ordering::SeqCst) + 1).is_multiple_of(times)
    }
}

/// When each recipient was first heard of.
#[derive(Debug, Default)]
struct Contacts(Mutex<HashMap<String, Instant>>);

impl Contacts {
    /// How long ago that was; none: this is the first time.
    fn age(&self, recipient: &str) -> Option<Duration> {
        let mut contacts = self.0.lock();
        let first = contacts.get(recipient).map(Instant::elapsed);
        contacts.entry(recipient.to_owned()).or_insert_with(Instant::now);
        first
    }
}

/// So many mails in any second, the others are refused after the dot, as SES does.
pub fn at_most_mails_a_second(most: usize) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let taken = Mutex::new(VecDeque::new());
    move |step| {
        if step.verb != "BODY" {
            return Normal;
        }
        let mut taken = taken.lock();
        while taken.front().is_some_and(|at: &Instant| at.elapsed() >= Duration::from_secs(1)) {
            taken.pop_front();
        }
        if taken.len() >= most {
            return Say("454 4.7.0 Throttling failure: Maximum sending rate exceeded");
        }
        taken.push_back(Instant::now());
        Normal
    }
}

/// Amazon SES: so many mails a second, so many a connection, and none before the sender is
/// verified.
pub fn ses(
    rate: usize,
    mails_a_connection: usize,
    verified_after: Duration,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let (paced, since) = (at_most_mails_a_second(rate), LazyLock::new(Instant::now));
    move |step| match step.verb {
        "MAIL" if step.nth >= mails_a_connection => {
            Say("421 Connection closed by server. Maximum message count per session reached.")
        }
        "BODY" if !verified_after.is_zero() && since.elapsed() < verified_after => {
            Say("554 Message rejected: Email address is not verified. The following identities \
                 failed the check in region EU-WEST-1: no-reply@signpost.example")
        }
        _ => paced(step),
    }
}

/// Gmail, its SMTP relay: a day's quota that is used up for a while, then for a while a sender
/// that it takes for unauthenticated; each tenth recipient gets too much mail at its first
/// contact; one mail in 25 comes at an unusual rate.
pub fn gmail(quota: Duration) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let (since, contacts) = (LazyLock::new(Instant::now), Contacts::default());
    let (recipients, bodies) = (Count::default(), Count::default());
    move |step| match step.verb {
        "EHLO" => Say("250-smtp.gmail.com at your service\r\n250-SIZE 35882577\r\n\
             250-8BITMIME\r\n250-STARTTLS\r\n250-ENHANCEDSTATUSCODES\r\n250-PIPELINING\r\n\
             250-CHUNKING\r\n250 SMTPUTF8"),
        "RCPT" if contacts.age(step.line).is_none() && recipients.is_one_in(10) => {
            Say("450 4.2.1 The user you are trying to contact is receiving mail at a rate that \
                 prevents additional messages from being delivered.")
        }
        "BODY" => match since.elapsed() {
            passed if passed < quota => Say("550-5.4.5 Daily SMTP relay sending limit exceeded \
                 for user.\r\n550-5.4.5 For more information, go to\r\n\
                 550 5.4.5  https://support.google.com/a/answer/166852 - gsmtp"),
            passed if passed < 2 * quota => Say("550-5.7.26 Your email has been blocked because \
                 the sender is unauthenticated.\r\n550 5.7.26 Gmail requires all senders to \
                 authenticate with either SPF or DKIM. - gsmtp"),
            _ if bodies.is_one_in(25) => Say("421-4.7.28 Gmail has detected an unusual \
                 rate of unsolicited mail.\r\n421 4.7.28 - gsmtp"),
            _ => Normal,
        },
        _ => Normal,
    }
}

/// Office 365, client submission: three sessions, XOAUTH2 alone, a day's limit that is used up for
/// a while; one mail in 30 is told that the server is busy.
pub fn office365(takes: Duration, limited: Duration) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let (mails, since) = (Count::default(), LazyLock::new(Instant::now));
    move |step| match step.verb {
        "EHLO" => {
            Say("250-outlook.office365.com Hello\r\n250-SIZE 157286400\r\n250-PIPELINING\r\n\
             250-DSN\r\n250-ENHANCEDSTATUSCODES\r\n250-AUTH XOAUTH2\r\n250-8BITMIME\r\n\
             250-BINARYMIME\r\n250-CHUNKING\r\n250 SMTPUTF8")
        }
        "AUTH" if !step.line.starts_with("AUTH XOAUTH2 ") => {
            Say("504 5.7.4 Unrecognized authentication type")
        }
        "AUTH" => Say("235 2.7.0 Authentication successful"),
        "MAIL" if mails.is_one_in(30) => Say("451 4.7.500 Server busy. Please try again later"),
        "DATA" if step.before >= 3 => Say("432 4.3.2 Concurrent connections limit exceeded. \
             Visit https://aka.ms/concurrent_sending for more information."),
        "BODY" if !limited.is_zero() && since.elapsed() < limited => {
            Say("554 5.2.0 STOREDRV.Submission.Exception:SubmissionQuotaExceededException")
        }
        "BODY" => After(takes),
        _ => Normal,
    }
}

/// `smtp.sendgrid.net`: offers logins by `AUTH=` alone, refuses one in eight by 451 and closes,
/// ends what has idled by a 451 that nobody asked for, and says nothing more after the first try of
/// one recipient in so many: were it one mail in so many, some would meet that twice.
pub fn sendgrid(
    idle: Duration,
    silent_one_in: usize,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let (logins, mails, contacts) = (Count::default(), Count::default(), Contacts::default());
    move |step| match step.verb {
        "EHLO" => Say("250-smtp.sendgrid.net\r\n250-8BITMIME\r\n250-PIPELINING\r\n\
             250-SIZE 31457280\r\n250 AUTH=PLAIN LOGIN"),
        "AUTH" if logins.is_one_in(8) => {
            SayAndClose("451 Authentication failed: Could not authenticate")
        }
        "BODY"
            if contacts.age(&step.addresses.concat()).is_none()
                && mails.is_one_in(silent_one_in) =>
        {
            Stall
        }
        "BODY" => {
            ThenExpect { within: idle, or: "451 4.4.2 Timeout waiting for data from client." }
        }
        _ => Normal,
    }
}

/// Postfix with a greylisting policy service: 50 connections a client, no name without a dot, no
/// bare LF, and each recipient is let in so long after it was first heard of.
pub fn postfix(
    takes: Duration,
    greylisting: Duration,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let (contacts, names) = (Contacts::default(), Mutex::<HashMap<usize, bool>>::default());
    move |step| {
        if step.bare_lf {
            return SayAndClose("521 5.5.2 mail.example Error: bare <LF> received");
        }
        let greeted_well = || names.lock().get(&step.connection).copied();
        match step.verb {
            "GREETING" if step.before >= 50 => {
                Say("421 4.7.0 mail.example Error: too many connections from 192.0.2.1")
            }
            "EHLO" => {
                let full = step.line.contains('.') || step.line.contains('[');
                names.lock().insert(step.connection, full);
                Say("250-mail.example\r\n250-PIPELINING\r\n250-SIZE 10240000\r\n250-ETRN\r\n\
                     250-ENHANCEDSTATUSCODES\r\n250-8BITMIME\r\n250-DSN\r\n250-SMTPUTF8\r\n\
                     250 CHUNKING")
            }
            // Postfix waits for RCPT to say so (smtpd_delay_reject).
            "RCPT" if greeted_well() == Some(false) => {
                Say("504 5.5.2 <vm>: Helo command rejected: need fully-qualified hostname")
            }
            "RCPT" if contacts.age(step.line).is_none_or(|age| age < greylisting) => {
                Say("450 4.2.0 Recipient address rejected: Greylisted")
            }
            "BODY" => After(takes),
            _ => Normal,
        }
    }
}

/// A relay from before RFC 1869: HELO only.
pub fn legacy(step: &Step<'_>) -> Answer {
    match step.verb {
        "EHLO" => Say("500 Command unrecognized"),
        "HELO" => Say("250 mail.example Hello, pleased to meet you"),
        "GREETING" => Say("220 mail.example Smail ready"),
        "BODY" | "MAIL" | "RCPT" => Say("250"),
        _ => Normal,
    }
}

/// A relay that ends what has idled for so long, by 421.
pub fn sleepy(idle: Duration) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    move |step| match step.verb {
        "BODY" => {
            ThenExpect { within: idle, or: "421 4.4.2 relay.example Error: timeout exceeded" }
        }
        _ => Normal,
    }
}

/// Exim: ends a connection at the tenth NOOP or RSET. Each third recipient is refused at its first
/// contact, which costs a RSET.
pub fn nonmail() -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let asides = Mutex::<HashMap<usize, usize>>::default();
    let (contacts, recipients) = (Contacts::default(), Count::default());
    move |step| match step.verb {
        "NOOP" | "RSET" => {
            let mut asides = asides.lock();
            let times = asides.entry(step.connection).or_default();
            *times += 1;
            if *times >= 10 { SayAndClose("554 Too many nonmail commands") } else { Normal }
        }
        "RCPT" if contacts.age(step.line).is_none() && recipients.is_one_in(3) => {
            Say("451 4.3.0 Temporary lookup failure")
        }
        _ => Normal,
    }
}
