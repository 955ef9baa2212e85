//! What a task waits for, and so what has woken it where Tokio does not say.

use std::collections::HashMap;

use recording::{Cause, Happening, TaskKind};

use super::{Fold, Places};
use crate::raw::{Call, Span, Wait};

/// The awaits of a task.
#[derive(Default)]
pub(super) struct Waits {
    /// Those that have been reached and are not over.
    known: HashMap<Wait, Known>,
    /// Those whose poll is going on, outermost first.
    polling: Vec<Wait>,
    /// Whether the task has made way in its last poll: it is woken as soon as others had a turn.
    made_way: bool,
}

struct Known {
    class: Class,
    joins: Option<usize>,
    /// Of a JoinHandle: the event that says that it is awaited.
    handle: Option<usize>,
    pending: bool,
    /// The await in whose poll this one was polled last.
    within: Option<Wait>,
}

/// What can wake whoever waits there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Time,
    Join,
    Task,
    Io,
    Yield,
    Any,
}

impl Waits {
    /// An await is reached, and polled for the first time.
    pub(super) fn reach(
        &mut self,
        at: Wait,
        class: &str,
        joins: Option<usize>,
        handle: Option<usize>,
    ) {
        let class = match class {
            "time" => Class::Time,
            "join" => Class::Join,
            "task" => Class::Task,
            "io" => Class::Io,
            "yield" => Class::Yield,
            _ => Class::Any,
        };
        let known = Known {
            class,
            joins,
            handle,
            pending: false,
            within: None,
        };
        self.known.insert(at, known);
        self.resume(at);
    }

    /// An await is polled.
    pub(super) fn resume(&mut self, at: Wait) {
        let within = self.polling.last().copied();
        if let Some(known) = self.known.get_mut(&at) {
            known.within = within;
        }
        self.polling.push(at);
    }

    /// That poll is over, and what is awaited is not ready.
    pub(super) fn pending(&mut self, at: Wait, exhausted: bool) {
        self.polled(at);
        if let Some(known) = self.known.get_mut(&at) {
            known.pending = true;
            self.made_way |= exhausted || known.class == Class::Yield;
        }
    }

    /// What is awaited is ready, or given up.
    pub(super) fn over(&mut self, at: Wait) {
        self.polled(at);
        self.known.remove(&at);
    }

    fn polled(&mut self, at: Wait) {
        if let Some(depth) = self.polling.iter().rposition(|polling| *polling == at) {
            self.polling.truncate(depth);
        }
    }

    /// A call is over, with whatever it waited for.
    pub(super) fn leave(&mut self, call: Call) {
        self.known.retain(|(_, of), _| *of != call);
    }

    /// Nothing is known of the awaits at a site.
    pub(super) fn forget(&mut self, site: usize) {
        self.known.retain(|(at, _), _| *at != site);
    }

    /// The runtime polls the task.
    pub(super) fn poll(&mut self) {
        self.polling.clear();
        self.made_way = false;
    }

    /// What is awaited and waits for nothing of the listing's itself.
    fn leaves(&self) -> Vec<&Known> {
        let pending = self.known.iter().filter(|(_, known)| known.pending);
        let leaves = pending.filter(|(at, _)| {
            let mut others = self.known.values();
            !others.any(|other| other.pending && other.within == Some(**at))
        });
        leaves.map(|(_, known)| known).collect()
    }

    /// Whether the end of `task` is surely among what is waited for.
    fn joins(&self, task: usize) -> bool {
        self.known
            .values()
            .any(|known| known.pending && known.joins == Some(task))
    }

    /// Whether the end of some task may be.
    fn may_join(&self) -> bool {
        let leaves = self.leaves();
        leaves.is_empty()
            || leaves.iter().any(|known| {
                known.joins.is_none() && matches!(known.class, Class::Join | Class::Any)
            })
    }

    /// Whether input or output may be.
    fn may_read(&self) -> bool {
        let leaves = self.leaves();
        leaves.is_empty()
            || leaves
                .iter()
                .any(|known| known.joins.is_none() && matches!(known.class, Class::Io | Class::Any))
    }

