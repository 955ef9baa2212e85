//! What holds a task or a thread up: an `.await`, a branch of a `select!`, a timer, a blocking call.

use std::any::type_name;
use std::future::{Future, IntoFuture};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use crate::session::{self, Session};
use crate::{frame, log, show, subscriber};

/// A future that is being awaited at a place of the source.
#[derive(Debug)]
pub struct Await<F> {
    // Boxed, so that it can be polled without `unsafe`. Taken out to be dropped.
    future: Option<Pin<Box<F>>>,
    call: u64,
    site: u32,
    /// The task that it waits for, by the number that Tokio gives it.
    joins: Option<u64>,
    /// Whether it is one of several that are polled side by side.
    branch: bool,
    state: State,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    New,
    /// Also while a panic goes through.
    Polling,
    Pending,
    Ready,
}

/// `future.await` at `site`, in the call `call`.
pub fn await_<F: IntoFuture>(
    call: u64,
    site: u32,
    joins: Option<u64>,
    future: F,
) -> Await<F::IntoFuture> {
    Await {
        future: Some(Box::pin(future.into_future())),
        call,
        site,
        joins,
        branch: false,
        state: State::New,
    }
}

/// One of the futures that a `join!`, `try_join!` or `select!` polls.
pub fn branch<F: IntoFuture>(
    call: u64,
    site: u32,
    joins: Option<u64>,
    future: F,
) -> Await<F::IntoFuture> {
    let mut future = await_(call, site, joins, future);
    future.branch = true;
    future
}

/// A branch as a `struct` expression, in which temporary values live as long as they do in the
/// `select!` itself.
#[derive(Debug)]
pub struct Branch<F> {
    /// The call.
    pub call: u64,
    /// Where.
    pub site: u32,
    /// What is polled.
    pub future: F,
}

impl<F: IntoFuture> IntoFuture for Branch<F> {
    type Output = F::Output;
    type IntoFuture = Await<F::IntoFuture>;

    fn into_future(self) -> Self::IntoFuture {
        branch(self.call, self.site, None, self.future)
    }
}

/// `future.await`, with what it waits for.
#[macro_export]
macro_rules! await_ {
    ($call:expr, $site:expr, $future:expr) => {
        match $future {
            future => $crate::await_($call, $site, $crate::joins!(future), future),
        }
    };
}

/// A branch, with what it waits for.
#[macro_export]
macro_rules! branch {
    ($call:expr, $site:expr, $future:expr) => {
        match $future {
            future => $crate::branch($call, $site, $crate::joins!(future), future),
        }
    };
}

impl<F: Future> Future for Await<F> {
    type Output = F::Output;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        let (site, call) = (self.site, self.call);
        match self.state {
            State::New => {
                let name = type_name::<F>();
                let joins = self.joins.map_or("-".to_owned(), |task| task.to_string());
                log::at(site, 'a', &[&call, &what(name), &class(name), &joins]);
            }
            _ => log::at(site, 'r', &[&call]),
        }
        session::runs(call);
        self.state = State::Polling;
        let future = self.future.as_mut().expect("taken out only when dropped");
        let polled = {
            let _session = Session::begin();
            watched(future.as_mut(), cx)
        };
        self.state = match polled {
            Poll::Pending => {
                log::at(site, 'p', &[&call, &u8::from(exhausted())]);
                State::Pending
            }
            Poll::Ready(_) => {
                log::at(site, 'y', &[&call]);
                State::Ready
            }
        };
        polled
    }
}

impl<F> Drop for Await<F> {
    fn drop(&mut self) {
        if self.state != State::Pending {
            return;
        }
        log::at(self.site, 'c', &[&self.call]);
        // A `select!` gives its other branches up in the poll in which one was ready. In any other
        // it is the call itself that is given up.
        if !self.branch || !session::is_running(self.call) {
            frame::give_up(self.call);
        }
        frame::abandon(self.future.take());
    }
}

/// A type without the references and boxes around it.
fn bare(name: &str) -> &str {
    if let Some(inner) = name.strip_prefix("&mut ") {
        return bare(inner);
    }
    let around = ["core::pin::Pin<", "alloc::boxed::Box<"];
    let inner = around
        .iter()
        .find_map(|around| name.strip_prefix(around)?.strip_suffix('>'));
    inner.map_or(name, bare)
}

fn what(name: &str) -> String {
    let name = bare(name);
    // An async block or closure is named after the functions around it.
    if name.ends_with(show::NESTED) {
        return "async block".to_owned();
    }
    // `Receiver<u32>::recv`, `<Type as Trait>::method`: of these the method, of a type its name.
    let (name, types) = match name.strip_suffix(show::CLOSURE) {
        Some(function) => (function, true),
        None => (name, false),
    };
    let mut depth = 0;
    let mut plain = String::new();
    for character in name.chars() {
        match character {
            '<' if !types && !plain.is_empty() => break,
            '<' => depth += 1,
            '>' => depth -= 1,
            _ if depth == 0 => plain.push(character),
            _ => {}
        }
    }
    match show::short(&plain).trim() {
        "Sleep" => "sleep".to_owned(),
        name => name.to_owned(),
    }
}

/// What can wake whoever waits for a future of this type, as far as its name tells.
fn class(name: &str) -> &'static str {
    let name = bare(name);
    let classes = [
        ("tokio::task::yield_now::", "yield"),
        ("tokio::time::clock::", "yield"),
        ("tokio::task::coop::", "yield"),
        ("tokio::time::", "time"),
        ("tokio::sync::", "task"),
        ("tokio::runtime::task::join::", "join"),
        ("tokio::task::join_set::", "join"),
        ("tokio::net::", "io"),
        ("tokio::io::", "io"),
        ("tokio::process::", "io"),
        ("tokio::signal::", "io"),
    ];
    let class = classes.iter().find(|(path, _)| name.starts_with(path));
    class.map_or("-", |(_, class)| class)
}

/// Whether the task has used up what it may do in one poll: Tokio's futures are then pending, and
/// wake it at once.
#[cfg(feature = "tokio")]
fn exhausted() -> bool {
    !tokio::task::coop::has_budget_remaining()
}

#[cfg(not(feature = "tokio"))]
fn exhausted() -> bool {
    false
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
        let _session = Session::begin();
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

/// The time between two ticks of this thread's next timer.
pub fn every(period: Duration) -> Duration {
    log::write('P', &[&period.as_millis()]);
    period
}

/// A call that holds the thread for `duration` begins.
pub fn block(site: u32, duration: Duration) -> Duration {
    log::at(site, 'b', &[&duration.as_millis()]);
    duration
}

/// A call that holds the thread for as long as `run` takes begins.
pub fn blocks<F>(site: u32, run: F) -> F {
    log::at(site, 'b', &[&"-"]);
    run
}

/// That call is over.
pub fn unblock<T>(site: u32, result: T) -> T {
    log::at(site, 'u', &[]);
    result
}
