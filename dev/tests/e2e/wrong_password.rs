//! Ten minutes of a wrong password, in one process and in simulated time: the timers of
//! the runtime jump to whatever comes next.

use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use signpost_shared::{
    clock::Clock,
    code::CodeKeys,
    lifecycle::Lifecycle,
    queue::{Message, Queue, Route, memory::MemoryQueue},
    reload::Files,
    templates::Folder,
    tls,
};
use signpost_smtp_server::SmtpServer;
use signpost_worker::{
    consume::Consumer,
    deliver::{self, Deadlines, Deliverer},
    in_hand::InHand,
    process::Processor,
    render::{self, Templates},
    startup::start,
};
use tokio::sync::watch;

use crate::settling::job;

const JOBS: usize = 10_000;
const OUTAGE: Duration = Duration::from_secs(600);

fn credentials(password: &str) -> (String, String) {
    ("user".to_owned(), password.to_owned())
}

fn processor(relay: &SmtpServer, keys: CodeKeys, clock: &Clock) -> Processor {
    let from = "no-reply@a.example".parse().unwrap();
    let mails = render::Settings::new("Example", from);
    let templates = Templates::new(mails, &Folder::default()).unwrap();
    let settings = deliver::Settings {
        relays: vec![format!("smtp://user:right@{}", relay.addr).parse().unwrap()],
        connections: 20,
        helo_name: Some("worker.example".to_owned()),
        token_file: None,
        ca_file: None,
        deadlines: Deadlines::default(),
    };
    let deliverer = Deliverer::new(settings, &mut Files::default());
    Processor {
        code_keys: Arc::new(keys),
        templates: watch::channel(Arc::new(templates)).1,
        deliverer: deliverer.unwrap(),
        clock: clock.clone(),
        in_hand: InHand::default(),
    }
}

#[tokio::test(start_paused = true)]
async fn slow_ten_minutes_of_a_wrong_password_kill_none_of_ten_thousand_jobs() {
    tls::install_provider();
    let relay = SmtpServer::polite().await;
    let (script, mails) = (&relay.script, &relay.mails);
    script.set_credentials(Some(credentials("another")));
    let (lifecycle, clock) = (Lifecycle::new(), Clock::system());
    let dead = Arc::new(AtomicUsize::new(0));
    let parked = Arc::clone(&dead);
    let observer = move |route, _: &Message| {
        parked.fetch_add((route == Route::Dead).into(), Ordering::Relaxed);
    };
    let queue = MemoryQueue::observed(lifecycle.clone(), Box::new(observer));
    let keys: CodeKeys = "a:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=".parse().unwrap();
    let accepted_at = clock.now();
    let publisher = Queue::Memory(queue.clone());
    for number in 0..JOBS {
        let address = format!("u{number}@a.example");
        let mut job = job(&address, accepted_at.plus(Duration::from_secs(1800)));
        job.challenge.kid = keys.signing().clone();
        let message = Message { body: job.encode(), ..Message::default() };
        publisher.publish(Route::Send, message).await.unwrap();
    }
    let processor = processor(&relay, keys, &clock);
    start(processor, publisher, Consumer::Memory(queue), 20, &lifecycle);

    tokio::time::sleep(OUTAGE).await;
    clock.advance(OUTAGE);
    assert_eq!(mails.received(), 0);
    assert_eq!(dead.load(Ordering::Relaxed), 0);
    let logins = relay.connections();
    // Wrong logins lock accounts: after 30 s, and twice as long each time. What is on its way
    // when the first is refused has logged in as well.
    assert!((5..50).contains(&logins), "a probe now and then, and no storm: {logins}");

    script.set_credentials(Some(credentials("right")));
    mails.wait_for_received(JOBS as u64).await;
    let readers: BTreeSet<String> = mails.list().iter().map(|mail| mail.to[0].clone()).collect();
    assert_eq!((readers.len(), mails.received()), (JOBS, JOBS as u64));
    assert_eq!(dead.load(Ordering::Relaxed), 0);
}
