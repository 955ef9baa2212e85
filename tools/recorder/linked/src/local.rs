//! `LocalSet::block_on`, whose waker only the set itself would get to see.

use std::future::Future;

use tokio::runtime::Runtime;
use tokio::task::LocalSet;

use crate::wait::driven;

/// A `LocalSet` that `block_on` is called on.
#[derive(Debug)]
pub struct Local<'a>(pub &'a LocalSet);

impl Local<'_> {
    /// What `LocalSet::block_on` does, with a waker that tells.
    #[track_caller]
    pub fn block_on<F: Future>(&self, runtime: &Runtime, future: F) -> F::Output {
        runtime.block_on(driven(self.0.run_until(future)))
    }
}
