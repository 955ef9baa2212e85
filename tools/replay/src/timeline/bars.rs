//! What goes on outside the tasks, in as few rows as it fits in.

use crate::caption::seconds;
use crate::steps::Run;

/// A bar outside the tasks: from one step to another, in a row where it is alone.
pub(super) struct Bar {
    pub(super) row: usize,
    /// Whether it is a timer's: set in the middle of a step, over in the middle of another.
    pub(super) is_timer: bool,
    pub(super) from: usize,
    pub(super) to: usize,
    /// What it is, and how long it takes.
    pub(super) label: (String, String),
}

/// Timers, and calls that block a thread, each in the first row that is free.
pub(super) fn bars(run: &Run) -> Vec<Bar> {
    let timers = run.timers.iter().map(|timer| {
        let length = match timer.count {
            1 => seconds(timer.ms),
            count => format!("{count} timers"),
        };
        let label = (run.lanes[timer.task].name.clone(), length);
        (true, timer.from, timer.to, label)
    });
    let calls = run.blocks.iter().map(|call| {
        let label = (call.name.clone(), seconds(call.ms));
        (false, call.from, call.to, label)
    });
    let mut ends: Vec<usize> = Vec::new();
    let bars = timers.chain(calls).map(|(is_timer, from, to, label)| {
        let row = ends.iter().position(|end| *end < from);
        let row = row.unwrap_or_else(|| {
            ends.push(0);
            ends.len() - 1
        });
        ends[row] = to;
        Bar {
            row,
            is_timer,
            from,
            to,
            label,
        }
    });
    bars.collect()
}

/// Timers come first among the bars, in the order of their numbers.
pub(super) fn bar_of<'a>(run: &Run, bars: &'a [Bar], timer: usize) -> Option<&'a Bar> {
    let at = run.timers.iter().position(|lane| lane.timer == timer)?;
    bars.get(at)
}
