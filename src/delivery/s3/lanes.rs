//! How many objects are under way, and how many requests at once.
//!
//! [`Slots`] bound memory: so many objects, and so many bytes, are accepted and not reported; the thread that brings
//! one more waits. [`Lanes`] bound the requests on the wire, and give way when the server asks to slow down: halved
//! at once, then one more after every full round of successes (as TCP does).

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Semaphore, SemaphorePermit};

/// How many bytes may be under way, unless one object alone has more.
const MOST_BYTES: usize = 48 << 20;

/// The objects accepted and not yet reported.
#[derive(Debug)]
pub(super) struct Slots {
    state: Mutex<SlotState>,
    changed: Condvar,
    most: usize,
}

#[derive(Debug, Default)]
struct SlotState {
    taken: usize,
    bytes: usize,
    closed: bool,
}

/// One object's place; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    slots: Arc<Slots>,
    bytes: usize,
}

impl Slots {
    pub(super) fn new(most: usize) -> Arc<Self> {
        Arc::new(Self { state: Mutex::default(), changed: Condvar::new(), most })
    }

    /// Waits for a free place for so many bytes; `None` once closed.
    pub(super) fn take(self: &Arc<Self>, bytes: usize) -> Option<Slot> {
        let full = |state: &mut SlotState| !state.closed && !state.has_room(self.most, bytes);
        let mut state = self.changed.wait_while(self.locked(), full).unwrap_or_else(PoisonError::into_inner);
        if state.closed {
            return None;
        }
        state.taken += 1;
        state.bytes += bytes;
        Some(Slot { slots: Arc::clone(self), bytes })
    }

    /// Lets nobody in any more; whoever waits goes away empty-handed.
    pub(super) fn close(&self) {
        self.locked().closed = true;
        self.changed.notify_all();
    }

    /// Waits until all places are free.
    pub(super) fn wait_until_empty(&self) {
        let taken = |state: &mut SlotState| state.taken > 0;
        drop(self.changed.wait_while(self.locked(), taken).unwrap_or_else(PoisonError::into_inner));
    }

    fn locked(&self) -> MutexGuard<'_, SlotState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SlotState {
    fn has_room(&self, most: usize, bytes: usize) -> bool {
        self.taken == 0 || self.taken < most && self.bytes + bytes <= MOST_BYTES
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.slots.locked();
        state.taken -= 1;
        state.bytes -= self.bytes;
        drop(state);
        self.slots.changed.notify_all();
    }
}

/// The requests that may be on the wire at once.
#[derive(Debug)]
pub(super) struct Lanes {
    open: Semaphore,
    state: Mutex<LaneState>,
    widest: usize,
}

#[derive(Debug)]
struct LaneState {
    /// How many lanes there should be.
    limit: usize,
    /// How many lanes are to be closed as soon as they are left.
    closing: usize,
    /// Successes since the limit last changed.
    streak: usize,
    /// How often the limit was lowered.
    round: u64,
}

/// One request's right to be on the wire.
#[derive(Debug)]
pub(super) struct Lane<'a> {
    permit: SemaphorePermit<'a>,
    round: u64,
}

/// How a request went, as far as the width of the road is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ride {
    Served,
    Throttled,
    Failed,
}

impl Lanes {
    pub(super) fn new(widest: usize) -> Self {
        let state = LaneState { limit: widest, closing: 0, streak: 0, round: 0 };
        Self { open: Semaphore::new(widest), state: Mutex::new(state), widest }
    }

