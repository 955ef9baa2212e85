//! What real recordings become: every step of five small programs, and the page of one.
//!
//! `SNAPSHOTS=overwrite cargo test -p mdbook-replay` accepts what is made now; then `git diff`.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use mdbook_replay::caption::moment;
use mdbook_replay::steps::{Origin, Run, steps};
use mdbook_replay::{expand, html};
use recording::Recording;
use snapbox::{assert_data_eq, file};

fn book() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/book"))
}

fn recorded(listing: &str) -> Recording {
    let file = book().join(format!("listings/{listing}/recording.jsonl"));
    let text = fs::read_to_string(file).expect("a recording of the test book");
    recording::parse(&text).expect("a good recording")
}

/// A step as a few lines of text: what the picture shows.
fn shown(run: &Run) -> String {
    let mut text = String::new();
    for step in &run.steps {
        let mark = if step.is_change { '*' } else { ' ' };
        let line = step.line.map_or("-".to_owned(), |line| line.to_string());
        let _ = writeln!(text, "{mark} {}  line {line}  @{}", moment(step.t), step.id);
        let _ = writeln!(text, "    {}", step.caption);
        for (task, lane) in step.tasks.iter().zip(&run.lanes) {
            let task = format!(
                "{} {}: {} {}",
                lane.key,
                lane.name,
                task.state.word(),
                task.place
            );
            let _ = writeln!(text, "    {}", task.trim_end());
        }
        for outside in &step.outside {
            let kind = if outside.is_timer {
                "timer"
            } else {
                "blocking"
            };
            let (name, left, of) = (&outside.name, outside.left, outside.of);
            let _ = writeln!(text, "    {kind} {name}: {left} of {of} ms left");
        }
        for arrow in &step.arrows {
            let from = match arrow.from {
                Origin::Timer(timer) => format!("timer {timer}"),
                Origin::Task(task) => run.lanes[task].name.clone(),
                Origin::Outside => "outside".to_owned(),
            };
            let _ = writeln!(text, "    {from} -> {}", run.lanes[arrow.to].name);
        }
        if step.wait > 0 {
            let _ = writeln!(text, "    ... {} ms", step.wait);
        }
    }
    text
}

fn run(listing: &str) -> Run {
    steps(&recorded(listing)).expect("a possible recording")
}

#[test]
fn example_1_blocks_its_thread() {
    assert_data_eq!(shown(&run("example-1")), file!["snapshots/example-1.txt"]);
}

#[test]
fn example_2_has_one_task() {
    assert_data_eq!(shown(&run("example-2")), file!["snapshots/example-2.txt"]);
}

#[test]
fn example_3_has_three_tasks_whose_waits_overlap() {
    let run = run("example-3");
    assert_data_eq!(shown(&run), file!["snapshots/example-3.txt"]);
    let polls = |run: &Run| {
        let mains = run
            .steps
            .iter()
            .filter(|step| step.id.starts_with("main-polled"));
        mains.count()
    };
    assert_eq!(polls(&run), 3);
}

#[test]
fn example_4_is_not_woken_by_what_it_does_not_await() {
    let run = run("example-4");
    assert_data_eq!(shown(&run), file!["snapshots/example-4.txt"]);
    let end = run.steps.iter().find(|step| step.id == "fetch-data-1-ends");
    assert!(end.is_some_and(|step| step.arrows.is_empty()));
}

#[test]
fn a_thread_stands_still_while_it_drives_a_future() {
    assert_data_eq!(
        shown(&run("runtime-by-hand")),
        file!["snapshots/runtime-by-hand.txt"]
    );
}

#[test]
fn the_whole_block_of_example_3() {
    let mut runs = expand::Runs::of_book(book());
    let page = runs
        .expand("src/spawn.md", "before\n\n{{#replay example-3}}\n\nafter\n")
        .expect("a run");
    assert_data_eq!(page, file!["snapshots/example-3.html"]);
}

#[test]
fn the_block_survives_markdown() {
    for listing in ["example-1", "example-2", "example-3", "example-4"] {
        let recording = recorded(listing);
        let run = run(listing);
        let page = html::page(&recording.header, &run, "fn main() {\n\n}\n", &[]);
        assert!(page.starts_with("<replay-run>\n"));
        assert!(page.ends_with("\n</replay-run>\n"));
        assert!(page.lines().all(|line| !line.trim().is_empty()));
    }
}

#[test]
fn no_two_moments_have_one_name() {
    for listing in ["example-1", "example-2", "example-3", "example-4"] {
        let run = run(listing);
        let mut ids: Vec<_> = run.steps.iter().map(|step| &step.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), run.steps.len(), "{listing}");
    }
}
