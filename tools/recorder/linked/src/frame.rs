//! A function of the listing, from its first statement to its end.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::log;

/// Lives as long as a call does: the first variable of a function's body, so the last one dropped.
#[derive(Debug)]
pub struct Frame {
    id: u64,
    site: u32,
}

thread_local! {
    /// Calls that were given up while they waited: their futures are being dropped.
    static GIVEN_UP: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// A function's body begins; `arguments` are names and what they look like.
pub fn enter(site: u32, arguments: &[(&str, String)]) -> Frame {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut fields: Vec<&dyn std::fmt::Display> = vec![&id];
    for (name, value) in arguments {
        fields.push(name);
        fields.push(value);
    }
    log::at(site, 'F', &fields);
    Frame { id, site }
}

impl Frame {
    /// What an await in this function is told, to say which call it holds up.
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// The call `frame` is given up at one of its awaits: its end, which follows, is no return.
pub(crate) fn give_up(frame: u64) {
    let _ = GIVEN_UP.try_with(|given_up| given_up.borrow_mut().push(frame));
}

/// The call `frame` goes on although some of its futures were given up: others of them decided. It
/// goes on with `value`.
pub fn go_on<T>(frame: u64, value: T) -> T {
    let _ = GIVEN_UP.try_with(|given_up| given_up.borrow_mut().retain(|known| *known != frame));
    value
}

impl Drop for Frame {
    fn drop(&mut self) {
        let given_up = GIVEN_UP.try_with(|given_up| {
            let mut given_up = given_up.borrow_mut();
            let before = given_up.len();
            given_up.retain(|frame| *frame != self.id);
            given_up.len() < before
        });
        let how = if given_up.unwrap_or(false) {
            "dropped"
        } else if thread::panicking() {
            "panicked"
        } else {
            "done"
        };
        log::at(self.site, 'L', &[&self.id, &how]);
    }
}
