//! What signals do to a process: this one, so each test here needs a process of its own.

use std::{
    sync::{Mutex, mpsc},
    time::Duration,
};

use rustix::process::{Signal, getpid, kill_process};
use signpost_shared::lifecycle::{Ended, HangUps, Lifecycle, Shutdown};
use tokio::{join, sync::mpsc::unbounded_channel};

#[tokio::test]
async fn a_hang_up_is_heard_from_the_start_and_a_reload_that_hangs_keeps_no_signal_from_ending_the_process()
 {
    let (tell, mut reading) = unbounded_channel();
    let (release, released) = mpsc::channel::<()>();
    let released = Mutex::new(released);
    let hung_up = move || {
        tell.send(()).unwrap();
        let _ = released.lock().unwrap().recv();
    };
    let hang_ups = HangUps::listen().unwrap();
    // While the process starts.
    kill_process(getpid(), Signal::HUP).unwrap();
    let signals = async {
        reading.recv().await.unwrap();
        kill_process(getpid(), Signal::TERM).unwrap();
    };
    let shutdown = Shutdown::within(Duration::from_secs(60));
    let lifecycle = Lifecycle::new();
    let (ended, ()) = join!(lifecycle.run(shutdown, hang_ups, hung_up), signals);
    assert_eq!(ended.unwrap(), Ended::Drained);
    drop(release);
}
