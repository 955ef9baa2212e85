//! The lanes of the tasks.

use super::room::{LEAST, WIDE, fits, pixels};
use super::{Drawing, LANE, TOP};
use crate::html::escape;
use crate::steps::State;

/// `w1` for `worker 1`, where there is no room for more.
pub(super) fn thread_key(label: &str) -> String {
    let words = label.split(' ').filter_map(|word| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        word.get(..if is_number { word.len() } else { 1 })
    });
    words.collect()
}

/// What a thread's key has before it, in pixels.
const BEFORE: usize = 5;

/// What takes no time is this wide on the clock's axis.
const INSTANT: usize = 3;

impl Drawing<'_> {
    /// One task's lane: runs of the same state as one shape, and the thread's key where it is polled
    /// by another than the time before.
    pub(super) fn lane(&mut self, row: usize) {
        let run = self.run;
        let now = |at: usize| {
            let task = run.steps.get(at)?.tasks.get(row)?;
            Some((task.state, task.thread)).filter(|_| task.state != State::Unmade)
        };
        let (mut from, mut before, mut instant) = (0, None, None);
        for at in 0..run.steps.len() {
            if now(at) == now(at + 1) {
                continue;
            }
            let (x, end) = (self.axis.start(from), self.axis.start(at + 1));
            from = at + 1;
            let Some((state, thread)) = now(at) else {
                continue;
            };
            // Of what takes no time, only that it ran is shown, and once.
            if x == end && !state.is_over() {
                if state != State::Running || instant == Some(x) {
                    continue;
                }
                instant = Some(x);
            }
            if let Some(thread) = thread
                && before != Some(thread)
                && state == State::Running
                && self.thread(row, thread, x, end)
            {
                before = Some(thread);
            }
            self.shape(row, state, x, end);
        }
    }

    /// A thread's key in the bar of a task that it runs, up to where that says that others are blocked.
    /// Whether there is room for it: beside its bar it could not be seen.
    fn thread(&mut self, row: usize, thread: usize, x: usize, end: usize) -> bool {
        let holds = self.run.holds.iter().filter(|hold| hold.task == row);
        let starts = holds.map(|hold| self.axis.start(hold.from));
        let end = starts.filter(|start| *start > x).fold(end, usize::min);
        let key = thread_key(&self.run.threads[thread]);
        let (needed, room) = (BEFORE + pixels(&key), self.axis.permille(end - x));
        if !fits(needed, room, WIDE) {
            return false;
        }
        let class = match fits(needed, room, LEAST) {
            true => "is-thread",
            false => "is-thread is-close",
        };
        let y = TOP + row * LANE + LANE / 2 - 9;
        self.word(class, &self.place("start", x), Some(y), &escape(&key));
        true
    }

    fn shape(&mut self, row: usize, state: State, x: usize, end: usize) {
        let middle = TOP + row * LANE + LANE / 2;
        let layer = state.word();
        match state {
            State::Unmade => {}
            State::Running => self.bar_from(layer, x, end.max(x + INSTANT), middle - 8, 16),
            State::Blocked => self.bar_from(layer, x, end, middle - 4, 8),
            State::Ready => self.bar_from(layer, x, end.max(x + INSTANT), middle - 4, 8),
            State::Suspended => self.draw(layer, &format!("M{x} {middle}H{end}")),
            State::Done => self.draw(layer, &format!("M{} {}v20", x + 2, middle - 10)),
            State::Cancelled | State::Panicked => {
                self.draw(layer, &format!("M{x} {}l14 14m0-14l-14 14", middle - 7));
            }
        }
    }
}
