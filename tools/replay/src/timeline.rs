//! The run at a glance: a lane a task, lanes for what goes on outside, one column a step.
//!
//! The first axis is the order of events, not the clock: a run is nearly all waiting, and on a clock's
//! axis everything else is too narrow to see. A wait is a wider column with its length on it. The
//! second is the clock: how long things take, and what takes no time.

mod axis;
mod bars;
mod lanes;
mod room;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::caption::seconds;
use crate::html::escape;
use crate::steps::{Hold, Origin, Run, State};
pub use axis::Axis;
use bars::{Bar, bar_of, bars};
use room::{LEAST, WIDE, fits, pixels};

/// What stands closer than this, in thousandths of the width, leaves no room for words on a phone; and
/// closer than that, on no page.
const CLOSE: usize = 170;
const TOO_CLOSE: usize = 72;

/// The heights of a task's lane, of a row outside the tasks, of the gap above those, and of the row
/// above them all.
const LANE: usize = 28;
const SMALL: usize = 24;
const GAP: usize = 4;
const TOP: usize = 20;

/// How far below the top of its row the middle of a bar outside the tasks is: below its words, so that
/// neither covers the other.
const BELOW: usize = 20;

/// So far before the end of its bar a label ends, lest it cover the arrow that goes up there.
const ASIDE: usize = 3;

/// What is in front of the length in the bar of a task that blocks others, where the page is wide.
const BLOCKS: &str = "blocks ";

/// What is drawn alike is one path, which a page holds in half the bytes. Each covers those before it.
const LAYERS: [&str; 12] = [
    "wait",
    "tick",
    "held",
    "ready",
    "suspended",
    "blocked",
    "running",
    "done",
    "cancelled",
    "panicked",
    "outside",
    "wake",
];

/// The timeline as HTML: names, and for each axis an SVG that stretches and the texts that must not
/// stretch with it, all on as many lines as there are elements, none of them blank. Only the first
/// axis shows without a script.
pub fn timeline(run: &Run) -> String {
    let axes: Vec<_> = [Some(Axis::order(run)), Axis::clock(run)]
        .into_iter()
        .flatten()
        .collect();
    let bars = bars(run, &axes);
    let rows = bars.iter().map(|bar| bar.row + 1).max().unwrap_or(0);
    let mut names = String::new();
    for lane in &run.lanes {
        let _ = write!(
            names,
            "<span><i class=\"replay-key\">{}</i> <span>{}</span></span>",
            escape(&lane.key),
            escape(&lane.name)
        );
    }
    if rows > 0 {
        let _ = write!(names, "<span><span>{}</span></span>", run.outside_name());
    }
    let mut html = format!(
        "<div class=\"replay-timeline\" aria-hidden=\"true\">\n<div class=\"replay-names\">{names}</div>\n"
    );
    for axis in &axes {
        let class = if axis.is_clock {
            "replay-lanes is-clock\" hidden=\""
        } else {
            "replay-lanes"
        };
        let _ = writeln!(
            html,
            "<div class=\"{class}\">\n{}\n</div>",
            Drawing::of(run, axis, &bars)
        );
    }
    html.push_str("</div>");
    if !run.threads.is_empty() {
        let threads = run.threads.iter().map(|thread| {
            let key = lanes::thread_key(thread);
            format!("{}: {}", escape(&key), escape(thread))
        });
        let threads: Vec<_> = threads.collect();
        let _ = write!(html, "\n<p aria-hidden=\"true\">{}</p>", threads.join(", "));
    }
    html
}

/// The lanes of a run on one axis.
struct Drawing<'a> {
    run: &'a Run,
    axis: &'a Axis,
    /// Where the lanes outside the tasks begin, and where they end.
    outside: usize,
    height: usize,
    /// The data of the path of each of [`LAYERS`].
    paths: BTreeMap<&'static str, String>,
    labels: String,
}

