//! From the raw log to a recording: who did it, why it was woken, and logical time.

use std::collections::{BTreeMap, HashMap, HashSet};

use recording::{Cause, End, Event, Happening, How, Task, TaskKind, Thread as Seen, ThreadKind};

use crate::normalize;
use crate::raw::{Location, Raw, Span, What};

/// Real time that passes without anything being recorded counts from here on, in nanoseconds.
const GAP: u64 = 50_000_000;

/// What the fold needs to know of the source.
pub(crate) trait Places {
    /// The spawn site whose call begins at a place of the compiled source.
    fn spawned(&self, at: &Location) -> Option<usize>;
    /// The innermost statement at a place of the compiled source.
    fn statement(&self, at: &Location) -> Option<usize>;
    /// The text of what is spawned at a site.
    fn argument(&self, site: usize) -> Option<&str>;
    /// The name of the function whose body is at a site.
    fn function(&self, site: usize) -> &str;
}

/// What became of a raw log.
pub(crate) struct Folded {
    pub threads: Vec<Seen>,
    pub tasks: Vec<Task>,
    pub events: Vec<Event>,
    /// Whether the log was full before the program was over.
    pub full: bool,
}

/// Threads, tasks and events of a run.
pub(crate) fn fold(raws: &[Raw], places: &impl Places) -> Folded {
    let mut fold = Fold {
        raws,
        places,
        drops: drops(raws),
        tasks: Vec::new(),
        named: Vec::new(),
        events: Vec::new(),
        by_span: HashMap::new(),
        by_id: HashMap::new(),
        by_thread: HashMap::new(),
        threads: HashMap::new(),
        seen: vec![Seen {
            thread: 0,
            kind: ThreadKind::Main,
        }],
        numbers: HashMap::from([(1, 0)]),
        thread: 1,
        measured: 0,
        states: HashMap::new(),
        timers: BTreeMap::new(),
        armed: 0,
        more: HashMap::new(),
        runtimes_over: 0,
        now: 0,
        real: 0,
        full: false,
    };
    for at in 0..raws.len() {
        fold.record(at);
    }
    fold.name_the_unpolled();
    Folded {
        threads: fold.seen,
        tasks: fold.tasks,
        events: fold.events,
        full: fold.full,
    }
}

/// The records at which a task's span is entered for the last time: to drop its future. Tokio's
/// instrumentation enters it for that as for a poll; only the span's closing behind it tells.
fn drops(raws: &[Raw]) -> HashSet<usize> {
    let mut last = HashMap::new();
    let mut drops = HashSet::new();
    for (at, raw) in raws.iter().enumerate() {
        match raw.what {
            What::Enter(span) => {
                last.insert(span, at);
            }
            What::Close(span) => drops.extend(last.remove(&span)),
            _ => {}
        }
    }
    drops
}

struct Fold<'a, P> {
    raws: &'a [Raw],
    places: &'a P,
    drops: HashSet<usize>,
    tasks: Vec<Task>,
    /// Whether a task has its name from a call that was seen.
    named: Vec<bool>,
    events: Vec<Event>,
    by_span: HashMap<Span, usize>,
    /// Tasks by Tokio's number.
    by_id: HashMap<u64, usize>,
    by_thread: HashMap<u32, usize>,
    threads: HashMap<u32, Thread>,
    /// The threads that have done something, and their numbers among them.
    seen: Vec<Seen>,
    numbers: HashMap<u32, usize>,
    /// The thread of the record at hand.
    thread: u32,
    /// Logical milliseconds since the last event that were measured.
    measured: u64,
    states: HashMap<usize, State>,
    timers: BTreeMap<Span, Timer>,
    /// How many timers have been armed.
    armed: usize,
    more: HashMap<usize, usize>,
    runtimes_over: usize,
    /// Logical milliseconds.
    now: u64,
    /// Real nanoseconds.
    real: u64,
    full: bool,
}

