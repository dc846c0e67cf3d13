//! A mail's way: queued, each attempt and what the relay said, and how it ended. The queue tells of
//! all but the end of a good way, which is that the mail is in the mailbox.

use std::time::SystemTime;

use mail_parser::{Message as Mail, MessageParser};
use serde::{Serialize, Serializer};
use signpost_shared::{
    job::Job,
    queue::{Message, Route},
};
use signpost_smtp_server::Mailbox;

use super::{Memory, Relay, words};

/// How many ways are kept; beyond, the oldest is forgotten.
const MOST: usize = 1_000;

/// The way of one mail.
#[derive(Clone, Debug, Serialize)]
pub struct Way {
    /// The job's id, which stands before the `@` of the mail's `Message-ID` too.
    pub id: String,
    /// Whom it goes to.
    pub to: String,
    /// In the order in which they were taken.
    pub steps: Vec<Step>,
}

/// One step of it.
#[derive(Clone, Debug, Serialize)]
pub struct Step {
    /// When it was taken.
    #[serde(serialize_with = "rfc_3339")]
    pub at: SystemTime,
    /// What happened.
    pub what: What,
    /// At which attempt, from 1; none where nothing was tried.
    pub attempt: Option<u32>,
    /// What the relay said, or the worker found.
    pub words: Option<String>,
}

/// What happened to a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum What {
    /// The API put it into the queue.
    Queued,
    /// The relay has it.
    Delivered,
    /// It will be tried again.
    Retry,
    /// It was given up.
    Failed,
}

impl Relay {
    /// Takes note of what goes into the queue.
    pub fn note(&self, route: Route, message: &Message) {
        let Ok(job) = Job::decode(&message.body) else { return };
        let id = job.id.to_string();
        self.state.send_modify(|Memory { ways, .. }| {
            let known = ways.iter_mut().rev().find(|way| way.id == id);
            let tried = known.as_ref().is_none_or(|way| way.attempts() < message.attempt);
            let step = Step {
                at: SystemTime::now(),
                what: match route {
                    Route::Send => What::Queued,
                    Route::Wait(_) => What::Retry,
                    Route::Dead | Route::Status => What::Failed,
                },
                attempt: Some(message.attempt).filter(|_| tried && route != Route::Send),
                words: message.reason.as_deref().map(words),
            };
            if let Some(way) = known {
                way.steps.push(step);
            } else {
                ways.push_back(Way { id, to: job.to.expose(), steps: vec![step] });
            }
            if ways.len() > MOST {
                ways.pop_front();
            }
        });
    }

    /// Takes note of each mail that comes into the mailbox from now on.
    pub fn follow(self, mailbox: Mailbox) -> impl Future<Output = ()> + Send + 'static {
        let mut changes = mailbox.subscribe();
        async move {
            // Ids grow: what was the newest may be deleted.
            let mut last = String::new();
            while changes.changed().await.is_ok() {
                let mails = mailbox.list();
                for mail in mails.iter().take_while(|mail| mail.id > last) {
                    let headers = MessageParser::default().parse_headers(&mail.raw);
                    let id = headers.as_ref().and_then(Mail::message_id);
                    let id = id.and_then(|id| id.split('@').next()).unwrap_or_default();
                    self.delivered(id, mail.received_at);
                }
                last = last.max(mails.first().map(|mail| mail.id.clone()).unwrap_or_default());
            }
        }
    }

    fn delivered(&self, id: &str, at: SystemTime) {
        self.state.send_if_modified(|Memory { ways, .. }| {
            let way = ways.iter_mut().rev().find(|way| way.id == id);
            let is_known = way.is_some();
            if let Some(way) = way {
                let attempt = Some(way.attempts() + 1);
                way.steps.push(Step { at, what: What::Delivered, attempt, words: None });
            }
            is_known
        });
    }

    /// Forgets the ways that have come to their end.
    pub fn forget_ended(&self) {
        let ended = |way: &Way| {
            way.steps.last().is_some_and(|s| matches!(s.what, What::Delivered | What::Failed))
        };
        self.state.send_modify(|state| state.ways.retain(|way| !ended(way)));
    }

    /// The ways, newest first.
    pub fn ways(&self) -> Vec<Way> {
        self.state.borrow().ways.iter().rev().cloned().collect()
    }
}

impl Way {
    /// How many were made.
    fn attempts(&self) -> u32 {
        self.steps.iter().filter_map(|step| step.attempt).max().unwrap_or(0)
    }
}

fn rfc_3339<S: Serializer>(at: &SystemTime, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(&humantime::format_rfc3339_millis(*at))
}
