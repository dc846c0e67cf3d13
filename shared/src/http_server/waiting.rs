//! Connections whose client owes us a request. There is room for so many; when it is full,
//! the one that has kept us waiting longest goes. Whoever talks slowly, or not at all, can
//! so neither fill the memory nor keep others out, and a request in hand is never cut.
//!
//! A newcomer waits for room among those who have sent no head, and, unless its request is
//! whole, among those who owe us the rest of a body. It never waits for those who have had an
//! answer, since many of them at once are clients that stay connected, and not slow: whoever is
//! answered when there is no room to stay is told so (`Connection: close`, RFC 9112,
//! section 9.6), which costs it a new connection and no request.

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
            let Err(wait) = self.make_room() else { return };
            tokio::select! {
                () = left => {}
                () = sleep(wait) => {}
            }
        }
    }

    /// Whether there is room; `Err` says when somebody will have waited too long.
    fn make_room(&self) -> Result<(), Duration> {
        let mut waiting = self.waiting();
        while waiting.connections.len() >= self.0.places {
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

    /// A place for a connection that this token ends, unless nobody has waited long enough to
    /// go for it.
    pub(super) fn enter_if_there_is_room(&self, end: &CancellationToken) -> Option<Place> {
        self.make_room().is_ok().then(|| self.enter(end))
    }

    /// A place for a connection that this token ends.
    pub(super) fn enter(&self, end: &CancellationToken) -> Place {
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

/// Whose turn it is on a connection. While it is the client's, the connection has a place in
/// a room: until the first request is whole in the one it was given, afterwards in `kept`.
#[derive(Clone, Debug)]
pub(super) struct Turn(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    place: Mutex<Option<Place>>,
    kept: WaitingRoom,
    end: CancellationToken,
}

impl Turn {
    /// The client's, who owes us its first request.
    pub(super) fn of_the_client(place: Place, kept: WaitingRoom, end: CancellationToken) -> Self {
        Self(Arc::new(Shared { place: Mutex::new(Some(place)), kept, end }))
    }

    pub(super) fn is_ours(&self) {
        *self.place() = None;
    }

    /// The client's again, who gets its answer; `false` if there is no room for it to stay.
    pub(super) fn is_theirs(&self) -> bool {
        // It may be answered without having been whole.
        self.is_ours();
        let place = self.0.kept.enter_if_there_is_room(&self.0.end);
        let stays = place.is_some();
        *self.place() = place;
        stays
    }

    fn place(&self) -> MutexGuard<'_, Option<Place>> {
        self.0.place.lock().unwrap_or_else(PoisonError::into_inner)
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

    fn ends<const N: usize>() -> [CancellationToken; N] {
        std::array::from_fn(|_| CancellationToken::new())
    }

    #[tokio::test(start_paused = true)]
    async fn who_has_waited_longest_goes_and_whose_turn_is_ours_stays() {
        let (room, ends) = (WaitingRoom::new(2), ends::<4>());
        let turn = |i: usize| {
            let end: &CancellationToken = &ends[i];
            Turn::of_the_client(room.enter(end), room.clone(), end.clone())
        };
        let gone = || ends.each_ref().map(CancellationToken::is_cancelled);
        let (first, _second) = (turn(0), turn(1));
        first.is_ours();
        room.has_room().await;
        let _third = turn(2);
        let before = Instant::now();
        room.has_room().await;
        assert_eq!(before.elapsed(), PATIENCE, "nobody was slow yet");
        assert_eq!(gone(), [false, true, false, false]);
        assert!(first.is_theirs());
        tokio::time::advance(PATIENCE).await;
        room.has_room().await;
        assert_eq!(gone(), [false, true, true, false], "the third has waited longer");
    }

    #[tokio::test(start_paused = true)]
    async fn who_was_answered_makes_nobody_wait_for_a_first_request() {
        let (begun, kept, ends) = (WaitingRoom::new(1), WaitingRoom::new(2), ends::<4>());
        let mut answered = Vec::new();
        let before = Instant::now();
        for end in &ends {
            begun.has_room().await;
            answered.push(Turn::of_the_client(begun.enter(end), kept.clone(), end.clone()));
            if answered.len() == 4 {
                tokio::time::advance(PATIENCE).await;
            }
            let stays = answered.last().unwrap().is_theirs();
            assert_eq!(stays, answered.len() != 3, "no room, until the first was idle for long");
        }
        assert_eq!(before.elapsed(), PATIENCE);
        assert_eq!(
            ends.each_ref().map(CancellationToken::is_cancelled),
            [true, false, false, false]
        );
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
