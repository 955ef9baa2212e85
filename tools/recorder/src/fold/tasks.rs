//! Tasks and threads: who is there, who runs where, and how it ends.

use std::collections::HashSet;

use recording::{End, Happening, Task, TaskKind, Thread as Seen, ThreadKind};

use super::{Fold, Inside, Places, State};
use crate::raw::{Span, What, is_worker};

impl<P: Places> Fold<'_, P> {
    /// The number of the thread at hand, which has just done something for `task`.
    pub(super) fn number(&mut self, task: Option<usize>) -> usize {
        if let Some(number) = self.numbers.get(&self.thread) {
            return *number;
        }
        let state = self.threads.entry(self.thread).or_default();
        let kind = match task.map(|task| self.tasks[task].kind) {
            _ if state.worker => ThreadKind::Worker,
            Some(TaskKind::Blocking) => ThreadKind::Blocking,
            _ if state.pool => ThreadKind::Blocking,
            _ => ThreadKind::Other,
        };
        let thread = self.seen.len();
        self.seen.push(Seen { thread, kind });
        self.numbers.insert(self.thread, thread);
        thread
    }

    fn task(&mut self, kind: TaskKind, by: Option<usize>, site: Option<usize>) -> usize {
        let task = self.tasks.len();
        self.tasks.push(Task {
            task,
            kind,
            name: format!("task {task}"),
            by,
            site,
        });
        self.states.push(State::default());
        task
    }

    /// The task that `thread` is in: of a runtime, or the thread itself.
    pub(super) fn current(&mut self, thread: u32) -> usize {
        let inside = self.threads.get(&thread).and_then(|it| it.inside.last());
        if let Some(inside) = inside {
            return inside.task;
        }
        if let Some(task) = self.by_thread.get(&thread) {
            return *task;
        }
        let task = self.task(TaskKind::Thread, None, None);
        self.tasks[task].name = if thread == 1 {
            "main".to_owned()
        } else {
            format!("thread {thread}")
        };
        self.states[task].named = thread == 1;
        self.by_thread.insert(thread, task);
        task
    }

    /// The task that a thread outside any runtime is, if it can be one.
    pub(super) fn plain(&mut self, thread: u32) -> Option<usize> {
        // Under `#[tokio::main]` the main thread does nothing of its own.
        (thread != 1 || self.by_thread.contains_key(&thread)).then(|| self.current(thread))
    }

    pub(super) fn spawn(&mut self, thread: u32, what: &What) {
        let What::New {
            task: span,
            id,
            kind,
            place,
            closure,
        } = what
        else {
            return;
        };
        // The workers of a runtime with several threads are blocking tasks of its own.
        if kind == "blocking" && is_worker(closure) {
            return;
        }
        let state = self.threads.entry(thread).or_default();
        if kind == "block_on" {
            state.driving += 1;
        }
        let by = match state.inside.last() {
            Some(inside) => Some(inside.task),
            None if state.worker || state.pool => None,
            None => self.plain(thread),
        };
        let site = self.places.spawned(place);
        let new = self.task(
            match &**kind {
                "block_on" => TaskKind::BlockOn,
                "blocking" => TaskKind::Blocking,
                _ => TaskKind::Task,
            },
            by,
            site,
        );
        // What Tokio itself gives to the blocking pool, to read a file for one.
        if site.is_none() && closure.starts_with("tokio::") {
            let path = closure.replace("::{{closure}}", "");
            let path = path.split('<').next().unwrap_or_default();
            self.tasks[new].name = path.rsplit("::").next().unwrap_or(path).to_owned();
        }
        self.states[new].local = kind == "local";
        self.by_span.insert(*span, new);
        if let Some(id) = id {
            self.by_id.insert(*id, new);
        }
        if let Some(by) = by {
            self.push_here(by, Happening::Spawn { new, site });
        }
    }

    pub(super) fn enter(&mut self, at: usize, thread: u32, span: Span) {
        let state = self.threads.entry(thread).or_default();
        // What a worker does between its polls is the runtime's, and a worker is no task.
        let Some(task) = self.by_span.get(&span).copied() else {
            state.worker = true;
            return;
        };
        let dropping = self.drops.contains(&at);
        let host = state.inside.last().map(|inside| inside.task);
        state.inside.push(Inside {
            span,
            task,
            dropping,
            begun: HashSet::new(),
        });
        if self.tasks[task].kind == TaskKind::Blocking {
            state.pool = true;
        }
        if !dropping {
            let known = &mut self.states[task];
            known.host = host;
            known.calls.poll();
            known.waits.poll();
            self.push(Some(task), Happening::Poll);
        }
    }

    pub(super) fn exit(&mut self, at: usize, thread: u32, span: Span, panicking: bool) {
        let state = self.threads.entry(thread).or_default();
        let Some(depth) = state.inside.iter().rposition(|inside| inside.span == span) else {
            return;
        };
        let inside = state.inside.remove(depth);
        let task = inside.task;
        if inside.dropping {
            let how = self.end(thread, task);
            self.states[task].over = true;
            let state = self.threads.entry(thread).or_default();
            if self.tasks[task].kind == TaskKind::BlockOn {
                state.driving = state.driving.saturating_sub(1);
            }
            self.push(Some(task), Happening::End { how });
            self.threads.entry(thread).or_default().ended = Some(task);
        } else {
            self.states[task].panicked |= panicking;
            let ready = self.is_ready(at, thread, span, task);
            self.states[task].ready = ready;
            self.push(Some(task), Happening::Polled { ready });
        }
    }

    /// Whether the poll that is over at `at` ended its task: a task that is ready is dropped on
    /// the spot.
    fn is_ready(&self, at: usize, thread: u32, span: Span, task: usize) -> bool {
        if self.states[task].panicked {
            return true;
        }
        let mut after = self.raws.iter().enumerate().skip(at + 1);
        let next = if self.tasks[task].kind == TaskKind::BlockOn {
            // What `block_on` drives is never dropped but at its end.
            after.find(|(_, raw)| raw.what == What::Enter(span))
        } else {
            after.find(|(_, raw)| raw.thread == thread)
        };
        let Some((drop, raw)) = next else {
            return false;
        };
        if raw.what != What::Enter(span) || !self.drops.contains(&drop) {
            return false;
        }
        // A task that aborted itself is dropped on the spot too, but while it waits.
        let mut dropped = self.raws[drop..]
            .iter()
            .filter(|raw| raw.thread == thread)
            .take_while(|raw| !matches!(raw.what, What::Exit { task, .. } if task == span));
        let open = |call: &u64| {
            let number = self.calls.get(call);
            number.is_some_and(|number| self.states[task].calls.is_open(*number))
        };
        !dropped.any(|raw| match &raw.what {
            What::Cancel(_) => true,
            What::Leave { call, .. } => open(call),
            _ => false,
        })
    }

    /// How a task whose future is dropped has ended.
    fn end(&self, thread: u32, task: usize) -> End {
        let state = &self.states[task];
        // A `LocalSet` that ends drops its tasks in the task that it is polled in.
        let with_its_set = state.local
            && self
                .threads
                .get(&thread)
                .is_some_and(|it| !it.inside.is_empty());
        let driven = self.threads.values().any(|thread| thread.driving > 0);
        // Spawned where there is no runtime at all.
        let never = !self.threads.values().any(|thread| thread.worker)
            && !self.tasks.iter().any(|task| task.kind == TaskKind::BlockOn);
        if state.panicked {
            End::Panicked
        } else if state.ready {
            End::Done
        } else if state.aborted || never || (driven && !with_its_set) {
            End::Cancelled
        } else {
            End::Dropped
        }
    }

    /// The program starts a thread.
    pub(super) fn thread_made(&mut self, thread: u32, site: usize, made: u64) {
        let by = self.current(thread);
        let new = self.task(TaskKind::Thread, Some(by), Some(site));
        self.made.insert(made, new);
        self.push_here(
            by,
            Happening::Spawn {
                new,
                site: Some(site),
            },
        );
    }

    /// What a thread that the program has started runs is over.
    pub(super) fn thread_ends(&mut self, thread: u32, panicking: bool) {
        let Some(task) = self.by_thread.get(&thread).copied() else {
            return;
        };
        if self.tasks[task].kind != TaskKind::Thread || self.states[task].over {
            return;
        }
        self.states[task].over = true;
        let how = if panicking { End::Panicked } else { End::Done };
        self.push(Some(task), Happening::End { how });
    }
}
