//! Tokio's own instrumentation: what its runtime says of tasks, wakes and timers.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};
use std::thread;

use tracing_core::field::{Field, Visit};
use tracing_core::span::{Attributes, Id, Record};
use tracing_core::{Dispatch, Event, Interest, LevelFilter, Metadata, Subscriber, dispatcher};

use crate::{log, session};

/// Listens from now on, unless somebody else does.
pub(crate) fn install() {
    let _ = dispatcher::set_global_default(Dispatch::new(Listener));
}

struct Listener;

/// What a span of Tokio's is about.
#[derive(Clone, Copy, PartialEq)]
enum Kind {
    BlockOn,
    Task,
    /// A task that is counted and not recorded: there are many of its kind.
    Unseen,
    Sleep,
    Other,
}

struct Span {
    kind: Kind,
    handles: usize,
    /// Of a timer: what its last poll said.
    ready: bool,
    /// Of a timer: the task that has armed it, or polled it last.
    task: u64,
}

/// Tasks that are recorded of those that one place spawns; the rest is counted. What they do at one
/// place has room there, if each does it once.
const PER_PLACE: u64 = 60;

/// How many tasks each place has spawned.
static SPAWNED: LazyLock<Mutex<HashMap<String, u64>>> = LazyLock::new(Mutex::default);

static SPANS: LazyLock<Mutex<HashMap<u64, Span>>> = LazyLock::new(Mutex::default);

thread_local! {
    /// The spans that this thread is in, outermost first.
    static INSIDE: RefCell<Vec<(u64, Kind)>> = const { RefCell::new(Vec::new()) };
    /// The task of a `block_on` whose waker is watched in the poll that is going on.
    static WATCHED: Cell<u64> = const { Cell::new(0) };
}

fn spans() -> MutexGuard<'static, HashMap<u64, Span>> {
    SPANS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The task of the `block_on` that is polling, if its waker is not watched yet in this poll. The
/// caller watches it, and calls [`watch_again`] afterwards.
pub(crate) fn unwatched() -> Option<u64> {
    let task = INSIDE.try_with(|inside| {
        let inside = inside.borrow();
        let task = inside
            .iter()
            .rev()
            .find(|(_, kind)| matches!(kind, Kind::BlockOn | Kind::Task | Kind::Unseen))?;
        (task.1 == Kind::BlockOn).then_some(task.0)
    });
    let task = task.ok().flatten()?;
    let watched = WATCHED.try_with(|watched| watched.replace(task)).ok()?;
    (watched != task).then_some(task)
}

/// The task that this thread is in; 0 for none.
fn inside() -> u64 {
    let task = INSIDE.try_with(|inside| {
        let inside = inside.borrow();
        let mut tasks = inside.iter().rev();
        tasks
            .find(|(_, kind)| matches!(kind, Kind::BlockOn | Kind::Task | Kind::Unseen))
            .map(|(id, _)| *id)
    });
    task.ok().flatten().unwrap_or(0)
}

/// Whether one more task that is spawned at a place is recorded.
fn is_seen(file: &str, line: &str, column: &str) -> bool {
    if log::is_unseen() {
        return false;
    }
    let mut spawned = SPAWNED.lock().unwrap_or_else(PoisonError::into_inner);
    let count = spawned
        .entry(format!("{file}:{line}:{column}"))
        .or_default();
    *count += 1;
    let left_out = count.saturating_sub(PER_PLACE);
    drop(spawned);
    if left_out.is_power_of_two() {
        log::write('M', &[&file, &line, &column, &left_out]);
    }
    left_out == 0
}

/// The outermost await of `task` has been polled.
pub(crate) fn watch_again(task: u64) {
    let _ = WATCHED.try_with(|watched| {
        if watched.get() == task {
            watched.set(0);
        }
    });
}

/// A poll of a timer is over, or it has been armed.
fn timer_is_left(timer: u64) {
    let (ready, moved) = match spans().get_mut(&timer) {
        // A poll first says whether the task may go on at all, and then how the timer stands: the
        // last word counts.
        Some(span) if span.ready => (true, false),
        Some(span) => {
            let before = std::mem::replace(&mut span.task, inside());
            (false, before != 0 && before != span.task)
        }
        None => (false, false),
    };
    if ready {
        log::write('R', &[&timer]);
    } else if moved {
        log::write('O', &[&timer]);
    }
}

