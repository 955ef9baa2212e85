//! A run as HTML: what the page shows without JavaScript, and what the player draws steps into.
//!
//! Each pane is made once, with room for its fullest moment, so that neither the player's start
//! nor a step moves anything on the page.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::iter;
use std::ops::RangeInclusive;

use serde_json::{Map, Value, json};

use crate::caption::{moment, seconds};
use crate::highlight;
use crate::steps::{Outside, Run, Step, TaskNow};
use crate::timeline::{self, Axis};
use recording::{Clock, Header};

/// A button's name for scripts, its name for people, and its icon's path in a square of 16.
const BUTTONS: [(&str, &str, &str); 5] = [
    ("first", "First step", "M12 3v10L5 8zM3 3h2v10H3z"),
    ("back", "Step back", "M12 3v10L5 8z"),
    ("play", "Play", "M4 2v12l9-6z"),
    ("forward", "Step forward", "M4 3v10l7-5z"),
    ("last", "Last step", "M4 3v10l7-5zM11 3h2v10h-2z"),
];

/// A value for scripts, and its name for people.
type Choice = (&'static str, &'static str);

/// A setting's name for scripts, its name for people, and its values.
const SETTINGS: [(&str, &str, &[Choice]); 3] = [
    (
        "by",
        "Step by",
        &[("change", "scheduling change"), ("line", "every line")],
    ),
    (
        "speed",
        "Speed",
        &[("0.5", "½ ×"), ("1", "1 ×"), ("2", "2 ×"), ("4", "4 ×")],
    ),
    (
        "axis",
        "Timeline by",
        &[("order", "order"), ("clock", "clock")],
    ),
];

/// What the keys do and what the shapes mean.
const HELP: &str = "<details class=\"replay-help\">
<summary>Keys and shapes</summary>
<ul style=\"font-size: 0.85em\">
<li class=\"replay-state running\">running: has the thread</li>
<li class=\"replay-state ready\">ready: can go on, waits for the thread</li>
<li class=\"replay-state ready\" style=\"background: #c0182a26\">ready on red: a call blocks the thread</li>
<li class=\"replay-state suspended\">suspended: waits for something else</li>
<li class=\"replay-state blocked\">blocked: waits and keeps its thread</li>
<li class=\"replay-state done\">done</li>
<li class=\"replay-state cancelled\">cancelled, or panicked</li>
</ul>
<p><kbd>←</kbd> <kbd>→</kbd> step · <kbd>Shift</kbd> with them: to a scheduling change · <kbd>Home</kbd> <kbd>End</kbd> first, last · <kbd>Space</kbd> or <kbd>p</kbd> play, pause · <kbd>?</kbd> this help. They work while the focus is in the player. A click on the timeline goes to that step.</p>
</details>
</div>";

/// Text as HTML, also within an attribute's double quotes. Safe from mdBook as well, which would
/// take two braces for a directive.
pub fn escape(text: &str) -> String {
    let text = text
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;");
    // A blank line would end the HTML block.
    text.replace("{{", "&#123;&#123;")
        .replace('\r', "&#13;")
        .replace('\n', "&#10;")
}

/// The HTML block for a run of the program `source`: its lines hold one element or more, none is
/// blank, and the custom element's tags stand alone on theirs. Lines that a what-if has `changed`,
/// counted from 1, are marked.
pub fn page(header: &Header, run: &Run, source: &str, changed: &[usize]) -> String {
    let id = escape(&header.listing);
    let mut parts = vec![
        "<replay-run>".to_owned(),
        format!("<figure class=\"replay\" aria-labelledby=\"{id}@title\" tabindex=\"-1\">"),
        title(header, run, &id),
        "<div class=\"replay-top replay-live\">".to_owned(),
        controls(run),
        says(run),
        "</div>".to_owned(),
        "<div class=\"replay-panes\">".to_owned(),
        code(run, &id, source, changed),
        "<div class=\"replay-side\">".to_owned(),
        tasks(run),
        outside(run),
        output(run),
        "</div>".to_owned(),
        "</div>".to_owned(),
        timeline::timeline(run),
        settings(run),
        transcript(run, &id),
        format!(
            "<script type=\"application/json\">{}</script>",
            inline_json(&steps(run))
        ),
        "</figure>".to_owned(),
        "</replay-run>".to_owned(),
    ];
    parts.retain(|part| !part.is_empty());
    parts.join("\n") + "\n"
}

