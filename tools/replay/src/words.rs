//! A recorded run as text, for a person who reads it beside the program: every sentence that its page
//! would say, and of the tasks what each step changes.

use std::fmt::Write;

use recording::Recording;

use crate::caption::moment;
use crate::steps::{Lane, Run, State, TaskNow};

/// The run in words: a paragraph a step, with its time in seconds and the line that it reaches.
///
/// ```text
/// 1.000 s  line -  fetch_data(1)’s timer of 1 s fires, so it is ready; main is still suspended at line 17.
///     1 fetch_data(1): ready line 5
/// ```
pub fn words(recording: &Recording, run: &Run) -> String {
    let mut text = format!("{}\n", recording.header.listing);
    for sentence in &run.varies {
        let _ = writeln!(text, "{sentence}");
    }
    let mut before: &[TaskNow] = &[];
    for step in &run.steps {
        let line = step.line.map_or("-".to_owned(), |line| line.to_string());
        let _ = writeln!(text, "{}  line {line}  {}", moment(step.t), step.caption);
        for (at, (task, lane)) in step.tasks.iter().zip(&run.lanes).enumerate() {
            if before.get(at) == Some(task) || task.state == State::Unmade {
                continue;
            }
            for line in card(run, lane, task) {
                let _ = writeln!(text, "    {line}");
            }
            if !task.waits.is_empty() {
                let _ = writeln!(text, "      waits for {}", task.waits);
            }
        }
        before = &step.tasks;
    }
    text
}

/// What a task is doing, as lines of text: where it stands, then each of the futures that it awaits side
/// by side.
pub fn card(run: &Run, lane: &Lane, task: &TaskNow) -> Vec<String> {
    let on = task.thread.map(|on| format!(" on {}", run.threads[on]));
    let first = format!(
        "{} {}: {}{} {}",
        lane.key,
        lane.name,
        task.state.word(),
        on.unwrap_or_default(),
        task.place
    );
    let branches = task.branches.iter();
    let branches = branches.map(|branch| format!("  {}: {}", branch.name, branch.place));
    [first.trim_end().to_owned()]
        .into_iter()
        .chain(branches)
        .collect()
}
