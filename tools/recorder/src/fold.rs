//! From the raw log to a recording: who did it, why it was woken, and logical time.

mod calls;
mod cause;
mod source;
mod tasks;
mod time;

use std::collections::{BTreeMap, HashMap, HashSet};

use recording::{Clock, Event, Happening, SiteKind, Task, Thread as Seen, ThreadKind};

use crate::raw::{Call, Location, Raw, Span, What};
use calls::Calls;
use cause::Waits;
use time::{Rest, Time, Timer};

/// What the fold needs to know of the source.
pub(crate) trait Places {
    /// The spawn site whose call begins at a place of the compiled source.
    fn spawned(&self, at: &Location) -> Option<usize>;
    /// The innermost statement at a place of the compiled source.
    fn statement(&self, at: &Location) -> Option<usize>;
    /// What is at a site.
    fn kind(&self, site: usize) -> Option<SiteKind>;
    /// The text of what is spawned at a site.
    fn argument(&self, site: usize) -> Option<&str>;
    /// The name of the function whose body is at a site.
    fn function(&self, site: usize) -> &str;
}

/// What became of a raw log.
pub(crate) struct Folded {
    pub clock: Clock,
    /// From when on, where that is not the beginning.
    pub since: Option<u64>,
    pub threads: Vec<Seen>,
    pub tasks: Vec<Task>,
    pub events: Vec<Event>,
    /// By how many milliseconds the machine's clock was ahead of this one, at most, when something was
    /// printed.
    pub late: u64,
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
        states: Vec::new(),
        events: Vec::new(),
        by_span: HashMap::new(),
        by_id: HashMap::new(),
        by_thread: HashMap::new(),
        made: HashMap::new(),
        threads: HashMap::new(),
        seen: vec![Seen {
            thread: 0,
            kind: ThreadKind::Main,
        }],
        numbers: HashMap::from([(1, 0)]),
        thread: 1,
        calls: HashMap::new(),
        bodies: Vec::new(),
        timers: BTreeMap::new(),
        joined: Vec::new(),
        armed: 0,
        more: HashMap::new(),
        partial: false,
        time: Time::default(),
        late: 0,
        full: false,
    };
    for at in 0..raws.len() {
        fold.record(at);
    }
    fold.name_the_rest();
    fold.say_whose();
    Folded {
        clock: fold.time.clock(),
        since: fold.time.since(),
        threads: fold.seen,
        tasks: fold.tasks,
        events: fold.events,
        late: fold.late,
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
    /// What is known of each task.
    states: Vec<State>,
    events: Vec<Event>,
    by_span: HashMap<Span, usize>,
    /// Tasks by their number at Tokio.
    by_id: HashMap<u64, usize>,
    by_thread: HashMap<u32, usize>,
    /// Threads that the program starts, by their number among those, until they begin.
    made: HashMap<u64, usize>,
    threads: HashMap<u32, Thread>,
    /// The threads that have done something, and their numbers among them.
    seen: Vec<Seen>,
    numbers: HashMap<u32, usize>,
    /// The thread of the record at hand.
    thread: u32,
    /// The numbers of the calls that have begun.
    calls: HashMap<Call, usize>,
    /// Where the function of each call stands, by the call's number.
    bodies: Vec<usize>,
    timers: BTreeMap<Span, Timer>,
    /// The events that say that a JoinHandle is awaited and not whose, and whose it has turned out to be.
    joined: Vec<(usize, usize)>,
    /// How many timers have been armed.
    armed: usize,
    more: HashMap<usize, usize>,
    /// Whether not all is recorded that may be behind what happens.
    partial: bool,
    time: Time,
    /// By how many milliseconds the machine's clock was ahead of it, at most, at an `out`.
    late: u64,
    full: bool,
}

/// What a thread is in.
#[derive(Default)]
struct Thread {
    /// The tasks that it polls or drops, outermost first.
    inside: Vec<Inside>,
    /// The task that has just ended here.
    ended: Option<usize>,
    /// The task of a `LocalSet` that has just been woken here, and why.
    local: Option<(usize, recording::Cause)>,
    /// What the next timer is asked for, in milliseconds.
    asked: Option<u64>,
    /// The time between two of its ticks, in milliseconds.
    every: Option<u64>,
    /// Whether it has just made a timer.
    made_timer: bool,
    /// When the call that holds it is over, in logical milliseconds.
    blocked: Option<u64>,
    /// How long it has waited for a processor, in nanoseconds.
    late: u64,
    /// What it has done since its last event.
    rest: Rest,
    /// Whether it is one of the workers of a runtime with several threads.
    worker: bool,
    /// Whether it is one of the blocking pool.
    pool: bool,
    /// How many `block_on` it is in.
    driving: usize,
}

struct Inside {
    span: Span,
    task: usize,
    dropping: bool,
    /// The calls that have begun since.
    begun: HashSet<Call>,
}