fn title(header: &Header, run: &Run, id: &str) -> String {
    let clock = match header.clock {
        Clock::Real => "on the real clock",
        Clock::Paused => "on Tokio's paused clock",
    };
    let tools = header.with.iter().map(|(name, version)| {
        let (name, version) = (escape(name), escape(version));
        format!(", {name} {version}")
    });
    // Once for all steps: none of them says it again.
    let varies: String = run
        .varies
        .iter()
        .map(|words| format!(". {words}"))
        .collect();
    format!(
        "<figcaption><strong id=\"{id}@title\">Recorded run of {id}</strong> <span>{clock}{}{varies}</span></figcaption>",
        tools.collect::<String>()
    )
}

fn controls(run: &Run) -> String {
    let mut html =
        String::from("<div class=\"replay-controls\" role=\"group\" aria-label=\"Steps\">\n");
    for (name, label, icon) in BUTTONS {
        let _ = writeln!(
            html,
            "<button type=\"button\" data-do=\"{name}\" aria-label=\"{label}\"><svg viewBox=\"0 0 16 16\" aria-hidden=\"true\"><path d=\"{icon}\"/></svg></button>"
        );
    }
    let count = stops(run);
    let _ = write!(
        html,
        "<div class=\"replay-range\"><input type=\"range\" min=\"1\" max=\"{count}\" value=\"1\" autocomplete=\"off\" aria-label=\"Step\"></div>\n<div class=\"replay-count\"><span class=\"replay-now\">step <b>1</b> of <span>{count}</span></span></div>\n</div>"
    );
    html
}

/// At how many steps the player stops unless a reader wants to see every line.
fn stops(run: &Run) -> usize {
    let last = run.steps.len().saturating_sub(1);
    let is_stop = |&(at, step): &(usize, &Step)| step.is_change || at == 0 || at == last;
    run.steps.iter().enumerate().filter(is_stop).count()
}

/// How the player steps, and its help. The first value of each setting is the player's own.
fn settings(run: &Run) -> String {
    let mut html = String::from(
        "<div class=\"replay-settings replay-live\" role=\"group\" aria-label=\"Settings\">\n",
    );
    for (name, label, options) in SETTINGS {
        if name == "axis" && Axis::clock(run).is_none() {
            continue;
        }
        let options = options.iter().map(|(value, words)| match value == words {
            true => format!("<option>{words}</option>"),
            false => format!("<option value=\"{value}\">{words}</option>"),
        });
        let _ = writeln!(
            html,
            "<label>{label} <select name=\"{name}\" autocomplete=\"off\">{}</select></label>",
            options.collect::<String>()
        );
    }
    html + HELP
}

/// The caption. The longest one stands below it unseen and keeps the room.
fn says(run: &Run) -> String {
    let captions = run.steps.iter().map(|step| &*step.caption);
    let longest = captions.max_by_key(|text| text.chars().count());
    let start = run.steps.first().map_or(0, |step| step.t);
    format!(
        "<div class=\"replay-says\"><div><div class=\"replay-now\"><b class=\"replay-clock\">{0}</b><p role=\"status\"></p></div></div><div class=\"is-ahead\" aria-hidden=\"true\"><span class=\"replay-clock\">{0}</span><p>{1}</p></div></div>",
        moment(start),
        escape(longest.unwrap_or_default())
    )
}

