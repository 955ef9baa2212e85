//! The lanes of the tasks.

use std::fmt::Write;

use super::{Drawing, LANE, TOP};
use crate::html::escape;
use crate::steps::State;

/// `w1` for `worker 1`, where there is no room for more.
fn thread_key(label: &str) -> String {
    let words = label.split(' ').filter_map(|word| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        word.get(..if is_number { word.len() } else { 1 })
    });
    words.collect()
}

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
            // In the drawing both are a line.
            let mut class = match state {
                State::Blocked => State::Suspended,
                other => other,
            }
            .word()
            .to_owned();
            if let Some(thread) = thread {
                let _ = write!(class, " on-{thread}");
                if before != Some(thread) {
                    let y = TOP + row * LANE + LANE / 2 - 9;
                    self.word(
                        "is-thread",
                        x,
                        Some(y),
                        &escape(&thread_key(&run.threads[thread])),
                    );
                }
                before = Some(thread);
            }
            self.shape(row, state, &class, x, end);
        }
    }

    fn shape(&mut self, row: usize, state: State, class: &str, x: usize, end: usize) {
        let middle = TOP + row * LANE + LANE / 2;
        let bar = |half: usize| {
            let (y, height) = (middle - half, 2 * half);
            let width = (end - x).max(INSTANT);
            format!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"/>"
            )
        };
        let path = |d: String| format!("<path class=\"{class}\" d=\"{d}\"/>");
        let shape = match state {
            State::Unmade => return,
            State::Running => bar(8),
            State::Ready => bar(4),
            State::Suspended | State::Blocked => path(format!("M{x} {middle}H{end}")),
            State::Done => path(format!("M{} {}v20", x + 2, middle - 10)),
            State::Cancelled | State::Panicked => {
                path(format!("M{x} {}l14 14m0-14l-14 14", middle - 7))
            }
        };
        let _ = writeln!(self.svg, "{shape}");
    }
}
