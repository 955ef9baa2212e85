//! Which task a future waits for: that of a `JoinHandle`, directly or in what is wrapped around it.
//!
//! Found as [`crate::show!`] finds `Debug`: by the order in which the compiler looks for methods.

use crate::log;

/// A reference to a future.
#[derive(Debug)]
pub struct Joins<'a, T: ?Sized>(pub &'a T);

/// Of a future that waits for a task.
pub trait ViaHandle {
    /// The task, by the number that Tokio gives it.
    fn recorder_joins(&self) -> Option<u64>;
}

/// Of any other.
pub trait ViaNothing {
    /// None.
    fn recorder_joins(&self) -> Option<u64>;
}

impl<T: OfTask + ?Sized> ViaHandle for Joins<'_, T> {
    fn recorder_joins(&self) -> Option<u64> {
        self.0.task()
    }
}

impl<T: ?Sized> ViaNothing for &Joins<'_, T> {
    fn recorder_joins(&self) -> Option<u64> {
        None
    }
}

/// What belongs to one task.
pub trait OfTask {
    /// That task, by the number that Tokio gives it.
    fn task(&self) -> Option<u64>;
}

impl<T: OfTask + ?Sized> OfTask for &T {
    fn task(&self) -> Option<u64> {
        (**self).task()
    }
}

impl<T: OfTask + ?Sized> OfTask for &mut T {
    fn task(&self) -> Option<u64> {
        (**self).task()
    }
}

impl<T: OfTask + ?Sized> OfTask for Box<T> {
    fn task(&self) -> Option<u64> {
        (**self).task()
    }
}

impl<P: std::ops::Deref<Target: OfTask>> OfTask for std::pin::Pin<P> {
    fn task(&self) -> Option<u64> {
        (**self).task()
    }
}

#[cfg(feature = "tokio")]
mod handles {
    use tokio::task::{AbortHandle, Id, JoinHandle};
    use tokio::time::Timeout;

    use super::OfTask;

    fn number(id: Id) -> Option<u64> {
        id.to_string().parse().ok()
    }

    impl<T> OfTask for JoinHandle<T> {
        fn task(&self) -> Option<u64> {
            number(self.id())
        }
    }

    impl OfTask for AbortHandle {
        fn task(&self) -> Option<u64> {
            number(self.id())
        }
    }

    impl<T: OfTask> OfTask for Timeout<T> {
        fn task(&self) -> Option<u64> {
            self.get_ref().task()
        }
    }
}

/// `task` is about to be aborted.
pub fn aborts(task: Option<u64>) {
    if let Some(task) = task {
        log::write('K', &[&task]);
    }
}

/// What follows a call that is told of beforehand.
pub fn then<T>((): (), result: T) -> T {
    result
}

/// The task that a future waits for, if it is known to wait for one.
#[macro_export]
macro_rules! joins {
    ($future:expr) => {{
        #[allow(unused_imports)]
        use $crate::{ViaHandle as _, ViaNothing as _};
        (&$crate::Joins(&$future)).recorder_joins()
    }};
}