    /// Waits for a lane, first come first served.
    pub(super) async fn enter(&self) -> Lane<'_> {
        let permit = self.open.acquire().await.expect("the semaphore is never closed");
        Lane { permit, round: self.locked().round }
    }

    /// Gives the lane back and learns from the ride.
    pub(super) fn leave(&self, lane: Lane<'_>, ride: Ride) {
        let mut state = self.locked();
        match ride {
            Ride::Served => self.widen(&mut state),
            // Requests that set out together hear the same complaint: it counts once.
            Ride::Throttled if lane.round == state.round => narrow(&mut state),
            Ride::Throttled | Ride::Failed => {}
        }
        if state.closing > 0 {
            state.closing -= 1;
            lane.permit.forget();
        }
    }

    fn widen(&self, state: &mut LaneState) {
        state.streak += 1;
        if state.streak < state.limit || state.limit == self.widest {
            return;
        }
        state.streak = 0;
        state.limit += 1;
        match state.closing {
            0 => self.open.add_permits(1),
            _ => state.closing -= 1,
        }
    }

    fn locked(&self) -> MutexGuard<'_, LaneState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn narrow(state: &mut LaneState) {
    let limit = (state.limit / 2).max(1);
    state.closing += state.limit - limit;
    state.limit = limit;
    state.streak = 0;
    state.round += 1;
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A lane if one is free now.
    fn try_enter(lanes: &Lanes) -> Option<Lane<'_>> {
        let permit = lanes.open.try_acquire().ok()?;
        Some(Lane { permit, round: lanes.locked().round })
    }

    fn enter_all(lanes: &Lanes) -> Vec<Lane<'_>> {
        std::iter::from_fn(|| try_enter(lanes)).collect()
    }

    fn leave_all(lanes: &Lanes, taken: Vec<Lane<'_>>, ride: Ride) {
        for lane in taken {
            lanes.leave(lane, ride);
        }
    }

    /// However many requests of one round are throttled, the road is halved once, and never closed.
    #[test]
    fn a_throttled_round_halves_the_lanes_once() {
        let lanes = Lanes::new(8);
        for expected in [4, 2, 1, 1] {
            let taken = enter_all(&lanes);
            leave_all(&lanes, taken, Ride::Throttled);
            let left = enter_all(&lanes);
            assert_eq!(left.len(), expected);
            leave_all(&lanes, left, Ride::Failed);
        }
    }

    /// Every full round of successes opens one more lane, up to the width asked for.
    #[test]
    fn successes_open_lanes_one_by_one() {
        let lanes = Lanes::new(4);
        leave_all(&lanes, enter_all(&lanes), Ride::Throttled);
        leave_all(&lanes, enter_all(&lanes), Ride::Throttled);
        for expected in [2, 3, 4, 4, 4] {
            let taken = enter_all(&lanes);
            leave_all(&lanes, taken, Ride::Served);
            let left = enter_all(&lanes);
            assert_eq!(left.len(), expected);
            leave_all(&lanes, left, Ride::Failed);
        }
    }

    #[test]
    fn a_lane_that_is_in_use_closes_when_it_is_left() {
        let lanes = Lanes::new(2);
        let mut taken = enter_all(&lanes);
        lanes.leave(taken.remove(0), Ride::Throttled);
        assert!(try_enter(&lanes).is_none());
        leave_all(&lanes, taken, Ride::Failed);
        assert_eq!(enter_all(&lanes).len(), 1);
    }

    /// Many bytes fill the slots as many objects do, and whatever is too large for all of them goes alone.
    #[test]
    fn slots_have_room_for_some_objects_and_some_bytes() {
        for (taken, under_way, bytes, room) in [
            (0, 0, usize::MAX, true),
            (3, 3, 1, true),
            (4, 4, 1, false),
            (1, MOST_BYTES - 5, 5, true),
            (1, MOST_BYTES - 5, 6, false),
        ] {
            let state = SlotState { taken, bytes: under_way, closed: false };
            assert_eq!(state.has_room(4, bytes), room, "{bytes} bytes beside {under_way} in {taken} objects");
        }
    }

    #[test]
    fn closed_slots_let_nobody_in() {
        let slots = Slots::new(1);
        let slot = slots.take(9).unwrap();
        let waiting = std::thread::spawn({
            let slots = Arc::clone(&slots);
            move || slots.take(9).is_none()
        });
        slots.close();
        assert!(waiting.join().unwrap());
        drop(slot);
        slots.wait_until_empty();
    }
}