/// What a thread is in.
#[derive(Default)]
struct Thread {
    /// The tasks that it polls or drops, outermost first.
    inside: Vec<Inside>,
    /// The task that has just ended here.
    ended: Option<usize>,
    /// What the next timer is asked for, in milliseconds.
    asked: Option<u64>,
    /// When the call that holds it is over, in logical milliseconds.
    blocked: Option<u64>,
    /// How long it has waited for a processor, in nanoseconds.
    late: u64,
    /// Whether it has ever polled a task.
    polls: bool,
}

struct Inside {
    span: Span,
    task: usize,
    dropping: bool,
}

/// What is known of a task.
#[derive(Default)]
struct State {
    frames: usize,
    awaits: HashMap<usize, String>,
    /// What its last poll found not ready, and still waits for: the site, and the task whose
    /// JoinHandle it is.
    pending: Vec<(usize, Option<usize>)>,
    ready: bool,
    panicked: bool,
}

struct Timer {
    made_real: u64,
    made: u64,
    asked: Option<u64>,
    task: Option<usize>,
    number: Option<usize>,
    due: u64,
    due_real: u64,
    fired: bool,
}

impl<P: Places> Fold<'_, P> {
    fn record(&mut self, at: usize) {
        let raw = &self.raws[at];
        let thread = raw.thread;
        self.thread = thread;
        self.pass(raw);
        let state = self.threads.entry(thread).or_default();
        if !matches!(
            raw.what,
            What::Wake(_) | What::Close(_) | What::TimerDropped(_)
        ) {
            state.ended = None;
        }
        match &raw.what {
            What::New {
                task,
                kind,
                place,
                closure,
                id,
            } => {
                self.spawn(thread, *task, kind, place, closure);
                if let (Some(id), Some(new)) = (id, self.by_span.get(task)) {
                    self.by_id.insert(*id, *new);
                }
            }
            What::Enter(span) => self.enter(at, thread, *span),
            What::Exit(span) => self.exit(at, thread, *span),
            What::Close(_) => {}
            What::Wake(span) => self.wake(thread, *span, raw.nanos),
            What::Asked(ms) => state.asked = Some(*ms),
            What::Timer { timer, .. } => {
                let timer_state = Timer {
                    made_real: raw.nanos,
                    made: self.now,
                    asked: state.asked.take(),
                    task: None,
                    number: None,
                    due: 0,
                    due_real: 0,
                    fired: false,
                };
                self.timers.insert(*timer, timer_state);
            }
            What::Armed { timer, ms } => self.arm(thread, *timer, *ms, raw.nanos),
            What::Elapsed(timer) => self.fire(*timer),
            What::TimerDropped(timer) => {
                self.timers.remove(timer);
            }
            What::Full => self.full = true,
            What::More { site, count } => self.more(thread, *site, *count),
            source => self.source(thread, source.clone()),
        }
    }

    /// Logical time goes on to where `raw` is.
    fn pass(&mut self, raw: &Raw) {
        let before = self.real;
        // Threads write in turn, but take the time before.
        self.real = self.real.max(raw.nanos);
        // Time in which the machine was busy with something else is no time of the program's.
        let thread = self.threads.entry(raw.thread).or_default();
        let late = raw.late.saturating_sub(thread.late);
        thread.late = raw.late;
        let passed = (self.real - before).saturating_sub(late);
        if passed < GAP {
            return;
        }
        let blocked = self
            .threads
            .get(&raw.thread)
            .and_then(|thread| thread.blocked);
        if matches!(raw.what, What::Unblock(_)) && blocked.is_some() {
            return;
        }
        // A timer that came due meanwhile is what the time was for; it fires with the wake that
        // follows, or is seen to have fired.
        let due = self.timers.values().filter(|timer| {
            timer.number.is_some() && !timer.fired && timer.due_real <= raw.nanos + 2_000_000
        });
        match due.map(|timer| timer.due).min() {
            Some(due) => self.now = self.now.max(due),
            None => {
                self.now += rounded(passed);
                self.measured += rounded(passed);
            }
        }
    }

    fn push(&mut self, task: Option<usize>, what: Happening) {
        let thread = self.number(task);
        self.events.push(Event {
            t: self.now,
            measured: std::mem::take(&mut self.measured),
            thread,
            task,
            what,
        });
    }

    /// The number of the thread at hand, which has just done something for `task`.
    fn number(&mut self, task: Option<usize>) -> usize {
        if let Some(number) = self.numbers.get(&self.thread) {
            return *number;
        }
        let polls = self
            .threads
            .get(&self.thread)
            .is_some_and(|thread| thread.polls);
        let kind = match task.map(|task| self.tasks[task].kind) {
            Some(TaskKind::Blocking) => ThreadKind::Blocking,
            _ if polls => ThreadKind::Worker,
            _ => ThreadKind::Other,
        };
        let thread = self.seen.len();
        self.seen.push(Seen { thread, kind });
        self.numbers.insert(self.thread, thread);
        thread
    }

    /// The task that `thread` is in: of a runtime, or the thread itself.
    fn current(&mut self, thread: u32) -> usize {
        if let Some(inside) = self
            .threads
            .get(&thread)
            .and_then(|thread| thread.inside.last())
        {
            return inside.task;
        }
        let tasks = &mut self.tasks;
        let known = self.by_thread.entry(thread).or_insert_with(|| {
            let name = if thread == 1 {
                "main".to_owned()
            } else {
                format!("thread {thread}")
            };
            tasks.push(Task {
                task: tasks.len(),
                kind: TaskKind::Thread,
                name,
                by: None,
                site: None,
            });
            tasks.len() - 1
        });
        self.named.resize(self.tasks.len(), true);
        *known
    }

    fn state(&mut self, task: usize) -> &mut State {
        self.states.entry(task).or_default()
    }

    fn spawn(&mut self, thread: u32, span: Span, kind: &str, place: &Location, closure: &str) {
        // The workers of a runtime with several threads are blocking tasks of its own.
        if kind == "blocking" && closure.contains("tokio::runtime::") {
            return;
        }
        let inside = self
            .threads
            .get(&thread)
            .and_then(|thread| thread.inside.last());
        let by = match inside {
            Some(inside) => Some(inside.task),
            None => self.by_thread.get(&thread).copied(),
        };
        let site = self.places.spawned(place);
        let kind = match kind {
            "block_on" => TaskKind::BlockOn,
            "blocking" => TaskKind::Blocking,
            _ => TaskKind::Task,
        };
        let new = self.tasks.len();
        self.tasks.push(Task {
            task: new,
            kind,
            name: format!("task {new}"),
            by,
            site,
        });
        self.named.push(false);
        self.by_span.insert(span, new);
        if by.is_some() {
            self.push(by, Happening::Spawn { new, site });
        }
    }

    fn enter(&mut self, at: usize, thread: u32, span: Span) {
        // What a worker does between its polls is the runtime's, and a worker is no task.
        let Some(task) = self.by_span.get(&span).copied() else {
            self.threads.entry(thread).or_default().polls = true;
            return;
        };
        let dropping = self.drops.contains(&at);
        let state = self.threads.entry(thread).or_default();
        state.inside.push(Inside {
            span,
            task,
            dropping,
        });
        if !dropping {
            state.polls = true;
            self.state(task).pending.clear();
            self.push(Some(task), Happening::Poll);
        }
    }

    fn exit(&mut self, at: usize, thread: u32, span: Span) {
        let state = self.threads.entry(thread).or_default();
        let Some(depth) = state.inside.iter().rposition(|inside| inside.span == span) else {
            return;
        };
        let inside = state.inside.remove(depth);
        let task = inside.task;
        if inside.dropping {
            let how = self.end(task);
            if self.tasks[task].kind == TaskKind::BlockOn {
                self.runtimes_over += 1;
            }
            self.push(Some(task), Happening::End { how });
            self.threads.entry(thread).or_default().ended = Some(task);
        } else {
            let ready = self.is_ready(at, thread, span, task);
            self.state(task).ready = ready;
            self.push(Some(task), Happening::Polled { ready });
        }
    }

    /// Whether the poll that is over at `at` ended its task: a task that is ready is dropped on
    /// the spot.
    fn is_ready(&self, at: usize, thread: u32, span: Span, task: usize) -> bool {
        if self.states.get(&task).is_some_and(|state| state.panicked) {
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
        let dropped = self.raws[drop..]
            .iter()
            .filter(|raw| raw.thread == thread)
            .take_while(|raw| raw.what != What::Exit(span));
        !dropped
            .into_iter()
            .any(|raw| matches!(raw.what, What::Cancel(_)))
    }

    fn end(&mut self, task: usize) -> End {
        let over = self.runtimes_over > 0;
        let state = self.state(task);
        if state.panicked {
            End::Panicked
        } else if state.ready {
            End::Done
        } else if over {
            End::Dropped
        } else {
            End::Cancelled
        }
    }

    fn wake(&mut self, thread: u32, span: Span, nanos: u64) {
        let Some(task) = self.by_span.get(&span).copied() else {
            return;
        };
        let state = self.threads.entry(thread).or_default();
        let (inside, ended, polls) = (
            state.inside.last().map(|inside| inside.task),
            state.ended,
            state.polls,
        );
        let by = match inside {
            Some(by) if by == task => Cause::Itself,
            Some(by) => Cause::Task(by),
            None => {
                let state = self.state(task);
                let waits_for = |what: &str| {
                    let mut pending = state.pending.iter();
                    pending
                        .any(|(site, _)| state.awaits.get(site).is_some_and(|known| known == what))
                };
                let yields = waits_for("yield_now");
                // Where a function takes any future, nobody can say whose handle it is.
                let joins = state.pending.iter().any(|(site, joins)| match joins {
                    Some(_) => *joins == ended,
                    None => state
                        .awaits
                        .get(site)
                        .is_some_and(|what| what == "JoinHandle"),
                });
                let timer = self.due(task, nanos);
                match (ended, timer) {
                    (Some(ended), _) if joins => Cause::End(ended),
                    (_, Some(span)) => {
                        self.fire(span);
                        Cause::Timer(self.timers[&span].number.unwrap_or_default())
                    }
                    _ if yields => Cause::Itself,
                    (Some(ended), None) => Cause::End(ended),
                    (None, None) if polls => Cause::Io,
                    _ => Cause::Unknown,
                }
            }
        };
        self.push(Some(task), Happening::Wake { by });
    }

    /// The timer of `task` that is due first, if one is.
    fn due(&self, task: usize, nanos: u64) -> Option<Span> {
        let due = self.timers.iter().filter(|(_, timer)| {
            timer.task == Some(task)
                && timer.number.is_some()
                && !timer.fired
                && timer.due_real <= nanos + 2_000_000
        });
        due.min_by_key(|(_, timer)| timer.due)
            .map(|(span, _)| *span)
    }

    fn arm(&mut self, thread: u32, span: Span, ms: u64, nanos: u64) {
        let task = self.current(thread);
        let (now, armed) = (self.now, self.armed);
        let Some(timer) = self.timers.get_mut(&span) else {
            return;
        };
        let again = timer.number.is_some();
        let number = *timer.number.get_or_insert(armed);
        timer.due = match timer.asked.take() {
            Some(asked) if !again => timer.made + asked,
            // Nobody said what the timer was asked for: the time between its making and its
            // deadline, without the jitter.
            _ if !again => timer.made + rounded((nanos - timer.made_real) + ms * 1_000_000),
            _ => now + rounded(ms * 1_000_000),
        };
        timer.task = Some(task);
        timer.due_real = nanos + ms * 1_000_000;
        timer.fired = false;
        let ms = timer.due.saturating_sub(now);
        if !again {
            self.armed += 1;
        }
        self.push(Some(task), Happening::Timer { timer: number, ms });
    }

    fn fire(&mut self, span: Span) {
        let Some(timer) = self.timers.get_mut(&span) else {
            return;
        };
        let (Some(number), false) = (timer.number, timer.fired) else {
            return;
        };
        timer.fired = true;
        self.now = self.now.max(timer.due);
        self.push(None, Happening::Fire { timer: number });
    }

    fn more(&mut self, thread: u32, site: usize, count: u64) {
        if let Some(at) = self.more.get(&site) {
            self.events[*at].what = Happening::More { site, count };
            return;
        }
        self.more.insert(site, self.events.len());
        let task = self.current(thread);
        self.push(Some(task), Happening::More { site, count });
    }

    fn source(&mut self, thread: u32, what: What) {
        let task = self.current(thread);
        let dropping = self
            .threads
            .get(&thread)
            .and_then(|thread| thread.inside.last())
            .is_some_and(|inside| inside.dropping);
        let what = match what {
            What::Begin { site, arguments } => {
                let args: Vec<_> = arguments
                    .into_iter()
                    .map(|(name, value)| (name, normalize::value(&value)))
                    .collect();
                if self.state(task).frames == 0 {
                    self.name(task, site, &args);
                }
                self.state(task).frames += 1;
                Happening::Enter { site, args }
            }
            What::Leave { site, how } => {
                let state = self.state(task);
                state.frames = state.frames.saturating_sub(1);
                let how = match &*how {
                    "panicked" => How::Panicked,
                    "dropped" => How::Dropped,
                    // Of a call that waits in a macro which nothing is known of.
                    _ if dropping => How::Dropped,
                    _ => How::Done,
                };
                if how == How::Panicked && state.frames == 0 {
                    state.panicked = true;
                }
                Happening::Leave { site, how }
            }
            What::Line(site) => Happening::Line { site },
            What::Value { site, name, value } => Happening::Value {
                site,
                name,
                value: normalize::value(&value),
            },
            What::Await { site, what, joins } => {
                let joins = joins.and_then(|id| self.by_id.get(&id).copied());
                self.state(task).awaits.insert(site, what.clone());
                Happening::Await { site, what, joins }
            }
            What::Pending { site, joins } => {
                let joins = joins.and_then(|id| self.by_id.get(&id).copied());
                self.state(task).pending.push((site, joins));
                Happening::Pending { site }
            }
            What::Resume(site) => Happening::Resume { site },
            What::Ready(site) => Happening::Ready { site },
            What::Cancel(site) => {
                let pending = &mut self.state(task).pending;
                if let Some(at) = pending.iter().position(|(known, _)| *known == site) {
                    pending.remove(at);
                }
                Happening::Cancel { site }
            }
            What::Block { site, ms } => {
                let over = self.now + ms;
                self.threads.entry(thread).or_default().blocked = Some(over);
                Happening::Block { site, ms: Some(ms) }
            }
            What::Unblock(site) => {
                let over = self.threads.entry(thread).or_default().blocked.take();
                self.now = self.now.max(over.unwrap_or(0));
                Happening::Unblock { site }
            }
            What::Out { site, fd, text } => Happening::Out {
                site: Some(site),
                fd,
                text: normalize::output(&text),
            },
            What::Panic { text, place } => Happening::Panic {
                site: self.places.statement(&place),
                text: normalize::output(&text),
            },
            _ => return,
        };
        self.push(Some(task), what);
    }

    /// A task has the name of the first call that runs in it.
    fn name(&mut self, task: usize, site: usize, args: &[(String, String)]) {
        let Some(false) = self.named.get(task) else {
            return;
        };
        self.named[task] = true;
        let function = self.places.function(site);
        let values: Vec<&str> = args.iter().map(|(_, value)| &**value).collect();
        self.tasks[task].name = match function {
            "main" | "async block" => function.to_owned(),
            _ => format!("{function}({})", values.join(", ")),
        };
    }

    /// A task that was never polled has the name of what the source says it would run.
    fn name_the_unpolled(&mut self) {
        for (task, named) in self.tasks.iter_mut().zip(&self.named) {
            let text = task.site.and_then(|site| self.places.argument(site));
            if let (false, Some(text)) = (named, text) {
                task.name = text.lines().next().unwrap_or_default().to_owned();
            }
        }
    }
}

/// Nanoseconds as milliseconds: to tens, if there are that many.
fn rounded(nanos: u64) -> u64 {
    let ms = (nanos + 500_000) / 1_000_000;
    if ms < 10 { ms } else { (ms + 5) / 10 * 10 }
}
