//! Threads that the program starts itself.

use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use crate::log;

/// What a thread that is started at `site` runs.
pub fn thread<T, F: FnOnce() -> T>(site: u32, run: F) -> impl FnOnce() -> T {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    log::at(site, 'H', &[&number]);
    move || {
        log::write('B', &[&number]);
        let _running = Running(number);
        run()
    }
}

struct Running(u64);

impl Drop for Running {
    fn drop(&mut self) {
        log::write('G', &[&self.0, &u8::from(thread::panicking())]);
    }
}