fn code(run: &Run, id: &str, source: &str, changed: &[usize]) -> String {
    let marks = run.steps.iter().map(most_marks).max().unwrap_or(1);
    let mut html = format!(
        "<div class=\"replay-code\" role=\"region\" aria-label=\"Program of {id}\" tabindex=\"0\" style=\"--marks: {}\">\n<ol>\n",
        marks.clamp(1, 4)
    );
    for (at, line) in highlight::lines(source).iter().enumerate() {
        let tag = match changed.contains(&(at + 1)) {
            true => "ins",
            false => "span",
        };
        let _ = writeln!(html, "<li><{tag}>{line}</{tag}></li>");
    }
    html + "</ol>\n<div class=\"replay-marks\" aria-hidden=\"true\"><div class=\"replay-now\"></div></div>\n</div>"
}

/// How many calls stand at the line where most do.
fn most_marks(step: &Step) -> usize {
    let lines = || {
        step.tasks.iter().flat_map(|task| {
            let branches = task.branches.iter().flat_map(|branch| &branch.lines);
            task.lines.iter().chain(branches)
        })
    };
    lines()
        .map(|line| lines().filter(|other| *other == line).count())
        .max()
        .unwrap_or(0)
}

/// As many tasks stand below each other without scrolling.
const FEW_TASKS: usize = 4;

/// How many characters a card's line may take, from the narrowest to the widest.
const WIDTHS: RangeInclusive<usize> = 20..=90;

/// A card's words, and why its task runs or does not, as a button, which is a box among the words.
type Texts = (String, String);

/// How many characters the last line has, and how many lines words take.
fn wrap(words: &str, width: usize) -> (usize, usize) {
    let (mut used, mut rows) = (0, 0);
    for line in words.lines() {
        rows += 1;
        used = 0;
        for word in line.split_whitespace().map(|word| word.chars().count()) {
            if used > 0 && used + 1 + word > width {
                rows += 1;
                used = 0;
            }
            used += word + usize::from(used > 0);
        }
    }
    (used, rows)
}

/// How many lines a card's words take.
fn rows((words, why): &Texts, width: usize) -> usize {
    let (used, rows) = wrap(words, width);
    match wrap(why, width) {
        (length, 1) if used + 1 + length <= width => rows,
        (_, more) => rows + more,
    }
}

/// Of all texts a few of which one takes the most lines, at whichever width.
fn longest(all: &BTreeSet<Texts>) -> Vec<&Texts> {
    let mut longest: Vec<&Texts> = Vec::new();
    for width in WIDTHS {
        let needed = all.iter().map(|text| rows(text, width)).max();
        if longest.iter().map(|text| rows(text, width)).max() < needed {
            let most = all.iter().filter(|text| Some(rows(text, width)) == needed);
            longest.extend(most.max_by_key(|(words, why)| words.len() + why.len()));
        }
    }
    longest
}

/// A card a task, under a heading of the third level. It is an `h4` for mdBook's search, which takes an
/// `h3` for a section of the chapter. Its longest words lie below the others unseen and keep the room.
fn tasks(run: &Run) -> String {
    let is_thread = run.lanes.iter().all(|lane| lane.is_thread);
    let name = if is_thread { "Thread" } else { "Tasks" };
    // What may have to scroll must be reachable by key.
    let scrolls = if run.lanes.len() > FEW_TASKS {
        format!(" tabindex=\"0\" role=\"group\" aria-label=\"{name}\"")
    } else {
        String::new()
    };
    let mut html = format!(
        "<section class=\"replay-tasks replay-live\">\n<h4 aria-level=\"3\">{name}</h4>\n<div{scrolls}>\n<ul>\n"
    );
    for (task, lane) in run.lanes.iter().enumerate() {
        let now = run.steps.iter().filter_map(|step| step.tasks.get(task));
        let texts = now.map(|now| {
            let why = now.why.as_ref().map(|why| why.words.clone());
            (words(run, now), why.unwrap_or_default())
        });
        let texts = texts.collect();
        let room = longest(&texts).into_iter().map(|(words, why)| {
            let (words, why) = (escape(words), escape(why));
            let why = match &*why {
                "" => String::new(),
                why => format!(" <button type=\"button\">{why}</button>"),
            };
            format!("<p class=\"replay-place is-ahead\" aria-hidden=\"true\">{words}{why}</p>")
        });
        let _ = writeln!(
            html,
            "<li><i class=\"replay-key\" aria-hidden=\"true\">{}</i><b>{}</b><div><span class=\"replay-state replay-now\"></span></div><p class=\"replay-place\"><span class=\"replay-now\"><span></span> <button type=\"button\" hidden></button></span></p>{}</li>",
            escape(&lane.key),
            escape(&lane.name),
            room.collect::<String>()
        );
    }
    html + "</ul>\n</div>\n</section>"
}

