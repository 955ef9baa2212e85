//! Logical time, and timers.

use std::mem::take;

use recording::{Clock, Happening};

use super::{Fold, Places};
use crate::raw::{Raw, Span, What};

/// Real time that passes without anything being recorded counts from here on, in nanoseconds.
const GAP: u64 = 50_000_000;
/// How much earlier than it was asked for a timer may seem to fire, in nanoseconds: Tokio counts in
/// milliseconds.
const EARLY: u64 = 2_000_000;

/// The time of a run.
#[derive(Default)]
pub(super) struct Time {
    /// Logical milliseconds.
    pub now: u64,
    /// Logical milliseconds since the last event that were measured.
    pub measured: u64,
    /// Real nanoseconds, and those at the first event.
    real: u64,
    begin: u64,
    /// What timers go by, in nanoseconds: the machine's clock, or Tokio's.
    clock: u64,
    /// Where Tokio's clock goes its own way: what it said at some time, and the logical time then.
    own: Option<(u64, u64)>,
    /// The logical time at which that was first seen.
    since: Option<u64>,
}

/// What a thread has done since its last event.
#[derive(Default)]
pub(super) struct Rest {
    /// Its last record: real nanoseconds, and those for which it has had a processor.
    real: u64,
    had: Option<u64>,
    /// Nanoseconds in which the program's code ran on it, and in which it stood still.
    ran: u64,
    still: u64,
    /// The logical time of its last event.
    told: u64,
}

pub(super) struct Timer {
    /// When it was made, by the clock and in logical milliseconds.
    made_clock: u64,
    made: u64,
    asked: Option<u64>,
    every: Option<u64>,
    pub task: Option<usize>,
    pub number: Option<usize>,
    /// When it is due, in logical milliseconds and by the clock.
    pub due: u64,
    due_clock: u64,
    fired: bool,
}

impl Timer {
    fn is_due(&self, clock: u64) -> bool {
        self.number.is_some() && !self.fired && self.due_clock <= clock + EARLY
    }
}

impl Time {
    pub(super) fn clock(&self) -> Clock {
        if self.own.is_some() {
            Clock::Paused
        } else {
            Clock::Real
        }
    }

    /// From when on the clock goes its own way, where that is not the beginning.
    pub(super) fn since(&self) -> Option<u64> {
        self.since.filter(|since| *since > 0)
    }

    /// A timer that is made now.
    pub(super) fn timer(&self, asked: Option<u64>, every: Option<u64>) -> Timer {
        Timer {
            made_clock: self.clock,
            made: self.now,
            asked,
            every,
            task: None,
            number: None,
            due: 0,
            due_clock: 0,
            fired: false,
        }
    }

    /// By how many milliseconds the machine's clock is ahead: what the program has lost by waiting
    /// for a processor, for a disk or for a timer that was late, and what it has done in pieces too
    /// short to be a gap. Of Tokio's own clock nobody can say so.
    pub(super) fn ahead(&self) -> u64 {
        if self.own.is_some() {
            return 0;
        }
        let real = (self.real - self.begin) / 1_000_000;
        real.saturating_sub(self.now)
    }

    /// A call that held its thread is over. Tokio's own clock knows nothing of that.
    pub(super) fn unblock(&mut self, over: Option<u64>) {
        if self.own.is_none() {
            self.now = self.now.max(over.unwrap_or(0));
        }
    }

    /// Milliseconds from nanoseconds, as the clock tells them.
    fn told(&self, nanos: u64) -> u64 {
        if self.own.is_some() {
            (nanos + 500_000) / 1_000_000
        } else {
            rounded(nanos)
        }
    }

    /// Tokio's clock says `told`, and `passed` real nanoseconds have passed. Whether it goes its
    /// own way.
    fn follow(&mut self, told: Option<u64>, passed: u64) -> bool {
        let Some(told) = told else {
            // A thread outside the runtime: its clock is not this one.
            return self.own.is_some();
        };
        let moved = told.saturating_sub(self.clock);
        self.clock = told;
        if let Some((_, _)) = self.own
            && moved > 0
            && moved.abs_diff(passed) < 100_000
        {
            // It was told to go on.
            self.own = Some((told, self.now));
            return false;
        }
        match self.own {
            Some((clock, at)) => {
                let now = at + (told.saturating_sub(clock) + 500_000) / 1_000_000;
                self.now = self.now.max(now);
            }
            None => {
                self.own = Some((told, self.now));
                self.since = Some(self.now);
            }
        }
        true
    }
}

