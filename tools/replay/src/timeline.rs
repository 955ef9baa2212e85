//! The run at a glance: a lane a task, lanes for what goes on outside, one column a step.
//!
//! The axis is the order of events, not the clock: a run is nearly all waiting, and on a clock's
//! axis everything else would be too narrow to see. A wait is a wider column with its length on it.

use std::fmt::Write;

use crate::caption::seconds;
use crate::html::escape;
use crate::steps::{Origin, Run, State};

/// The width of one step's column, and that of one after which time passes.
const STEP: usize = 20;
const WAIT: usize = 80;
/// The heights of a task's lane, of one outside the tasks, and of the row above them all.
const LANE: usize = 28;
const SMALL: usize = 20;
const TOP: usize = 20;

/// Where the columns of the steps are.
pub struct Columns {
    starts: Vec<usize>,
    width: usize,
}

impl Columns {
    /// The columns of a run.
    pub fn of(run: &Run) -> Self {
        let mut starts = Vec::new();
        let mut width = 0;
        for step in &run.steps {
            starts.push(width);
            width += if step.wait > 0 { WAIT } else { STEP };
        }
        Columns { starts, width }
    }

    /// The middle of a step's column, in thousandths of the whole width.
    pub fn permille(&self, step: usize) -> usize {
        self.middle(step) * 1000 / self.width.max(1)
    }

    fn middle(&self, step: usize) -> usize {
        usize::midpoint(self.start(step), self.start(step + 1))
    }

    fn start(&self, step: usize) -> usize {
        self.starts.get(step).copied().unwrap_or(self.width)
    }
}

/// A bar outside the tasks: from one step to another, in a row where it is alone.
struct Bar {
    row: usize,
    /// Whether it is a timer's: set in the middle of a step, over in the middle of another.
    is_timer: bool,
    from: usize,
    to: usize,
    /// What it is, and how long it takes.
    label: (String, String),
}

/// The timeline as HTML: names, an SVG that stretches, and the texts that must not stretch with
/// it, all on as many lines as there are elements, none of them blank.
pub fn timeline(run: &Run, id: &str) -> String {
    let columns = Columns::of(run);
    let bars = bars(run);
    let rows = bars.iter().map(|bar| bar.row + 1).max().unwrap_or(0);
    let outside = TOP + run.lanes.len() * LANE;
    let height = outside + rows * SMALL;
    let percent = |x: usize| format!("{:.2}%", x as f64 * 100.0 / columns.width.max(1) as f64);

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

    let mut svg = format!(
        "<svg class=\"replay-drawing\" viewBox=\"0 0 {} {height}\" preserveAspectRatio=\"none\" style=\"block-size: {height}px\">\n\
         <pattern id=\"{id}@hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" patternTransform=\"rotate(45)\"><path d=\"M0 0v6\"/></pattern>\n",
        columns.width
    );
    let mut labels = String::new();
    for (at, step) in run.steps.iter().enumerate() {
        if step.wait > 0 {
            let (x, end) = (columns.start(at), columns.start(at + 1));
            let _ = writeln!(
                svg,
                "<rect class=\"wait\" x=\"{x}\" y=\"0\" width=\"{}\" height=\"{height}\"/>",
                end - x
            );
            let _ = write!(
                labels,
                "<span class=\"replay-word is-wait\" style=\"inset-inline-start: {}\">+{}</span>",
                percent(columns.middle(at)),
                seconds(step.wait)
            );
        }
    }
    for (row, _) in run.lanes.iter().enumerate() {
        for (x, thread) in lane(&mut svg, run, &columns, row) {
            let _ = write!(
                labels,
                "<span class=\"replay-word is-thread\" style=\"inset-inline-start: {}; inset-block-start: {}px\">{}</span>",
                percent(x),
                TOP + row * LANE + LANE / 2 - 9,
                escape(&thread)
            );
        }
    }
    for bar in &bars {
        let y = outside + bar.row * SMALL + 4;
        let (x, end) = if bar.is_timer {
            (columns.middle(bar.from), columns.middle(bar.to))
        } else {
            (columns.start(bar.from), columns.start(bar.to))
        };
        let _ = writeln!(
            svg,
            "<rect class=\"outside\" x=\"{x}\" y=\"{y}\" width=\"{}\" height=\"12\" fill=\"url(#{id}@hatch)\"/>",
            end - x
        );
        let _ = write!(
            labels,
            "<span class=\"replay-word is-bar\" style=\"inset-inline-start: {}; inset-block-start: {}px\"><span>{}: </span>{}</span>",
            percent(x),
            y - 3,
            escape(&bar.label.0),
            escape(&bar.label.1)
        );
    }
    for (at, step) in run.steps.iter().enumerate() {
        for arrow in &step.arrows {
            let to = TOP + arrow.to * LANE + LANE / 2;
            let from = match arrow.from {
                Origin::Task(task) => TOP + task * LANE + LANE / 2,
                Origin::Timer(timer) => match bar_of(run, &bars, timer) {
                    Some(bar) => outside + bar.row * SMALL + SMALL / 2,
                    None => height,
                },
                Origin::Outside => height,
            };
            let x = columns.middle(at);
            // The head ends at the edge of what a ready task's bar covers.
            let (tip, back) = if from < to {
                (to - 6, to - 13)
            } else {
                (to + 6, to + 13)
            };
            let _ = writeln!(
                svg,
                "<path class=\"wake\" d=\"M{x} {from}V{back}\"/><path class=\"head\" d=\"M{x} {tip}L{} {back}H{}z\"/>",
                x - 5,
                x + 5
            );
        }
    }
    svg.push_str("</svg>");
    format!(
        "<div class=\"replay-timeline\" aria-hidden=\"true\">\n<div class=\"replay-names\">{names}</div>\n<div class=\"replay-lanes\">\n{svg}{labels}\n<div class=\"replay-playhead replay-live\"></div>\n</div>\n</div>"
    )
}

