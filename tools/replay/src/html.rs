//! A run as HTML: what the page shows without JavaScript, and what the player draws steps into.
//!
//! Each pane is made once, with room for its fullest moment, so that neither the player's start
//! nor a step moves anything on the page.

use std::fmt::Write;

use serde_json::{Map, Value, json};

use crate::caption::moment;
use crate::highlight;
use crate::steps::{Run, Step, TaskNow};
use crate::timeline::{self, Columns};
use recording::{Clock, Header};

/// A button's name for scripts, its name for people, and its icon's path in a square of 16.
const BUTTONS: [(&str, &str, &str); 5] = [
    ("first", "First step", "M3 3h2v10H3zM13 3v10L6 8z"),
    ("back", "Step back", "M11 3v10L4 8z"),
    ("play", "Play", "M4 2v12l9-6z"),
    ("forward", "Step forward", "M5 3v10l7-5z"),
    ("last", "Last step", "M11 3h2v10h-2zM3 3v10l7-5z"),
];

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
/// blank, and the custom element's tags stand alone on theirs.
pub fn page(header: &Header, run: &Run, source: &str) -> String {
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
        code(run, &id, source),
        "<div class=\"replay-side\">".to_owned(),
        tasks(run),
        outside(run),
        output(run),
        "</div>".to_owned(),
        "</div>".to_owned(),
        timeline::timeline(run, &id),
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
    let order = if run.threads.is_empty() {
        ""
    } else {
        ". Several threads: another run may place and order it differently"
    };
    format!(
        "<figcaption><strong id=\"{id}@title\">Recorded run of {id}</strong> <span>{clock}{}{order}</span></figcaption>",
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
    let count = run.steps.len();
    let _ = write!(
        html,
        "<input type=\"range\" min=\"1\" max=\"{count}\" value=\"1\" aria-label=\"Step\">\n<span class=\"replay-count\">step <b>1</b> of {count}</span>\n</div>"
    );
    html
}

/// The caption. The longest one stands below it unseen and keeps the room.
fn says(run: &Run) -> String {
    let captions = run.steps.iter().map(|step| &*step.caption);
    let longest = captions.max_by_key(|text| text.chars().count());
    let start = run.steps.first().map_or(0, |step| step.t);
    format!(
        "<div class=\"replay-says\"><b class=\"replay-clock\">{}</b><p role=\"status\"></p><p class=\"is-ahead\" aria-hidden=\"true\">{}</p></div>",
        moment(start),
        escape(longest.unwrap_or_default())
    )
}

fn code(run: &Run, id: &str, source: &str) -> String {
    let marks = run.steps.iter().map(most_marks).max().unwrap_or(1);
    let mut html = format!(
        "<div class=\"replay-code\" role=\"region\" aria-label=\"Program of {id}\" tabindex=\"0\" style=\"--marks: {}\">\n<ol>\n",
        marks.clamp(1, 4)
    );
    for line in highlight::lines(source) {
        let _ = writeln!(
            html,
            "<li><span class=\"replay-marks\" aria-hidden=\"true\"></span><span>{line}</span></li>"
        );
    }
    html + "</ol>\n</div>"
}

/// How many calls stand at the line where most do.
fn most_marks(step: &Step) -> usize {
    let lines = || step.tasks.iter().flat_map(|task| &task.lines);
    lines()
        .map(|line| lines().filter(|other| *other == line).count())
        .max()
        .unwrap_or(0)
}

fn tasks(run: &Run) -> String {
    let is_thread = run.lanes.iter().all(|lane| lane.is_thread);
    let mut html = format!(
        "<section class=\"replay-tasks replay-live\">\n<h3>{}</h3>\n<ul>\n",
        if is_thread { "Thread" } else { "Tasks" }
    );
    for lane in &run.lanes {
        let _ = writeln!(
            html,
            "<li><i class=\"replay-key\" aria-hidden=\"true\">{}</i><b>{}</b><span class=\"replay-state\"></span><span class=\"replay-place\"></span></li>",
            escape(&lane.key),
            escape(&lane.name)
        );
    }
    html + "</ul>\n</section>"
}

fn outside(run: &Run) -> String {
    let most = run.steps.iter().map(|step| step.outside.len()).max();
    let most = most.unwrap_or(0);
    if most == 0 {
        return String::new();
    }
    format!(
        "<section class=\"replay-outside replay-live\">\n<h3>{}</h3>\n<ul>\n{}</ul>\n</section>",
        run.outside_name(),
        "<li><b></b><span></span><i aria-hidden=\"true\"></i></li>\n".repeat(most)
    )
}

fn output(run: &Run) -> String {
    let mut html =
        String::from("<section class=\"replay-output\">\n<h3>Output</h3>\n<pre tabindex=\"0\">");
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
    let mut html = String::from(
        "<details class=\"replay-transcript\">\n<summary>The run in words</summary>\n<div tabindex=\"0\" role=\"region\" aria-label=\"The run of {id} in words\">\n<table>\n<thead><tr><th>At</th><th>What happens</th><th>Printed then</th></tr></thead>\n<tbody>\n",
    );
    let mut printed = 0;
    let mut open = false;
    for step in &run.steps {
        let step_id = escape(&step.id);
        if step.is_change || !open {
            if open {
                html.push_str("</td></tr>\n");
            }
            let _ = write!(
                html,
                "<tr id=\"{id}@{step_id}\"><td>{}</td><td>{}</td><td>",
                moment(step.t),
                escape(&step.caption)
            );
            open = true;
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
    if open {
        html.push_str("</td></tr>\n");
    }
    html + "</tbody>\n</table>\n</div>\n</details>"
}

/// The steps as the player draws them. It finds everything here and derives nothing.
pub fn steps(run: &Run) -> Value {
    let columns = Columns::of(run);
    let mut near = 1;
    let steps = run.steps.iter().enumerate().map(|(at, step)| {
        let tasks = step.tasks.iter().map(|task| card(run, task));
        let outside = step.outside.iter().map(|outside| {
            let left = crate::caption::seconds(outside.left);
            let of = crate::caption::seconds(outside.of);
            let share = 100 * outside.left / outside.of.max(1);
            json!([outside.name, format!("{left} left of {of}"), share])
        });
        near = step.line.unwrap_or(near);
        json!({
            "id": step.id,
            "at": moment(step.t),
            "say": step.caption,
            "line": step.line,
            "near": near,
            "tasks": tasks.collect::<Vec<_>>(),
            "outside": outside.collect::<Vec<_>>(),
            "out": step.output,
            "x": columns.permille(at),
        })
    });
    Value::Array(steps.collect())
}

/// What a task's card shows: its state, where it stands, the lines of its calls, and what else there
/// is to say.
fn card(run: &Run, task: &TaskNow) -> Value {
    let mut more = Map::new();
    if let Some(thread) = task.thread {
        more.insert("on".to_owned(), json!(run.threads[thread]));
    }
    if !task.branches.is_empty() {
        let branches = task.branches.iter();
        let branches = branches.map(|branch| json!([branch.name, branch.place, branch.lines]));
        more.insert("branches".to_owned(), branches.collect());
    }
    let mut card = vec![
        json!(task.state.word()),
        json!(task.place),
        json!(task.lines),
    ];
    if !more.is_empty() {
        card.push(Value::Object(more));
    }
    Value::Array(card)
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