impl<P: Places> Fold<'_, P> {
    /// Logical time goes on to where `raw` is.
    pub(super) fn pass(&mut self, raw: &Raw) {
        let time = &mut self.time;
        // What the system needs to load the program is no time of the program's.
        if self.events.is_empty() {
            (time.begin, time.real) = (raw.nanos, time.real.max(raw.nanos));
        }
        let before = time.real;
        // Threads write in turn, but take the time before.
        time.real = time.real.max(raw.nanos);
        let elapsed = time.real - before;
        // Time in which the machine was busy with something else is no time of the program's.
        let thread = self.threads.entry(raw.thread).or_default();
        let late = raw.late.saturating_sub(thread.late);
        thread.late = raw.late;
        let since = time.now;
        if time.follow(raw.clock, elapsed) {
            // Tokio's timers fire in whole milliseconds since the runtime began.
            let mut due = self
                .timers
                .values()
                .filter(|timer| timer.is_due(time.clock));
            let exact = due.find(|timer| timer.due >= since && timer.due + 1 == time.now);
            if let Some(timer) = exact {
                time.now = timer.due;
                time.own = Some((time.clock, timer.due));
            }
            return;
        }
        if raw.clock.is_none() {
            time.clock = time.real;
        }
        let passed = elapsed.saturating_sub(late);
        // Between its being made and its first poll a timer that is awaited at once only passes by.
        let made = thread.made_timer && matches!(raw.what, What::Await { .. });
        if made || matches!(raw.what, What::Armed { .. }) {
            return;
        }
        if passed < GAP || (matches!(raw.what, What::Unblock(_)) && thread.blocked.is_some()) {
            return;
        }
        // Where a task runs, or a thread of the program's own, no timer is waited for.
        let waits = thread.inside.is_empty() && (thread.worker || thread.driving > 0);
        // A timer that came due meanwhile is what the time was for; it fires with the wake that
        // follows, or is seen to have fired.
        let due = self
            .timers
            .values()
            .filter(|timer| waits && timer.is_due(time.clock));
        match due.map(|timer| timer.due).min() {
            Some(due) => time.now = time.now.max(due),
            None => {
                time.now += rounded(passed);
                time.measured += rounded(passed);
            }
        }
    }

    /// How long the program's code has run on the thread of `raw`, up to that, and has stood still.
    pub(super) fn rest(&mut self, raw: &Raw) {
        let is_known = self.by_thread.contains_key(&raw.thread);
        let thread = self.threads.entry(raw.thread).or_default();
        // Between two polls or closures a runtime waits, and not the program.
        let is_program = match thread.inside.is_empty() {
            true => is_known && !thread.worker && !thread.pool && thread.driving == 0,
            false => true,
        };
        let is_told = matches!(raw.what, What::Unblock(_)) && thread.blocked.is_some();
        let rest = &mut thread.rest;
        if let (Some(before), Some(had)) = (rest.had, raw.ran)
            && is_program
            && !is_told
        {
            let ran = had.saturating_sub(before);
            let late = raw.late.saturating_sub(thread.late);
            let passed = raw.nanos.saturating_sub(rest.real);
            rest.ran += ran;
            rest.still += passed.saturating_sub(ran + late);
        }
        (rest.real, rest.had) = (raw.nanos, raw.ran);
    }

    /// The logical milliseconds since the last event of the thread at hand, if it has waited in a call
    /// for most of the time. How much of it is real depends on how busy the machine is.
    pub(super) fn waited(&mut self) -> u64 {
        let now = self.time.now;
        let rest = &mut self.threads.entry(self.thread).or_default().rest;
        let passed = now - rest.told;
        rest.told = now;
        let (ran, still) = (take(&mut rest.ran), take(&mut rest.still));
        let is_gap = passed >= GAP / 1_000_000;
        if is_gap && still > ran { passed } else { 0 }
    }

    /// The timer of `task` that is due first, if one is.
    pub(super) fn due(&self, task: usize) -> Option<Span> {
        self.first_timer(task, |timer| timer.is_due(self.time.clock))
    }

    /// The timer of `task` that is due next.
    pub(super) fn next_timer(&self, task: usize) -> Option<Span> {
        self.first_timer(task, |timer| timer.number.is_some() && !timer.fired)
    }

    fn first_timer(&self, task: usize, of: impl Fn(&Timer) -> bool) -> Option<Span> {
        let timers = self.timers.iter();
        let own = timers.filter(|(_, timer)| timer.task == Some(task) && of(timer));
        own.min_by_key(|(_, timer)| timer.due)
            .map(|(span, _)| *span)
    }

    /// A timer is armed, due in `ms` as Tokio counts.
    pub(super) fn arm(&mut self, thread: u32, span: Span, ms: u64) {
        let task = self.current(thread);
        let (time, armed) = (&self.time, self.armed);
        let Some(timer) = self.timers.get_mut(&span) else {
            return;
        };
        let again = timer.number.is_some();
        let number = *timer.number.get_or_insert(armed);
        let nanos = ms * 1_000_000;
        // The log may be late at either end.
        let asked = timer.asked.filter(|_| !again);
        let since_made = asked.map(|asked| timer.made_clock + asked * 1_000_000);
        timer.due = match (timer.asked.take(), timer.every) {
            (Some(asked), _) if !again => timer.made + asked,
            (_, Some(every)) if again => tick(timer.due, every, time.now, ms),
            // Tokio rounds up: what is due at once is due in a millisecond.
            (_, Some(_)) => time.now + time.told(nanos.saturating_sub(1_000_000)),
            // Nobody said what the timer was asked for: the time between its making and its
            // deadline, without the jitter.
            _ if !again => timer.made + time.told(time.clock - timer.made_clock + nanos),
            _ => time.now + time.told(nanos),
        };
        timer.task = Some(task);
        timer.due_clock =
            since_made.map_or(time.clock + nanos, |since| since.min(time.clock + nanos));
        timer.fired = false;
        let ms = timer.due.saturating_sub(time.now);
        if !again {
            self.armed += 1;
        }
        self.push(Some(task), Happening::Timer { timer: number, ms });
    }

    /// A timer fires, if it has not; its number.
    pub(super) fn fire(&mut self, span: Span) {
        let Some(timer) = self.timers.get_mut(&span) else {
            return;
        };
        let (Some(number), false) = (timer.number, timer.fired) else {
            return;
        };
        timer.fired = true;
        if self.time.own.is_none() {
            self.time.now = self.time.now.max(timer.due);
        }
        self.push(None, Happening::Fire { timer: number });
    }
}

