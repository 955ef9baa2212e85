//! What holds a task or a thread up: an `.await`, a timer, a blocking call.

use std::any::type_name;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread;
use std::time::Duration;

use crate::{frame, log, show, subscriber};

/// A future that is being awaited at a place of the source.
#[derive(Debug)]
pub struct Await<F> {
    // Boxed, so that it can be polled without `unsafe`.
    future: Pin<Box<F>>,
    /// Tokio's number of the task whose end it waits for.
    joins: Option<String>,
    frame: u64,
    site: u32,
    /// Whether it is polled beside others.
    branch: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    New,
    Polled,
    Pending,
    Ready,
}

/// `future.await` at `site`, in the call `frame`; `joins` is the task whose JoinHandle it is.
pub fn await_<F: IntoFuture>(
    frame: u64,
    site: u32,
    (joins, future): (Option<String>, F),
) -> Await<F::IntoFuture> {
    Await {
        future: Box::pin(future.into_future()),
        joins,
        frame,
        site,
        branch: false,
        state: State::New,
    }
}

/// `future` at `site`, in the call `frame`: one of those that a macro polls side by side.
pub fn branch<F: IntoFuture>(
    frame: u64,
    site: u32,
    (joins, future): (Option<String>, F),
) -> Await<F::IntoFuture> {
    let mut branch = await_(frame, site, (joins, future));
    branch.branch = true;
    branch
}

impl<F: Future> Future for Await<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let site = self.site;
        match self.state {
            State::New => {
                let joins = self.joins.as_deref().unwrap_or_default();
                log::at(site, 'a', &[&what(type_name::<F>()), &joins]);
            }
            _ => log::at(site, 'r', &[]),
        }
        // A poll that panics leaves it like this: nobody gives it up.
        self.state = State::Polled;
        let polled = watched(self.future.as_mut(), cx);
        self.state = match polled {
            Poll::Pending => {
                let joins = self.joins.as_deref().unwrap_or_default();
                log::at(site, 'p', &[&joins]);
                State::Pending
            }
            Poll::Ready(_) => {
                log::at(site, 'y', &[]);
                State::Ready
            }
        };
        polled
    }
}

impl<F> Drop for Await<F> {
    fn drop(&mut self) {
        if self.state == State::Pending {
            log::at(self.site, 'c', &[]);
            // Beside a future that panics, the call panics.
            if !(self.branch && thread::panicking()) {
                frame::give_up(self.frame);
            }
        }
    }
}

fn what(name: &str) -> String {
    let name = show::short(name);
    // Whoever polls a future through a reference waits for that future.
    let mut name = &*name;
    while let Some(inner) = name.strip_prefix("&mut ").or_else(|| {
        let inner = name.strip_prefix("Pin<&mut ")?;
        inner.strip_suffix('>')
    }) {
        name = inner;
    }
    match name {
        "Sleep" => "sleep".to_owned(),
        name => {
            let name = name.strip_prefix("future of ").unwrap_or(name);
            name.split('<').next().unwrap_or(name).to_owned()
        }
    }
}

/// What a `block_on` drives, so that its wakes are seen wherever it waits.
#[derive(Debug)]
pub struct Driven<F>(Pin<Box<F>>);

/// `future`, which is given to `block_on`.
pub fn driven<F: Future>(future: F) -> Driven<F> {
    Driven(Box::pin(future))
}

/// The body of an `async fn` that a macro gives to `block_on`; `T` is what the function returns.
pub fn driven_body<T, F: Future<Output = T>>(future: F) -> Driven<F> {
    driven(future)
}

impl<F: Future> Future for Driven<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        watched(self.0.as_mut(), cx)
    }
}

/// Polls a future; the outermost one that a `block_on` drives gets a waker that tells.
fn watched<F: Future>(future: Pin<&mut F>, cx: &mut Context<'_>) -> Poll<F::Output> {
    let Some(task) = subscriber::unwatched() else {
        return future.poll(cx);
    };
    let waker = Waker::from(Arc::new(Watched {
        task,
        waker: cx.waker().clone(),
    }));
    let polled = future.poll(&mut Context::from_waker(&waker));
    subscriber::watch_again(task);
    polled
}

/// The waker of a future that `block_on` drives. Tokio tells of every wake but those.
struct Watched {
    task: u64,
    waker: Waker,
}

impl Wake for Watched {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        log::write('W', &[&self.task]);
        self.waker.wake_by_ref();
    }
}

/// The duration that the next timer of this thread is asked for.
pub fn asked(duration: Duration) -> Duration {
    log::write('Q', &[&duration.as_millis()]);
    duration
}

/// A call that holds the thread for `duration` begins.
pub fn block(site: u32, duration: Duration) -> Duration {
    log::at(site, 'b', &[&duration.as_millis()]);
    duration
}

/// That call is over.
pub fn unblock<T>(site: u32, result: T) -> T {
    log::at(site, 'u', &[]);
    result
}
