//! Connections whose client owes us a request. There is room for so many; when it is full,
//! the one that has kept us waiting longest goes. Whoever talks slowly, or not at all, can
//! so neither fill the memory nor keep others out, and a request in hand is never cut.

use std::{
    collections::BTreeMap,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, ready},
    time::Duration,
};

use axum::body::{Body, Bytes};
use http_body::Frame;
use metrics::counter;
use tokio::{
    sync::Notify,
    time::{Instant, sleep},
};
use tokio_util::sync::CancellationToken;

/// Whoever waits for less is not slow: it is between two requests, or between head and body.
const PATIENCE: Duration = Duration::from_secs(1);

/// A room. Clones are one room.
#[derive(Clone, Debug)]
pub(super) struct WaitingRoom(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    places: usize,
    waiting: Mutex<Waiting>,
    left: Notify,
}

#[derive(Debug, Default)]
struct Waiting {
    /// By the order in which they came; the token ends the connection.
    connections: BTreeMap<u64, (Instant, CancellationToken)>,
    next: u64,
}

impl WaitingRoom {
    pub(super) fn new(places: usize) -> Self {
        Self(Arc::new(Inner { places, waiting: Mutex::default(), left: Notify::new() }))
    }

    /// Resolves when there is room for one more, for which somebody may have to go.
    pub(super) async fn has_room(&self) {
        loop {
            let left = self.0.left.notified();
            let Err(wait) = self.make_room(self.0.places) else { return };
            tokio::select! {
                () = left => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// Whether there is room; `Err` says when somebody will have waited too long.
    fn make_room(&self, places: usize) -> Result<(), Duration> {
        let mut waiting = self.waiting();
        while waiting.connections.len() >= places {
            let Some(longest) = waiting.connections.first_entry() else { break };
            let patience = PATIENCE.saturating_sub(longest.get().0.elapsed());
            if !patience.is_zero() {
                return Err(patience);
            }
            counter!("signpost_connections_closed_total").increment(1);
            longest.remove().1.cancel();
        }
        Ok(())
    }

    /// A place for a connection that this token ends. It is taken even when there is no
    /// room: a client that has had its answer is here already. A proxy keeps many such
    /// connections, so they are let be until there are twice as many as there is room for.
    pub(super) fn enter(&self, end: &CancellationToken) -> Place {
        let _ = self.make_room(2 * self.0.places);
        let mut waiting = self.waiting();
        let number = waiting.next;
        waiting.next += 1;
        waiting.connections.insert(number, (Instant::now(), end.clone()));
        Place { room: self.clone(), number }
    }

    fn waiting(&self) -> MutexGuard<'_, Waiting> {
        self.0.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Held while a client keeps us waiting.
#[derive(Debug)]
pub(super) struct Place {
    room: WaitingRoom,
    number: u64,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.room.waiting().connections.remove(&self.number);
        self.room.0.left.notify_one();
    }
}

/// Whose turn it is on a connection.
#[derive(Clone, Debug)]
pub(super) struct Turn(Arc<(WaitingRoom, CancellationToken, Mutex<Option<Place>>)>);

impl Turn {
    /// The client's, who owes us a request.
    pub(super) fn of_the_client(room: &WaitingRoom, end: &CancellationToken) -> Self {
        let place = room.enter(end);
        Self(Arc::new((room.clone(), end.clone(), Mutex::new(Some(place)))))
    }

    pub(super) fn is_ours(&self) {
        *self.place() = None;
    }

    pub(super) fn is_theirs(&self) {
        let (room, end, _) = &*self.0;
        self.place().get_or_insert_with(|| room.enter(end));
    }

    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.0.2.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A request's body, at whose end the turn is ours.
pub(super) struct Awaited<B> {
    body: B,
    turn: Turn,
}

impl<B> Awaited<B>
where
    B: http_body::Body<Data = Bytes> + Send + Unpin + 'static,
    B::Error: std::error::Error + Send + Sync,
{
    pub(super) fn body(body: B, turn: Turn) -> Body {
        if body.is_end_stream() {
            turn.is_ours();
        }
        Body::new(Self { body, turn })
    }
}

impl<B: http_body::Body + Unpin> http_body::Body for Awaited<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<B::Data>, B::Error>>> {
        let frame = ready!(Pin::new(&mut self.body).poll_frame(context));
        if frame.is_none() || self.body.is_end_stream() {
            self.turn.is_ours();
        }
        Poll::Ready(frame)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_longest_goes_and_whose_turn_is_ours_stays() {
        let room = WaitingRoom::new(2);
        let ends: Vec<_> = (0..4).map(|_| CancellationToken::new()).collect();
        let gone = || ends.iter().map(CancellationToken::is_cancelled).collect::<Vec<_>>();
        let first = Turn::of_the_client(&room, &ends[0]);
        let _second = Turn::of_the_client(&room, &ends[1]);
        first.is_ours();
        room.has_room().await;
        let _third = Turn::of_the_client(&room, &ends[2]);
        let before = Instant::now();
        room.has_room().await;
        assert_eq!(before.elapsed(), PATIENCE, "nobody was slow yet");
        assert_eq!(gone(), [false, true, false, false]);
        first.is_theirs();
        tokio::time::advance(PATIENCE).await;
        room.has_room().await;
        assert_eq!(gone(), [false, true, true, false], "the third has waited longer");
    }

    #[tokio::test(start_paused = true)]
    async fn a_place_that_is_left_is_there_for_the_next() {
        let room = WaitingRoom::new(1);
        let (end, before) = (CancellationToken::new(), Instant::now());
        let place = room.enter(&end);
        tokio::join!(room.has_room(), async { drop(place) });
        assert!(before.elapsed() < PATIENCE && !end.is_cancelled());
    }
}
