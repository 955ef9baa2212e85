//! How many things go on at once, and how many it were at the most.

use std::sync::atomic::{AtomicUsize, Ordering};

#[derive(Default)]
pub struct Gauge {
    now: AtomicUsize,
    most: AtomicUsize,
}

/// One thing that goes on until this is dropped.
pub struct Going<'gauge>(&'gauge Gauge);

impl Gauge {
    pub fn enter(&self) -> Going<'_> {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        Going(self)
    }

    pub fn most(&self) -> usize {
        self.most.load(Ordering::SeqCst)
    }
}

impl Drop for Going<'_> {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::SeqCst);
    }
}
