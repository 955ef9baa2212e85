//! A run as HTML: what the page shows without JavaScript, and what the player draws steps into.
//!
//! Each pane is made once, with room for its fullest moment, so that neither the player's start
//! nor a step moves anything on the page.

mod data;
mod room;

use std::borrow::Cow;
use std::fmt::Write;

use crate::caption::{moment, seconds};
use crate::highlight;
use crate::steps::{Outside, Run, Step, TaskNow};
use crate::timeline::{self, Axis};
pub use data::steps;
use recording::{Clock, Header};
use room::longest;

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

/// What the keys do and what the shapes mean. The ground of one is that of `.held` in theme/replay.css,
/// written as a colour: said by its name, it would cost each run more than it may.
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
<p><kbd>←</kbd> <kbd>→</kbd> step · <kbd>Shift</kbd> with them: to a scheduling change · <kbd>Home</kbd> <kbd>End</kbd> first, last · <kbd>Space</kbd> or <kbd>p</kbd> play, pause · <kbd>?</kbd> this help. They work while the focus is in the player. Timeline: arrows show who wakes whom; a click goes to that step.</p>
</details>
</div>";

/// Text as HTML, also within an attribute's double quotes. Safe from mdBook as well, which would
/// take two braces for a directive.
pub fn escape(text: &str) -> Cow<'_, str> {
    let is_special = |byte| matches!(byte, b'&' | b'<' | b'>' | b'"' | b'{' | b'\r' | b'\n');
    if !text.bytes().any(is_special) {
        return Cow::Borrowed(text);
    }
    let mut html = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.bytes().position(is_special) {
        let (before, special) = rest.split_at(at);
        let (length, escaped) = match special.as_bytes() {
            [b'&', ..] => (1, "&amp;"),
            [b'<', ..] => (1, "&lt;"),
            [b'>', ..] => (1, "&gt;"),
            [b'"', ..] => (1, "&quot;"),
            [b'{', b'{', ..] => (2, "&#123;&#123;"),
            // A blank line would end the HTML block.
            [b'\r', ..] => (1, "&#13;"),
            [b'\n', ..] => (1, "&#10;"),
            _ => (1, "{"),
        };
        html.push_str(before);
        html.push_str(escaped);
        rest = &special[length..];
    }
    html.push_str(rest);
    Cow::Owned(html)
}

/// How a reader comes to see a run.
#[derive(Debug, Clone, Copy)]
pub enum Place<'a> {
    /// It stands on the page from the start.
    Open,
    /// It is a what-if of `original`, folded until a script has run: nothing on the page moves when parts
    /// come only then. Lines of the program that it has `changed`, counted from 1, are marked.
    Folded {
        original: &'a Run,
        changed: &'a [usize],
    },
}

impl Place<'_> {
    /// A part for whoever has scripts. Of a what-if it is data, which a script makes HTML of: mdBook neither
    /// reads it nor has its words in the search. Of 22 what-ifs that was a tenth of the time of a build.
    fn with_scripts(self, html: String) -> String {
        match self {
            Place::Folded { .. } if !html.is_empty() => data(html),
            _ => html,
        }
    }

    /// Such a part of `run` that says nothing about it but whether it has a clock's axis. A what-if has its
    /// original's, of that class: most runs of a book are what-ifs, and each would carry the same 2.5 KB.
    fn of_any_run(self, run: &Run, class: &str, html: String) -> String {
        let has_clock = |run| Axis::clock(run).is_some();
        match self {
            Place::Folded { original, .. } if has_clock(original) == has_clock(run) => {
                data(format!(".{class}"))
            }
            _ => self.with_scripts(html),
        }
    }
}

/// HTML for a script to put in this place; or a selector, of what it is a copy of. With its `<`, mdBook
/// would take it apart, also in a script.
fn data(html: String) -> String {
    let json = inline(&serde_json::Value::from(html).to_string());
    format!("<script type=\"application/json\" class=\"replay-live\">{json}</script>")
}

/// The HTML block for a run of the program `source`: its lines hold one element or more, none is
/// blank, and the custom element's tags stand alone on theirs.
pub fn page(header: &Header, run: &Run, source: &str, place: Place) -> String {
    let id = escape(&header.listing);
    let mut parts = vec![
        "<replay-run>".to_owned(),
        format!("<figure class=\"replay\" aria-labelledby=\"{id}@title\" tabindex=\"-1\">"),
        title(header, run, &id),
        "<div class=\"replay-top replay-live\">".to_owned(),
        place.of_any_run(run, "replay-controls", controls(run)),
        place.with_scripts(says(run)),
        "</div>".to_owned(),
        "<div class=\"replay-panes\">".to_owned(),
        place.with_scripts(code(run, &id, source, place)),
        "<div class=\"replay-side\">".to_owned(),
        place.with_scripts(tasks(run)),
        place.with_scripts(outside(run)),
        output(run, &id),
        "</div>".to_owned(),
        "</div>".to_owned(),
        timeline::timeline(run),
        place.of_any_run(run, "replay-settings", settings(run)),
        transcript(run, &id),
        format!(
            "<script type=\"application/json\">{}</script>",
            inline(&steps(run))
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

fn code(run: &Run, id: &str, source: &str, place: Place) -> String {
    let changed = match place {
        Place::Open => &[],
        Place::Folded { changed, .. } => changed,
    };
    let marks = run.steps.iter().map(most_marks).max().unwrap_or(1);
    let lines = highlight::lines(source);
    let mut html = format!(
        "<div class=\"replay-code\" role=\"region\" aria-label=\"Program of {id}\" tabindex=\"0\" translate=\"no\" style=\"--marks: {}; --lines: {}\">\n<ol>\n",
        marks.clamp(1, 4),
        lines.len()
    );
    for (at, line) in lines.iter().enumerate() {
        let tag = match changed.contains(&(at + 1)) {
            true => "ins",
            false => "span",
        };
        // An empty line would be lost when the program is copied.
        let line = if line.is_empty() { "&#10;" } else { line };
        let _ = writeln!(html, "<li><{tag}>{line}</{tag}></li>");
    }
    html + "</ol>\n<div class=\"replay-marks replay-live\" aria-hidden=\"true\"><div class=\"replay-now\"></div></div>\n</div>"
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
        let mut before = None;
        let all = run.steps.iter().filter_map(|step| step.tasks.get(task));
        // Most steps are another task's.
        let texts = all.filter(|now| before.replace(*now) != Some(*now));
        let texts = texts.map(|now| {
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
            "<li><i class=\"replay-key\" aria-hidden=\"true\">{}</i><b>{}</b><div><span class=\"replay-state replay-now\"></span></div><p class=\"replay-place\"><span class=\"replay-now\"><span></span> <button type=\"button\" class=\"is-ahead\"></button></span></p>{}</li>",
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

fn output(run: &Run, id: &str) -> String {
    let mut html = format!(
        "<section class=\"replay-output\">\n<h4 aria-level=\"3\">Output</h4>\n<pre role=\"region\" aria-label=\"Output of {id}\" tabindex=\"0\" translate=\"no\">",
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

/// Whether a step is a row of the run in words; the others stand in the row before.
fn has_row(at: usize, step: &Step) -> bool {
    step.is_change || at == 0
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
fn inline(json: &str) -> String {
    json.replace('<', "\\u003c").replace("{{", "\\u007b\\u007b")
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
        let shown = inline(&serde_json::to_string(bad).unwrap());
        assert!(!shown.contains('<') && !shown.contains("{{"));
        assert_eq!(serde_json::from_str::<String>(&shown).unwrap(), bad);
    }
}
