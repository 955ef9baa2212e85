//! What goes on outside the tasks, in as few rows as it fits in with its words.

use std::collections::BTreeSet;

use super::Axis;
use super::room::{LEAST, PHONE, key_pixels, pixels};
use crate::caption::seconds;
use crate::steps::{Origin, Run};

/// A bar outside the tasks: from one step to another, in a row where it is alone.
pub(super) struct Bar {
    pub(super) row: usize,
    /// Whether it is a timer's: set in the middle of a step, over in the middle of another.
    is_timer: bool,
    /// Whether it wakes somebody at its end: an arrow goes up from there, through the rows above.
    wakes: bool,
    from: usize,
    to: usize,
    /// Where no row has room for it, the bar has none.
    pub(super) label: Option<Label>,
}

/// The words above a bar, which end where it ends.
pub(super) struct Label {
    /// The key of the task whose timer or call it is, if there are several.
    pub(super) key: Option<String>,
    /// How long it takes.
    pub(super) length: String,
}

/// What a label has around its words, and between them, in pixels.
const AROUND: usize = 10;
const BETWEEN: usize = 4;

/// So many rows are opened for the sake of a label, and lest an arrow cut through one.
const MOST_ROWS: usize = 6;
const CLEAR_ROWS: usize = 4;

impl Label {
    /// How much it takes at most of lanes so many pixels wide, in thousandths.
    fn width(&self, lanes: usize) -> usize {
        let key = self.key.as_ref();
        let key = key.map_or(0, |key| key_pixels(key) + BETWEEN);
        1000 * (AROUND + key + pixels(&self.length)) / lanes
    }

    /// Whether it would begin before the lanes if it ended at `x`, in thousandths: it begins at `x` then.
    pub(super) fn is_behind(&self, x: usize) -> bool {
        x < self.width(LEAST)
    }
}

impl Bar {
    /// Where it begins and ends on an axis.
    pub(super) fn ends(&self, axis: &Axis) -> (usize, usize) {
        let place = |step| match self.is_timer {
            true => axis.event(step),
            false => axis.start(step),
        };
        (place(self.from), place(self.to))
    }

    /// The same in thousandths.
    fn permille(&self, axis: &Axis) -> (usize, usize) {
        let (from, to) = self.ends(axis);
        (axis.permille(from), axis.permille(to))
    }

    /// What its label takes of an axis of so many pixels, in thousandths.
    fn label_span(&self, axis: &Axis, lanes: usize) -> Option<(usize, usize)> {
        let (_, to) = self.permille(axis);
        let label = self.label.as_ref()?;
        let width = label.width(lanes);
        Some(match label.is_behind(to) {
            true => (to, to + width),
            false => (to - width, to),
        })
    }

    /// What it takes of an axis with its label.
    fn span(&self, axis: &Axis) -> (usize, usize) {
        let (from, to) = self.permille(axis);
        match self.label_span(axis, LEAST) {
            None => (from, to),
            Some((label_from, label_to)) => (from.min(label_from), to.max(label_to)),
        }
    }

    fn meets(&self, other: &Bar, axes: &[Axis]) -> bool {
        axes.iter().any(|axis| {
            let (from, to) = self.span(axis);
            let (other_from, other_to) = other.span(axis);
            from < other_to && other_from < to
        })
    }

    /// Whether the arrow from the lower of the two would cut through the label of the upper one.
    fn crosses(&self, other: &Bar, axes: &[Axis]) -> bool {
        let (upper, lower) = match self.row < other.row {
            true => (self, other),
            false => (other, self),
        };
        // Only the order's axis has arrows.
        let mut axes = axes.iter().filter(|axis| !axis.is_clock);
        lower.wakes
            && axes.any(|axis| {
                let (_, x) = lower.permille(axis);
                let label = upper.label_span(axis, PHONE);
                label.is_some_and(|(from, to)| from < x && x < to)
            })
    }
}

/// Timers, and calls that block a thread, each in the first row where it meets no other; better in one
/// where no arrow cuts through words.
pub(super) fn bars(run: &Run, axes: &[Axis]) -> Vec<Bar> {
    let arrows = run.steps.iter().flat_map(|step| &step.arrows);
    let waking = arrows.filter_map(|arrow| match arrow.from {
        Origin::Timer(timer) => Some(timer),
        Origin::Task(_) | Origin::Outside => None,
    });
    let waking: BTreeSet<usize> = waking.collect();
    let is_alone = run.lanes.len() == 1;
    let label = |task: usize, ms, count, what| Label {
        key: (!is_alone).then(|| run.lanes[task].key.clone()),
        length: match count {
            1 => seconds(ms),
            count => format!("{count} {what}"),
        },
    };
    let timers = run.timers.iter().map(|timer| Bar {
        row: 0,
        is_timer: true,
        wakes: waking.contains(&timer.timer),
        from: timer.from,
        to: timer.to,
        label: Some(label(timer.task, timer.ms, timer.count, "timers")),
    });
    let calls = run.blocks.iter().map(|call| Bar {
        row: 0,
        is_timer: false,
        wakes: false,
        from: call.from,
        to: call.to,
        label: Some(label(call.task, call.ms, call.count, "calls")),
    });
    let mut bars: Vec<Bar> = Vec::new();
    for mut bar in timers.chain(calls) {
        let used = bars.iter().map(|bar| bar.row + 1).max().unwrap_or(0);
        let is_free = |bar: &Bar| {
            let mut others = bars.iter().filter(|other| other.row == bar.row);
            !others.any(|other| other.meets(bar, axes))
        };
        let is_clear = |bar: &Bar| !bars.iter().any(|other| bar.crosses(other, axes));
        let first = |bar: &mut Bar, rows: usize, fits: &dyn Fn(&Bar) -> bool| {
            (0..rows).any(|row| {
                bar.row = row;
                fits(bar)
            })
        };
        let up_to = |most: usize| most.min(used + 1);
        let has_room = first(&mut bar, up_to(CLEAR_ROWS), &|bar| {
            is_free(bar) && is_clear(bar)
        }) || first(&mut bar, up_to(MOST_ROWS), &is_free);
        if !has_room {
            bar.label = None;
            first(&mut bar, used + 1, &is_free);
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