impl Drawing<'_> {
    fn of(run: &Run, axis: &Axis, bars: &[Bar]) -> String {
        let rows = bars.iter().map(|bar| bar.row + 1).max().unwrap_or(0);
        let outside = TOP + run.lanes.len() * LANE;
        let height = outside + rows * SMALL + if rows > 0 { GAP } else { 0 };
        let mut drawing = Drawing {
            run,
            axis,
            outside,
            height,
            paths: BTreeMap::new(),
            labels: String::new(),
        };
        if axis.is_clock {
            drawing.ticks();
        } else {
            drawing.waits();
        }
        drawing.holds();
        for row in 0..run.lanes.len() {
            drawing.lane(row);
        }
        for bar in bars {
            drawing.bar(bar);
        }
        // Who wakes whom is at one time, and only the order tells it apart.
        if !axis.is_clock {
            drawing.arrows(bars);
        }
        let mut svg = format!(
            "<svg class=\"replay-drawing\" viewBox=\"0 0 {} {height}\" height=\"{height}\" preserveAspectRatio=\"none\">\n",
            axis.width
        );
        for layer in LAYERS {
            if let Some(path) = drawing.paths.get(layer) {
                let _ = writeln!(svg, "<path class=\"{layer}\" d=\"{path}\"/>");
            }
        }
        // The playhead is below the words, or it would cut through them.
        format!(
            "{svg}</svg><div class=\"replay-playhead replay-live\"></div>{}",
            drawing.labels
        )
    }

    fn draw(&mut self, layer: &'static str, path: &str) {
        self.paths.entry(layer).or_default().push_str(path);
    }

    fn bar_from(&mut self, layer: &'static str, x: usize, end: usize, y: usize, height: usize) {
        self.draw(layer, &format!("M{x} {y}v{height}H{end}v-{height}z"));
    }

    /// Where words begin or end, so far from the beginning or the end of the lanes.
    fn place(&self, side: &str, x: usize) -> String {
        let percent = (x as f64 * 1000.0 / self.axis.width.max(1) as f64).round() / 10.0;
        format!("inset-inline-{side}: {percent}%")
    }

    fn word(&mut self, class: &str, place: &str, y: Option<usize>, html: &str) {
        let y = y.map_or(String::new(), |y| format!("; inset-block-start: {y}px"));
        let _ = write!(
            self.labels,
            "<span class=\"replay-word {class}\" style=\"{place}{y}\">{html}</span>"
        );
    }

    fn waits(&mut self) {
        let (mut last, mut last_close) = (None, None);
        for (at, step) in self.run.steps.iter().enumerate() {
            if step.wait == 0 {
                continue;
            }
            let (x, end) = self.axis.wait(at);
            self.bar_from("wait", x, end, 0, self.height);
            let middle = usize::midpoint(x, end);
            let permille = self.axis.permille(middle);
            let is_close = |last: Option<usize>, most| last.is_some_and(|x| permille < x + most);
            if is_close(last_close, TOO_CLOSE) {
                continue;
            }
            last_close = Some(permille);
            let class = if is_close(last, CLOSE) {
                "is-wait is-close"
            } else {
                last = Some(permille);
                "is-wait"
            };
            let words = format!("+{}", seconds(step.wait));
            self.word(class, &self.place("start", middle), None, &words);
        }
    }

    fn ticks(&mut self) {
        for (ms, x) in self.axis.ticks() {
            self.draw("tick", &format!("M{x} {TOP}V{}", self.height));
            self.word("is-wait", &self.place("start", x), None, &seconds(ms));
        }
    }

    /// Where a long poll keeps others from running that are ready.
    fn holds(&mut self) {
        for hold in &self.run.holds {
            let (x, end) = (self.axis.start(hold.from), self.axis.start(hold.to));
            for task in &hold.waiting {
                self.bar_from("held", x, end, TOP + task * LANE, LANE);
            }
            // In the lane of a task that waits, it would read as if that one blocked.
            let middle = usize::midpoint(x, end);
            let room = self.axis.permille(self.room(hold, middle));
            let length = seconds(hold.ms);
            let needed = pixels(&length);
            if !fits(needed, room, WIDE) {
                continue;
            }
            let class = match fits(needed, room, LEAST) {
                true => "is-thread is-wait",
                false => "is-thread is-wait is-close",
            };
            let words = match fits(needed + pixels(BLOCKS), room, WIDE) {
                true => format!("<span>{BLOCKS}</span>{length}"),
                false => length,
            };
            let y = TOP + hold.task * LANE + LANE / 2 - 9;
            self.word(class, &self.place("start", middle), Some(y), &words);
        }
    }

    /// How much of the bar of the task that blocks others words around `middle` may take: all that is not
    /// a thread's key.
    fn room(&self, hold: &Hold, middle: usize) -> usize {
        let runs = |at: &usize| {
            let task = self.run.steps[*at].tasks.get(hold.task);
            task.is_some_and(|task| task.state == State::Running)
        };
        let is_one = self.run.threads.is_empty();
        let before = (0..hold.from).rev().take_while(|at| is_one && runs(at));
        let after = (hold.to..self.run.steps.len()).take_while(runs);
        let start = self.axis.start(hold.from - before.count());
        let end = self.axis.start(hold.to + after.count());
        2 * (middle - start).min(end - middle)
    }

    fn bar(&mut self, bar: &Bar) {
        let y = self.row(bar);
        let (x, end) = bar.ends(self.axis);
        self.draw("outside", &format!("M{x} {}H{end}", y + BELOW));
        let Some(label) = &bar.label else {
            return;
        };
        let key = label.key.as_ref().map_or(String::new(), |key| {
            format!("<i class=\"replay-key\">{}</i> ", escape(key))
        });
        let place = if label.is_behind(self.axis.permille(end)) {
            self.place("start", end)
        } else {
            self.place("end", self.axis.width - end + ASIDE)
        };
        self.word("is-bar", &place, Some(y), &(key + &label.length));
    }

    /// Where the row of a bar outside the tasks begins.
    fn row(&self, bar: &Bar) -> usize {
        self.outside + GAP + bar.row * SMALL
    }

    fn arrows(&mut self, bars: &[Bar]) {
        for (at, step) in self.run.steps.iter().enumerate() {
            for arrow in &step.arrows {
                let to = TOP + arrow.to * LANE + LANE / 2;
                let from = match arrow.from {
                    Origin::Task(task) => TOP + task * LANE + LANE / 2,
                    Origin::Timer(timer) => match bar_of(self.run, bars, timer) {
                        Some(bar) => self.row(bar) + BELOW,
                        None => self.height,
                    },
                    Origin::Outside => self.height,
                };
                if from == to {
                    continue;
                }
                let x = self.axis.event(at);
                // The head ends at the edge of what a ready task's bar covers.
                let path = if from < to {
                    format!("M{x} {from}V{}l-5-7h10l-5 7", to - 6)
                } else {
                    format!("M{x} {from}V{}l-5 7h10l-5-7", to + 6)
                };
                self.draw("wake", &path);
            }
        }
    }
}
