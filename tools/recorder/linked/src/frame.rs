//! A function of the listing, from its first statement to its end.

use std::cell::{Cell, RefCell};
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::show::Shown;
use crate::{log, session};

/// Lives as long as a call does: the first variable of a function's body, so the last one dropped.
#[derive(Debug)]
pub struct Frame {
    id: u64,
    site: u32,
    /// Whether the call began while its thread was panicking: then it is not ended by that panic.
    unwinding: bool,
}

/// The number of the call that begins next.
static NEXT: AtomicU64 = AtomicU64::new(1);

thread_local! {
    /// Calls that were given up while they waited: their futures are being dropped.
    static GIVEN_UP: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
    /// A future that had not ended is being dropped, and what began in it has a lower number.
    static DROPPING: Cell<u64> = const { Cell::new(0) };
}

/// A function's body begins; `arguments` are names and what they look like.
pub fn enter(site: u32, arguments: &[(&str, Shown<'_>)]) -> Frame {
    let id = NEXT.fetch_add(1, Ordering::Relaxed);
    let mut fields: Vec<&dyn std::fmt::Display> = vec![&id];
    for (name, value) in arguments {
        fields.push(name);
        fields.push(value);
    }
    log::at(site, 'F', &fields);
    Frame {
        id,
        site,
        unwinding: thread::panicking(),
    }
}

impl Frame {
    /// What an await in this function is told, to say which call it holds up.
    pub fn id(&self) -> u64 {
        self.id
    }
}

/// The call `frame` is given up at one of its awaits: its end, which follows, is no return.
pub(crate) fn give_up(frame: u64) {
    let _ = GIVEN_UP.try_with(|given_up| {
        let mut given_up = given_up.borrow_mut();
        if !given_up.contains(&frame) {
            given_up.push(frame);
        }
    });
}

/// Drops a future that has not ended: the calls in it do not return.
pub(crate) fn abandon<T>(future: T) {
    let before = DROPPING.try_with(|dropping| dropping.replace(NEXT.load(Ordering::Relaxed)));
    drop(future);
    if let Ok(before) = before {
        let _ = DROPPING.try_with(|dropping| dropping.set(before));
    }
}

impl Drop for Frame {
    fn drop(&mut self) {
        session::over(self.id);
        let given_up = GIVEN_UP.try_with(|given_up| {
            let mut given_up = given_up.borrow_mut();
            let known = given_up.iter().position(|frame| *frame == self.id);
            known.map(|at| given_up.remove(at)).is_some()
        });
        let dropping = DROPPING.try_with(|dropping| self.id < dropping.get());
        let how = if given_up.unwrap_or(false) || dropping.unwrap_or(false) {
            "dropped"
        } else if thread::panicking() && !self.unwinding {
            "panicked"
        } else {
            "done"
        };
        log::at(self.site, 'L', &[&self.id, &how]);
    }
}