/// When a timer that was due at `last` and ticks `every` so often is due again, if Tokio says that
/// this is in `ms`. It may be late, and then it makes up for that, or skips, or goes on from `now`.
fn tick(last: u64, every: u64, now: u64, ms: u64) -> u64 {
    let every = every.max(1);
    let skipped = last + (now.saturating_sub(last) / every + 1) * every;
    let nearest = [last + every, skipped, now + every];
    let due = nearest
        .into_iter()
        .min_by_key(|due| due.saturating_sub(now).abs_diff(ms));
    due.unwrap_or(last + every)
}

/// Nanoseconds as milliseconds: to tens, if there are that many.
fn rounded(nanos: u64) -> u64 {
    let ms = (nanos + 500_000) / 1_000_000;
    if ms < 10 { ms } else { (ms + 5) / 10 * 10 }
}

#[cfg(test)]
mod tests {
    use recording::SiteKind;

    use super::*;
    use crate::fold::{Folded, fold};
    use crate::raw::{self, Location};

    struct One;

    impl Places for One {
        fn spawned(&self, _: &Location) -> Option<usize> {
            None
        }

        fn statement(&self, _: &Location) -> Option<usize> {
            None
        }

        fn kind(&self, _: usize) -> Option<SiteKind> {
            Some(SiteKind::Stmt)
        }