/// A slot for each thing that goes on at once. The longest words lie below the others unseen and keep
/// the room.
fn outside(run: &Run) -> String {
    let most = run.steps.iter().map(|step| step.outside.len()).max();
    let all = run.steps.iter().flat_map(|step| &step.outside);
    let words = all.map(|outside| (&*outside.name, left(outside)));
    let longest = words.max_by_key(|(name, left)| (name.chars().count() + left.len(), *name));
    let (Some(most), Some((name, left))) = (most, longest) else {
        return String::new();
    };
    let slot = format!(
        "<li><p class=\"is-ahead\" aria-hidden=\"true\"><b>{}</b><span>{left}</span></p><div><p class=\"replay-now\"><b></b><span></span></p></div><i aria-hidden=\"true\"></i></li>\n",
        escape(name)
    );
    format!(
        "<section class=\"replay-outside replay-live\">\n<h4 aria-level=\"3\">{}</h4>\n<ul>\n{}</ul>\n</section>",
        run.outside_name(),
        slot.repeat(most)
    )
}

/// `1 s left of 2 s`.
fn left(outside: &Outside) -> String {
    let [left, of] = [outside.left, outside.of].map(seconds);
    format!("{left} left of {of}")
}

fn output(run: &Run) -> String {
    let mut html = String::from(
        "<section class=\"replay-output\">\n<h4 aria-level=\"3\">Output</h4>\n<pre tabindex=\"0\">",
    );
    for piece in &run.output {
        let class = if piece.fd == 2 {
            " class=\"stderr\""
        } else {
            ""
        };
        let _ = write!(html, "<span{class}>{}</span>", escape(&piece.text));
    }
    html + "</pre>\n</section>"
}

/// One row a change, with what was printed until the next. The ids are what links point at.
fn transcript(run: &Run, id: &str) -> String {
    let mut html = format!(
        "<details class=\"replay-transcript\">\n<summary>The run in words</summary>\n<div tabindex=\"0\" role=\"region\" aria-label=\"The run of {id} in words\">\n<table>\n<thead><tr><th>At</th><th>What happens</th><th>Printed then</th></tr></thead>\n<tbody>\n",
    );
    let mut printed = 0;
    for (at, step) in run.steps.iter().enumerate() {
        let step_id = escape(&step.id);
        if has_row(at, step) {
            if at > 0 {
                html.push_str("</td></tr>\n");
            }
            let _ = write!(
                html,
                "<tr id=\"{id}@{step_id}\"><td>{}</td><td>{}</td><td>",
                moment(step.t),
                escape(&step.caption)
            );
        } else {
            // A step without a row of its own is still something to link to.
            let text: String = run.output[printed..step.output]
                .iter()
                .map(|piece| escape(piece.text.trim_end()))
                .collect();
            let _ = write!(html, "<samp id=\"{id}@{step_id}\">{text}</samp>");
        }
        printed = step.output;
    }
    html + "</td></tr>\n</tbody>\n</table>\n</div>\n</details>"
}