/// `w1` for `worker 1`, where there is no room for more.
fn thread_key(label: &str) -> String {
    let words = label.split(' ').filter_map(|word| {
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        word.get(..if is_number { word.len() } else { 1 })
    });
    words.collect()
}

/// One task's lane: runs of the same state as one shape. Where it is polled by another thread than
/// the time before, the place and the thread's key are given back.
fn lane(svg: &mut String, run: &Run, columns: &Columns, row: usize) -> Vec<(usize, String)> {
    let middle = TOP + row * LANE + LANE / 2;
    let now = |at: usize| {
        let task = run.steps.get(at)?.tasks.get(row)?;
        Some((task.state, task.thread)).filter(|_| task.state != State::Unmade)
    };
    let state = |at: usize| Some(now(at)?.0);
    let (mut from, mut before, mut threads) = (0, None, Vec::new());
    for at in 0..run.steps.len() {
        if now(at) == now(at + 1) {
            continue;
        }
        let thread = now(at).and_then(|(_, thread)| thread);
        let mut class = String::new();
        if let Some(thread) = thread {
            class = format!(" on-{thread}");
            if before != Some(thread) {
                threads.push((columns.start(from), thread_key(&run.threads[thread])));
            }
            before = Some(thread);
        }
        let (x, end) = (columns.start(from), columns.start(at + 1));
        from = at + 1;
        let width = end - x;
        let _ = match state(at) {
            None => continue,
            Some(state @ State::Running) => writeln!(
                svg,
                "<rect class=\"{}{class}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"16\"/>",
                state.word(),
                middle - 8
            ),
            Some(state @ State::Ready) => writeln!(
                svg,
                "<rect class=\"{}\" x=\"{x}\" y=\"{}\" width=\"{width}\" height=\"8\"/>",
                state.word(),
                middle - 4
            ),
            Some(state @ State::Suspended) => writeln!(
                svg,
                "<path class=\"{}\" d=\"M{x} {middle}H{end}\"/>",
                state.word()
            ),
            Some(state @ State::Done) => writeln!(
                svg,
                "<path class=\"{}\" d=\"M{} {}v20\"/>",
                state.word(),
                x + 2,
                middle - 10
            ),
            Some(state) => writeln!(
                svg,
                "<path class=\"{}\" d=\"M{x} {}l14 14m0-14l-14 14\"/>",
                state.word(),
                middle - 7
            ),
        };
    }
    threads
}

/// Timers, and calls that block a thread, each in the first row that is free.
fn bars(run: &Run) -> Vec<Bar> {
    let mut spans: Vec<(usize, usize, (String, String))> = run
        .timers
        .iter()
        .map(|timer| {
            let name = run.lanes[timer.task].name.clone();
            (timer.from, timer.to, (name, seconds(timer.ms)))
        })
        .collect();
    for (at, step) in run.steps.iter().enumerate() {
        let before = at.checked_sub(1).map(|at| &run.steps[at].outside);
        for call in step.outside.iter().filter(|call| !call.is_timer) {
            // The same call is in the picture until its end; it began where it was not before.
            let is_new = before.is_none_or(|before| before.iter().all(|old| old.name != call.name));
            if is_new {
                let rest = run.steps[at..].iter();
                let length = rest
                    .take_while(|step| step.outside.iter().any(|old| old.name == call.name))
                    .count();
                spans.push((
                    at,
                    (at + length).min(run.steps.len() - 1),
                    (call.name.clone(), seconds(call.of)),
                ));
            }
        }
    }
    let mut ends: Vec<usize> = Vec::new();
    let timers = run.timers.len();
    spans
        .into_iter()
        .enumerate()
        .map(|(at, (from, to, label))| {
            let row = ends.iter().position(|end| *end < from);
            let row = row.unwrap_or_else(|| {
                ends.push(0);
                ends.len() - 1
            });
            ends[row] = to;
            Bar {
                row,
                is_timer: at < timers,
                from,
                to,
                label,
            }
        })
        .collect()
}

/// Timers come first among the bars, in the order of their numbers.
fn bar_of<'a>(run: &Run, bars: &'a [Bar], timer: usize) -> Option<&'a Bar> {
    let at = run.timers.iter().position(|lane| lane.timer == timer)?;
    bars.get(at)
}
