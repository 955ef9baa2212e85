//! The run at a glance: a lane a task, lanes for what goes on outside, one column a step.
//!
//! The first axis is the order of events, not the clock: a run is nearly all waiting, and on a clock's
//! axis everything else is too narrow to see. A wait is a wider column with its length on it. The
//! second is the clock: how long things take, and what takes no time.

mod axis;
mod bars;
mod lanes;

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::caption::seconds;
use crate::html::escape;
use crate::steps::{Origin, Run};
pub use axis::Axis;
use bars::{Bar, bar_of, bars};

/// What stands closer than this, in thousandths of the width, leaves no room for words on a phone.
const CLOSE: usize = 170;

/// The heights of a task's lane, of one outside the tasks, and of the row above them all.
const LANE: usize = 28;
const SMALL: usize = 20;
const TOP: usize = 20;

/// What is drawn alike is one path, which a page holds in half the bytes. Each covers those before it.
const LAYERS: [&str; 11] = [
    "wait",
    "tick",
    "blocked",
    "ready",
    "suspended",
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
            "<div class=\"{class}\">\n{}\n<div class=\"replay-playhead replay-live\"></div>\n</div>",
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
        let height = outside + rows * SMALL;
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
        format!("{svg}</svg>{}", drawing.labels)
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
        let mut last = None;
        for (at, step) in self.run.steps.iter().enumerate() {
            if step.wait > 0 {
                let (x, end) = (self.axis.start(at), self.axis.start(at + 1));
                self.bar_from("wait", x, end, 0, self.height);
                let words = format!("+{}", seconds(step.wait));
                let middle = self.axis.middle(at);
                let close = CLOSE * self.axis.width / 1000;
                let is_close = last.is_some_and(|last| middle < last + close);
                if !is_close {
                    last = Some(middle);
                }
                let class = if is_close {
                    "is-wait is-close"
                } else {
                    "is-wait"
                };
                self.word(class, &self.place("start", middle), None, &words);
            }
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
                self.bar_from("blocked", x, end, TOP + task * LANE, LANE);
            }
            if let Some(task) = hold.waiting.first() {
                let y = TOP + task * LANE + LANE / 2 - 9;
                self.word(
                    "is-blocked",
                    &self.place("start", x),
                    Some(y),
                    &escape(&hold.words),
                );
            }
        }
    }

    fn bar(&mut self, bar: &Bar) {
        let y = self.outside + bar.row * SMALL + 4;
        let (x, end) = bar.ends(self.axis);
        self.draw("outside", &format!("M{x} {}H{end}", y + 6));
        let Some(label) = &bar.label else {
            return;
        };
        let words = if label.name.is_empty() {
            let (key, length) = (escape(&label.key), escape(&label.length));
            format!("<i class=\"replay-key\">{key}</i> {length}")
        } else {
            format!(
                "<span>{}</span>{}",
                escape(&label.name),
                escape(&label.length)
            )
        };
        let place = if label.is_last(self.axis.permille(x)) {
            self.place("end", self.axis.width - x)
        } else {
            self.place("start", x)
        };
        self.word("is-bar", &place, Some(y - 3), &words);
    }

    fn arrows(&mut self, bars: &[Bar]) {
        for (at, step) in self.run.steps.iter().enumerate() {
            for arrow in &step.arrows {
                let to = TOP + arrow.to * LANE + LANE / 2;
                let from = match arrow.from {
                    Origin::Task(task) => TOP + task * LANE + LANE / 2,
                    Origin::Timer(timer) => match bar_of(self.run, bars, timer) {
                        Some(bar) => self.outside + bar.row * SMALL + SMALL / 2,
                        None => self.height,
                    },
                    Origin::Outside => self.height,
                };
                if from == to {
                    continue;
                }
                let x = self.axis.middle(at);
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
