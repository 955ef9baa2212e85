//! What goes on outside the tasks, in as few rows as it fits in with its words.

use super::Axis;
use crate::caption::seconds;
use crate::steps::Run;

/// A bar outside the tasks: from one step to another, in a row where it is alone.
pub(super) struct Bar {
    pub(super) row: usize,
    /// Whether it is a timer's: set in the middle of a step, over in the middle of another.
    is_timer: bool,
    from: usize,
    to: usize,
    /// Where no row has room for it, the bar has none.
    pub(super) label: Option<Label>,
}

/// The words on a bar.
pub(super) struct Label {
    /// The key of the task whose timer it is.
    pub(super) key: String,
    /// Which call it is, where the page is wide.
    pub(super) name: String,
    /// How long it takes.
    pub(super) length: String,
}

/// How wide the lanes of a phone and of a wide page are at least, a character, and what a label has
/// around its words, in pixels.
const PHONE: usize = 290;
const WIDE: usize = 560;
const CHARACTER: usize = 7;
const AROUND: usize = 22;

/// So many rows are opened for the sake of a label.
const MOST_ROWS: usize = 6;

impl Label {
    /// How much of the lanes' width it takes at most, in thousandths.
    fn width(&self) -> usize {
        let pixels = |text: &str| AROUND + text.chars().count() * CHARACTER;
        let short = pixels(&format!("{} {}", self.key, self.length));
        let long = short + self.name.chars().count() * CHARACTER;
        (1000 * short / PHONE).max(1000 * long / WIDE)
    }

    /// Whether it would end beyond the lanes if it began at `x`, in thousandths: it ends there then.
    pub(super) fn is_last(&self, x: usize) -> bool {
        x + self.width() > 1000
    }
}

impl Bar {
    /// Where it begins and ends on an axis.
    pub(super) fn ends(&self, axis: &Axis) -> (usize, usize) {
        let place = |step| match self.is_timer {
            true => axis.middle(step),
            false => axis.start(step),
        };
        (place(self.from), place(self.to))
    }

    /// What it takes of an axis with its label, in thousandths.
    fn span(&self, axis: &Axis) -> (usize, usize) {
        let (from, to) = self.ends(axis);
        let [from, to] = [from, to].map(|x| axis.permille(x));
        match &self.label {
            None => (from, to),
            Some(label) if label.is_last(from) => (from.saturating_sub(label.width()), to),
            Some(label) => (from, to.max(from + label.width())),
        }
    }

    fn meets(&self, other: &Bar, axes: &[Axis]) -> bool {
        axes.iter().any(|axis| {
            let (from, to) = self.span(axis);
            let (other_from, other_to) = other.span(axis);
            from < other_to && other_from < to
        })
    }
}

/// Timers, and calls that block a thread, each in the first row where it meets no other.
pub(super) fn bars(run: &Run, axes: &[Axis]) -> Vec<Bar> {
    let timers = run.timers.iter().map(|timer| {
        let length = match timer.count {
            1 => seconds(timer.ms),
            count => format!("{count} timers"),
        };
        let label = Label {
            key: run.lanes[timer.task].key.clone(),
            name: String::new(),
            length,
        };
        (true, timer.from, timer.to, label)
    });
    let calls = run.blocks.iter().map(|call| {
        let label = Label {
            key: String::new(),
            name: format!("{}: ", call.name),
            length: seconds(call.ms),
        };
        (false, call.from, call.to, label)
    });
    let mut bars: Vec<Bar> = Vec::new();
    for (is_timer, from, to, label) in timers.chain(calls) {
        let mut bar = Bar {
            row: 0,
            is_timer,
            from,
            to,
            label: Some(label),
        };
        let free = |bar: &Bar| {
            let is_free = |row: &usize| {
                let mut others = bars.iter().filter(|other| other.row == *row);
                !others.any(|other| other.meets(bar, axes))
            };
            (0..=bars.len()).find(is_free).unwrap_or(bars.len())
        };
        bar.row = free(&bar);
        if bar.row >= MOST_ROWS {
            bar.label = None;
            bar.row = free(&bar);
        }
        bars.push(bar);
    }
    bars
}

/// Timers come first among the bars, in the order of their numbers.
pub(super) fn bar_of<'a>(run: &Run, bars: &'a [Bar], timer: usize) -> Option<&'a Bar> {
    let at = run.timers.iter().position(|lane| lane.timer == timer)?;
    bars.get(at)
}