impl Subscriber for Listener {
    fn register_callsite(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.enabled(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        let of_tokio = |target: &str| target == "tokio" || target.starts_with("tokio::");
        of_tokio(metadata.target()) || metadata.target().starts_with("runtime::")
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(LevelFilter::TRACE)
    }

    fn new_span(&self, attributes: &Attributes<'_>) -> Id {
        static NEXT: AtomicU64 = AtomicU64::new(1);
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let name = attributes.metadata().name();
        let [file, line, column] =
            ["loc.file", "loc.line", "loc.col"].map(|field| fields.text(field).to_owned());
        let kind = match (name, fields.text("kind"), fields.text("concrete_type")) {
            ("runtime.spawn", "block_on", _) => Kind::BlockOn,
            ("runtime.spawn", ..) if !is_seen(&file, &line, &column) => Kind::Unseen,
            ("runtime.spawn", ..) => Kind::Task,
            ("runtime.resource", _, "Sleep") if !log::is_unseen() => Kind::Sleep,
            _ => Kind::Other,
        };
        let span = Span {
            kind,
            handles: 1,
            ready: false,
            task: 0,
        };
        spans().insert(id, span);
        match kind {
            Kind::BlockOn | Kind::Task => log::write(
                'S',
                &[
                    &id,
                    &fields.text("kind"),
                    &file,
                    &line,
                    &column,
                    &fields.text("fn"),
                    &fields.text("task.id"),
                ],
            ),
            Kind::Sleep => log::write('T', &[&id, &file, &line, &column]),
            Kind::Unseen | Kind::Other => {}
        }
        Id::from_u64(id)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut fields = Fields::default();
        event.record(&mut fields);
        let within = |kind| {
            INSIDE.try_with(|inside| {
                let inside = inside.borrow();
                inside
                    .iter()
                    .rev()
                    .find(|(_, known)| *known == kind)
                    .map(|(id, _)| *id)
            })
        };
        match event.metadata().target() {
            "tokio::task::waker" if fields.text("op").starts_with("waker.wake") => {
                let task = fields.text("task.id");
                let kind = task
                    .parse()
                    .ok()
                    .and_then(|id| Some(spans().get(&id)?.kind));
                if kind != Some(Kind::Unseen) {
                    log::write('W', &[&task]);
                }
            }
            "runtime::resource::state_update" if !fields.text("duration").is_empty() => {
                if let Ok(Some(timer)) = within(Kind::Sleep) {
                    if let Some(span) = spans().get_mut(&timer) {
                        span.task = inside();
                    }
                    log::write('A', &[&timer, &fields.text("duration")]);
                }
            }
            "runtime::resource::poll_op" if fields.text("op_name") == "poll_elapsed" => {
                if let Ok(Some(timer)) = within(Kind::Sleep)
                    && let Some(span) = spans().get_mut(&timer)
                {
                    span.ready = fields.text("is_ready") == "true";
                }
            }
            _ => {}
        }
    }

    fn enter(&self, id: &Id) {
        let id = id.into_u64();
        let kind = match spans().get_mut(&id) {
            Some(span) => {
                span.ready = false;
                span.kind
            }
            None => Kind::Other,
        };
        let _ = INSIDE.try_with(|inside| inside.borrow_mut().push((id, kind)));
        match kind {
            Kind::BlockOn | Kind::Task => {
                session::enter();
                log::write('E', &[&id]);
            }
            Kind::Unseen => {
                session::enter();
                log::unseen(true);
            }
            _ => {}
        }
    }

    fn exit(&self, id: &Id) {
        let id = id.into_u64();
        let kind = INSIDE.try_with(|inside| {
            let mut inside = inside.borrow_mut();
            let at = inside.iter().rposition(|(known, _)| *known == id)?;
            Some(inside.remove(at).1)
        });
        match kind.ok().flatten() {
            Some(Kind::BlockOn | Kind::Task) => {
                session::leave();
                log::write('X', &[&id, &u8::from(thread::panicking())]);
            }
            Some(Kind::Unseen) => {
                session::leave();
                let still = INSIDE.try_with(|inside| {
                    let inside = inside.borrow();
                    inside.iter().any(|(_, kind)| *kind == Kind::Unseen)
                });
                log::unseen(still.unwrap_or(false));
            }
            Some(Kind::Sleep) => timer_is_left(id),
            _ => {}
        }
    }

    fn clone_span(&self, id: &Id) -> Id {
        if let Some(span) = spans().get_mut(&id.into_u64()) {
            span.handles += 1;
        }
        id.clone()
    }

    fn try_close(&self, id: Id) -> bool {
        let id = id.into_u64();
        let mut spans = spans();
        let Some(span) = spans.get_mut(&id) else {
            return false;
        };
        span.handles -= 1;
        if span.handles > 0 {
            return false;
        }
        let kind = span.kind;
        spans.remove(&id);
        drop(spans);
        match kind {
            Kind::BlockOn | Kind::Task => log::write('C', &[&id]),
            Kind::Sleep => log::write('D', &[&id]),
            Kind::Unseen | Kind::Other => {}
        }
        true
    }
}

/// The fields of a span or an event, as text.
#[derive(Default)]
struct Fields(Vec<(&'static str, String)>);

impl Fields {
    fn text(&self, name: &str) -> &str {
        let known = self.0.iter().find(|(known, _)| *known == name);
        known.map_or("", |(_, text)| text)
    }
}

impl Visit for Fields {
    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.0.push((field.name(), format!("{value:?}")));
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        self.0.push((field.name(), value.to_owned()));
    }
}
