//! Linked into a recorded program: writes down, as it happens, what Tokio tells of itself and what
//! the inserted calls tell of the source.
//!
//! It decides nothing and names nothing: one raw record a line goes to the file that the
//! environment variable `RECORDER_LOG` names, and the recorder makes sense of it afterwards. Without
//! that variable it does nothing at all. It never prints but what the program prints, and it never
//! panics.
//!
//! Only the recorder writes calls to it, and only the recorder reads what it writes.

mod clock;
mod frame;
mod joins;
#[cfg(feature = "tokio")]
mod local;
mod log;
mod panics;
mod print;
mod session;
mod show;
mod subscriber;
mod thread;
mod wait;

pub use frame::{Frame, enter};
pub use joins::{Joins, OfTask, ViaHandle, ViaNothing, aborts, then};
#[cfg(feature = "tokio")]
pub use local::Local;
pub use log::line;
pub use print::out;
pub use show::{Probe, Shown, ViaDebug, ViaFuture, ViaType, value};
pub use thread::thread;
pub use wait::{
    Await, Branch, Driven, asked, await_, block, blocks, branch, driven, driven_body, every,
    unblock,
};

/// Installs the listeners, Tokio's and that for panics, before `main`, because `#[tokio::main]` has made
/// the runtime and the first task by the time that a program's own first statement runs.
///
/// `unsafe`: code before `main` must not rely on what Rust's runtime sets up there. This reads an
/// environment variable, opens a file and stores a subscriber and a panic hook, none of which does.
#[ctor::ctor(unsafe)]
fn before_main() {
    if log::open() {
        subscriber::install();
        panics::install();
    }
}