        fn argument(&self, _: usize) -> Option<&str> {
            None
        }

        fn function(&self, _: usize) -> &str {
            "main"
        }
    }

    /// What becomes of records of the main thread: milliseconds, those that it has waited for a
    /// processor, and what it does.
    fn folded(log: &[(u64, u64, &str)]) -> Folded {
        let lines = log.iter().map(|(ms, late, what)| {
            let (nanos, late) = (ms * 1_000_000, late * 1_000_000);
            format!("{nanos}\t1\t{late}\t-\t-\t{what}\n")
        });
        fold(&raw::parse(&lines.collect::<String>()), &One)
    }

    /// For how many milliseconds a thread has waited before each of its events: of records of threads that
    /// say for how many it had a processor, and for how many it waited for one.
    fn waited(log: &[(u64, u32, Option<u64>, u64, &str)]) -> Vec<u64> {
        let lines = log.iter().map(|(ms, thread, ran, late, what)| {
            let (nanos, late) = (ms * 1_000_000, late * 1_000_000);
            let ran = ran.map_or("-".to_owned(), |ms| (ms * 1_000_000).to_string());
            format!("{nanos}\t{thread}\t{late}\t{ran}\t-\t{what}\n")
        });
        let run = fold(&raw::parse(&lines.collect::<String>()), &One);
        run.events.iter().map(|event| event.waited).collect()
    }

    const BEGINS: &str = "F\t0\t0";
    const PRINTS: &str = "o\t1\t1\tx\\n";

    #[test]
    fn a_program_begins_when_it_is_loaded() {
        let run = folded(&[(550, 0, BEGINS), (550, 0, PRINTS)]);
        let times: Vec<_> = run.events.iter().map(|event| event.t).collect();
        assert_eq!((times, run.late), (vec![0, 0], 0));
    }

    #[test]
    fn what_the_program_takes_is_no_lateness() {
        let run = folded(&[(5, 0, BEGINS), (505, 0, PRINTS)]);
        let last = &run.events[1];
        assert_eq!((last.t, last.measured, run.late), (500, 500, 0));
    }

    #[test]
    fn what_the_machine_takes_is_lateness_and_no_time() {
        let run = folded(&[(5, 0, BEGINS), (505, 400, PRINTS)]);
        assert_eq!((run.events[1].t, run.late), (100, 400));
        // A disk, or a time slice: too short to be told, and too long for a printed time.
        let run = folded(&[
            (5, 0, BEGINS),
            (45, 0, "l\t1"),
            (85, 0, "l\t1"),
            (125, 0, PRINTS),
        ]);
        assert_eq!((run.events[3].t, run.late), (0, 120));
    }

    #[test]
    fn a_thread_waits_that_runs_for_less_time_than_it_stands_still() {
        let of = |ran, late| waited(&[(5, 1, Some(1), 0, BEGINS), (505, 1, ran, late, PRINTS)]);
        assert_eq!(of(Some(2), 0), [0, 500]);
        assert_eq!(of(Some(501), 0), [0, 0]);
        // Of what is left, when it waited for a processor.
        assert_eq!(of(Some(2), 400), [0, 100]);
        assert_eq!(of(Some(91), 400), [0, 0]);
        // The system does not tell.
        assert_eq!(of(None, 0), [0, 0]);
    }

    /// What is said of it already is a call of known length, and the end of another thread's is no event
    /// of this one.
    #[test]
    fn a_thread_waits_since_its_own_event() {
        let log = [
            (5, 1, Some(1), 0, BEGINS),
            (5, 2, Some(0), 0, "F\t0\t1"),
            (5, 2, Some(0), 0, "b\t1\t1000"),
            (1005, 2, Some(1), 0, "u\t1"),
            (1005, 1, Some(1), 0, PRINTS),
        ];
        assert_eq!(waited(&log), [0, 0, 0, 0, 1000]);
    }

    /// Nothing that is printed is late by it.
    #[test]
    fn behind_the_last_line_nothing_is_late() {
        let run = folded(&[(5, 0, BEGINS), (5, 0, PRINTS), (906, 900, "l\t1")]);
        assert_eq!(run.late, 0);
    }
}