/// The steps as the player draws them: of each what is not as it was before. The sentence of a change
/// and all names stand in the run in words, whose rows are the steps in their order.
pub fn steps(run: &Run) -> Value {
    let (order, clock) = (Axis::order(run), Axis::clock(run));
    let mut cards_before = Vec::new();
    let mut before = Vec::new();
    let mut line = 1;
    let steps = run.steps.iter().enumerate().map(|(at, step)| {
        let cards: Vec<_> = step.tasks.iter().map(|task| card(run, at, task)).collect();
        // 0 for a card that is what it was: in a long run nearly all are.
        let tasks = cards.iter().enumerate().map(|(task, card)| {
            let is_same = cards_before.get(task) == Some(card);
            if is_same { json!(0) } else { card.clone() }
        });
        let tasks: Vec<_> = tasks.collect();
        cards_before = cards;
        let outside = step.outside.iter().map(|outside| {
            let share = 100 * outside.left / outside.of.max(1);
            json!([outside.name, left(outside), share])
        });
        line = step.line.unwrap_or(line);
        let fields = [
            ("at", json!(moment(step.t))),
            ("line", json!(line)),
            ("here", json!(step.line.is_some())),
            ("outside", outside.collect()),
            ("out", json!(step.output)),
            ("wide", json!(order.width(at))),
            ("c", json!(clock.as_ref().map(|clock| clock.start(at)))),
        ];
        let is_new = |field: &&(&str, Value)| !before.contains(*field);
        let mut told: Map<_, _> = fields
            .iter()
            .filter(is_new)
            .map(|(name, value)| ((*name).to_owned(), value.clone()))
            .collect();
        before = fields.to_vec();
        told.insert("tasks".to_owned(), tasks.into());
        if !has_row(at, step) {
            told.insert("say".to_owned(), json!(step.caption));
        }
        Value::Object(told)
    });
    Value::Array(steps.collect())
}

/// Whether a step is a row of the run in words; the others stand in the row before.
fn has_row(at: usize, step: &Step) -> bool {
    step.is_change || at == 0
}

/// What a task's card shows at a step: its state, its words, the lines of its calls, then those of each of
/// its branches; and why it runs or does not, with the step where that began.
fn card(run: &Run, at: usize, task: &TaskNow) -> Value {
    let branches = task.branches.iter().map(|branch| &branch.lines);
    let mut card = vec![
        json!(task.state.word()),
        json!(words(run, task)),
        json!(iter::once(&task.lines).chain(branches).collect::<Vec<_>>()),
    ];
    // What happens in this step is told by its caption.
    if let Some(why) = task.why.as_ref().filter(|why| why.step != at) {
        card.extend([json!(why.words), json!(why.step)]);
    }
    Value::Array(card)
}

/// Where a task stands, on which thread, and what it waits for, in as many lines as it has branches
/// and one or two more.
fn words(run: &Run, task: &TaskNow) -> String {
    let mut words = task.place.clone();
    if let Some(thread) = task.thread {
        let _ = write!(words, " · {}", run.threads[thread]);
    }
    for branch in &task.branches {
        let _ = write!(words, "\n{}: {}", branch.name, branch.place);
    }
    if !task.waits.is_empty() {
        let _ = write!(words, "\n→ {}", task.waits);
    }
    words
}

/// JSON that neither ends a script element nor holds a directive of mdBook's.
fn inline_json(value: &Value) -> String {
    value
        .to_string()
        .replace('<', "\\u003c")
        .replace("{{", "\\u007b\\u007b")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_cannot_leave_its_place() {
        let bad = "</script>\"{{#include x}}\n\n'";
        assert_eq!(
            escape(bad),
            "&lt;/script&gt;&quot;&#123;&#123;#include x}}&#10;&#10;'"
        );
        let shown = inline_json(&json!([bad]));
        assert!(!shown.contains('<') && !shown.contains("{{"));
        assert_eq!(serde_json::from_str::<Value>(&shown).unwrap(), json!([bad]));
    }
}
