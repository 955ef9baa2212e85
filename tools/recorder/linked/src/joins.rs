//! Which task an awaited future is the JoinHandle of.
//!
//! Found as in `show`: what is known of a handle is tried before what is known of any type.

use crate::Probe;

/// Tells of a future that is a JoinHandle, or a reference to one.
pub trait ViaHandle {
    /// Tokio's number of the task.
    fn joins(&self) -> Option<String>;
}

/// Tells of any other future.
pub trait ViaAny {
    /// None.
    fn joins(&self) -> Option<String>;
}

#[cfg(feature = "tokio")]
impl<T> ViaHandle for Probe<'_, tokio::task::JoinHandle<T>> {
    fn joins(&self) -> Option<String> {
        Some(self.0.id().to_string())
    }
}

#[cfg(feature = "tokio")]
impl<T> ViaHandle for Probe<'_, &mut tokio::task::JoinHandle<T>> {
    fn joins(&self) -> Option<String> {
        Some(self.0.id().to_string())
    }
}

impl<T: ?Sized> ViaAny for &Probe<'_, T> {
    fn joins(&self) -> Option<String> {
        None
    }
}

/// A future, and the task that it is the JoinHandle of. A `match`, so that what the expression
/// borrows lives as long as it does without this.
#[macro_export]
macro_rules! joined {
    ($future:expr) => {
        match $future {
            future => {
                #[allow(unused_imports)]
                use $crate::{ViaAny as _, ViaHandle as _};
                let joins = (&$crate::Probe(&future)).joins();
                (joins, future)
            }
        }
    };
}