    /// The event of the one thing that is waited for, if that is a JoinHandle and nobody has said whose:
    /// in a generic function it has no type. Whoever's end wakes it is the one.
    fn unknown_handle(&self) -> Option<usize> {
        match self.leaves()[..] {
            [known] if known.joins.is_none() => known.handle,
            _ => None,
        }
    }

    /// Whether it is the end of some task of a set, whichever.
    fn joins_set(&self) -> bool {
        let leaves = self.leaves();
        let mut joins = leaves.iter().filter(|known| known.class == Class::Join);
        joins.any(|known| known.joins.is_none())
    }
}

impl<P: Places> Fold<'_, P> {
    pub(super) fn wake(&mut self, thread: u32, span: Span) {
        let Some(task) = self.by_span.get(&span).copied() else {
            return;
        };
        // A waker may outlive its task, and does nothing then.
        if self.states[task].over {
            return;
        }
        let by = self.cause(thread, task);
        if let Cause::End(ended) = by
            && let Some(handle) = self.states[task].waits.unknown_handle()
        {
            self.joined.push((handle, ended));
        }
        self.push(Some(task), Happening::Wake { by });
        if self.states[task].local {
            let state = self.threads.entry(thread).or_default();
            state.local = Some((task, by));
        }
    }

    /// Why `task` is woken on `thread`.
    fn cause(&mut self, thread: u32, task: usize) -> Cause {
        let state = self.threads.entry(thread).or_default();
        let inside = state.inside.last().map(|inside| inside.task);
        let (ended, local) = (state.ended, state.local);
        let runs = state.worker || state.driving > 0;
        let (pool, waits) = (state.pool, &self.states[task].waits);
        // A task of a `LocalSet` is polled by the task that polls the set, which is woken with it.
        if let Some((local, by)) = local
            && self.states[local].host == Some(task)
        {
            return by;
        }
        // Tokio reads and writes files on the blocking pool, and waits for that.
        let of_tokio = |ended: usize| {
            let ended = &self.tasks[ended];
            ended.kind == TaskKind::Blocking && ended.site.is_none() && ended.by == Some(task)
        };
        if let Some(ended) = ended
            && (waits.joins(ended) || waits.joins_set() || of_tokio(ended))
        {
            return Cause::End(ended);
        }
        if let Some(by) = inside {
            return if by == task {
                Cause::Itself
            } else {
                Cause::Task(by)
            };
        }
        if runs && let Some(span) = self.due(task) {
            return self.fired(span);
        }
        let waits = &mut self.states[task].waits;
        if let Some(ended) = ended
            && waits.may_join()
        {
            return Cause::End(ended);
        }
        if runs {
            if std::mem::take(&mut waits.made_way) {
                return Cause::Itself;
            }
            // Of what was only counted, nobody knows what else it may be.
            if self.partial {
                return Cause::Unknown;
            }
            if waits.may_read() {
                return Cause::Io;
            }
            // Nothing else is left: it was armed earlier than the log has it.
            return match self.next_timer(task) {
                Some(span) => self.fired(span),
                None => Cause::Unknown,
            };
        }
        if pool {
            return Cause::Unknown;
        }
        match self.plain(thread) {
            Some(by) => Cause::Task(by),
            None => Cause::Unknown,
        }
    }

    fn fired(&mut self, timer: Span) -> Cause {
        self.fire(timer);
        Cause::Timer(self.timers[&timer].number.unwrap_or_default())
    }

    /// A task is aborted.
    pub(super) fn abort(&mut self, thread: u32, id: u64) {
        let by = self.current(thread);
        let Some(task) = self.by_id.get(&id).copied() else {
            return;
        };
        if self.states[task].over {
            return;
        }
        self.states[task].aborted = true;
        // What runs on the blocking pool cannot be stopped, and nothing tells it to run.
        if self.tasks[task].kind == TaskKind::Blocking {
            return;
        }
        let by = if by == task {
            Cause::Itself
        } else {
            Cause::Task(by)
        };
        self.push(Some(task), Happening::Wake { by });
    }
}
