//! Polls, numbered: whether code still runs in the poll in which it ran before.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

thread_local! {
    /// The polls that this thread is in, outermost first.
    static POLLS: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    /// The poll in which each call was last seen to run.
    static RAN: RefCell<HashMap<u64, u64>> = RefCell::default();
}

/// A poll begins.
pub(crate) fn enter() {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    let _ = POLLS.try_with(|polls| polls.borrow_mut().push(number));
}

/// The innermost poll is over.
pub(crate) fn leave() {
    let _ = POLLS.try_with(|polls| polls.borrow_mut().pop());
}

/// The innermost poll's number; 0 outside of any.
fn current() -> u64 {
    let last = POLLS.try_with(|polls| polls.borrow().last().copied());
    last.ok().flatten().unwrap_or(0)
}

/// The call `call` polls something: its code runs in the poll that is going on.
pub(crate) fn runs(call: u64) {
    let poll = current();
    let _ = RAN.try_with(|ran| ran.borrow_mut().insert(call, poll));
}

/// Whether the code of `call` runs, and does not wait.
pub(crate) fn is_running(call: u64) -> bool {
    let poll = current();
    let ran = RAN.try_with(|ran| ran.borrow().get(&call) == Some(&poll));
    ran.unwrap_or(false)
}

/// The call `call` is over.
pub(crate) fn over(call: u64) {
    let _ = RAN.try_with(|ran| ran.borrow_mut().remove(&call));
}

/// A poll that is over when this is dropped, also by a panic.
pub(crate) struct Session;

impl Session {
    pub(crate) fn begin() -> Session {
        enter();
        Session
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        leave();
    }
}
