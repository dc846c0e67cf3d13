//! Deliver, in tests: relays that could take everything, if they were asked nicely.

use std::{
    collections::VecDeque,
    sync::Mutex,
    time::{Duration, Instant},
};

use super::{Answer, Step};

/// Postfix: so many connections a client, the others are refused at greeting. A mail takes a while.
pub(in crate::deliver) fn at_most_connections(
    most: usize,
    takes: Duration,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    move |step| match step.verb {
        "GREETING" if step.before >= most => Answer::SayAndClose("421 4.7.0 too many connections"),
        "BODY" => Answer::SayAfter(takes, "250 2.0.0 ok"),
        _ => step.polite(),
    }
}

/// Office 365: so many sessions send, the others are refused at DATA. A mail takes a while.
pub(in crate::deliver) fn at_most_sessions(
    most: usize,
    takes: Duration,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    move |step| match step.verb {
        "DATA" if step.before >= most => {
            Answer::Say("432 4.3.2 concurrent connections limit exceeded")
        }
        "BODY" => Answer::SayAfter(takes, "250 2.0.0 ok"),
        _ => step.polite(),
    }
}

/// SES: so many mails in any second, the others are refused after the dot.
pub(in crate::deliver) fn at_most_mails_a_second(
    most: usize,
) -> impl Fn(&Step<'_>) -> Answer + Send + Sync {
    let taken = Mutex::new(VecDeque::new());
    move |step| {
        if step.verb != "BODY" {
            return step.polite();
        }
        let mut taken = taken.lock().unwrap();
        while taken.front().is_some_and(|at: &Instant| at.elapsed() >= Duration::from_secs(1)) {
            taken.pop_front();
        }
        if taken.len() >= most {
            return Answer::Say("454 4.7.0 throttling failure: maximum sending rate exceeded");
        }
        taken.push_back(Instant::now());
        step.polite()
    }
}