/// What is known of a task.
#[derive(Default)]
struct State {
    /// Whether it has its name from a call that was seen.
    named: bool,
    /// Of a task of a `LocalSet`: the task that polls that.
    local: bool,
    host: Option<usize>,
    calls: Calls,
    waits: Waits,
    ready: bool,
    panicked: bool,
    aborted: bool,
    over: bool,
}

impl<P: Places> Fold<'_, P> {
    fn record(&mut self, at: usize) {
        let raw = &self.raws[at];
        let thread = raw.thread;
        self.thread = thread;
        self.rest(raw);
        self.pass(raw);
        let state = self.threads.entry(thread).or_default();
        state.made_timer = matches!(raw.what, What::Timer { .. });
        let follows = matches!(
            raw.what,
            What::Wake(_) | What::Close(_) | What::TimerDropped(_)
        );
        if !follows {
            state.ended = None;
            state.local = None;
        }
        match &raw.what {
            What::New { .. } => self.spawn(thread, &raw.what),
            What::Enter(span) => self.enter(at, thread, *span),
            What::Exit { task, panicking } => self.exit(at, thread, *task, *panicking),
            What::Close(_) => {}
            What::Wake(span) => self.wake(thread, *span),
            What::Aborts(id) => self.abort(thread, *id),
            What::Asked(ms) => state.asked = Some(*ms),
            What::Every(ms) => state.every = Some(*ms),
            What::Timer { timer, .. } => {
                let (asked, every) = (state.asked.take(), state.every.take());
                self.timers.insert(*timer, self.time.timer(asked, every));
            }
            What::Armed { timer, ms } => self.arm(thread, *timer, *ms),
            What::TimerMoved(timer) => {
                let task = self.current(thread);
                if let Some(timer) = self.timers.get_mut(timer) {
                    timer.task = Some(task);
                }
            }
            What::Elapsed(timer) => self.fire(*timer),
            What::TimerDropped(timer) => {
                self.timers.remove(timer);
            }
            What::ThreadMade { site, thread: made } => self.thread_made(thread, *site, *made),
            What::ThreadBegins(made) => {
                if let Some(task) = self.made.remove(made) {
                    self.by_thread.insert(thread, task);
                }
            }
            What::ThreadEnds { panicking, .. } => self.thread_ends(thread, *panicking),
            What::Full => self.full = true,
            What::More {
                site,
                count,
                full,
                unseen,
            } => {
                self.partial = true;
                if *full {
                    // What waits there may go on without a word.
                    for state in &mut self.states {
                        state.waits.forget(*site);
                    }
                }
                let task = (!unseen).then(|| self.current(thread));
                self.more(task, *site, *count);
            }
            What::MoreTasks { place, count } => {
                self.partial = true;
                if let Some(site) = self.places.spawned(place) {
                    let task = self.current(thread);
                    self.more(Some(task), site, *count);
                }
            }
            source => self.source(thread, source.clone()),
        }
    }

    /// Says whose JoinHandle is awaited where only its task's end has told. On several threads that task
    /// may have ended before: then nothing tells, and it is as if nobody knew.
    fn say_whose(&mut self) {
        if self.seen.len() > 1 {
            return;
        }
        for (event, ended) in std::mem::take(&mut self.joined) {
            if let Happening::Await { joins, .. } = &mut self.events[event].what {
                *joins = Some(ended);
            }
        }
    }

    /// Something that belongs to no call.
    fn push(&mut self, task: Option<usize>, what: Happening) {
        self.push_in(task, None, what);
    }

    fn push_in(&mut self, task: Option<usize>, call: Option<usize>, what: Happening) {
        let thread = self.number(task);
        let call = self.told(task, call, &what);
        if matches!(what, Happening::Out { .. }) {
            self.late = self.late.max(self.time.ahead());
        }
        let waited = self.waited();
        self.events.push(Event {
            t: self.time.now,
            measured: std::mem::take(&mut self.time.measured),
            waited,
            thread,
            task,
            call,
            what,
        });
    }

    /// The call in which something happens, where that has to be said: it is not the last one of
    /// its function that the task has entered and not left.
    fn told(&self, task: Option<usize>, call: Option<usize>, what: &Happening) -> Option<usize> {
        let function = self.places.function(what.site()?);
        let of = |call: &usize| self.places.function(self.bodies[*call]) == function;
        // A closure may run in the call of another function than the one it stands in.
        let call = call.filter(of)?;
        let last = self.states[task?].calls.last(of);
        (last != Some(call)).then_some(call)
    }

    /// Something that `task` does in the call that it runs.
    fn push_here(&mut self, task: usize, what: Happening) {
        let call = self.states[task].calls.running();
        self.push_in(Some(task), call, what);
    }

    fn more(&mut self, task: Option<usize>, site: usize, count: u64) {
        if let Some(at) = self.more.get(&site) {
            self.events[*at].what = Happening::More { site, count };
            return;
        }
        self.more.insert(site, self.events.len());
        self.push(task, Happening::More { site, count });
    }
}
