//! What FORMAT.md shows can be read, is written as it stands there, and leaves nothing out.

use std::collections::BTreeSet;

use recording::Happening;
use serde_json::Value;

const FORMAT: &str = include_str!("../FORMAT.md");

fn examples() -> Vec<&'static str> {
    let blocks = FORMAT.split("```json\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("a block"))
        .collect()
}

/// The name of an event in the format. A new one belongs into FORMAT.md, too.
fn name(what: &Happening) -> &'static str {
    use Happening::*;
    match what {
        Poll => "poll",
        Polled { .. } => "polled",
        Spawn { .. } => "spawn",
        End { .. } => "end",
        Wake { .. } => "wake",
        Enter { .. } => "enter",
        Leave { .. } => "leave",
        Line { .. } => "line",
        Value { .. } => "value",
        Await { .. } => "await",
        Pending { .. } => "pending",
        Resume { .. } => "resume",
        Ready { .. } => "ready",
        Cancel { .. } => "cancel",
        Timer { .. } => "timer",
        Fire { .. } => "fire",
        Block { .. } => "block",
        Unblock { .. } => "unblock",
        Out { .. } => "out",
        Panic { .. } => "panic",
        More { .. } => "more",
        Exit { .. } => "exit",
    }
}

const EVENTS: usize = 22;

#[test]
fn the_examples_are_recordings_written_as_they_are_written() {
    let examples = examples();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let recording = recording::parse(example).unwrap_or_else(|damage| panic!("{damage}"));
        assert_eq!(recording::to_text(&recording), example);
    }
}

#[test]
fn every_event_is_shown_and_in_the_table() {
    let recording = recording::parse(examples()[1]).expect("an example");
    let shown: BTreeSet<_> = recording.events.iter().map(|it| name(&it.what)).collect();
    assert_eq!(shown.len(), EVENTS, "{shown:?}");
    let rows: Vec<_> = FORMAT
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    for event in shown {
        let named = |row: &&str| {
            let first = row.trim_start_matches("| ").split(" | ").next();
            first.is_some_and(|cell| cell.contains(&format!("`{event}`")))
        };
        assert!(rows.iter().any(named), "{event}");
    }
}

#[test]
fn every_key_and_every_kind_is_explained() {
    let mut words = BTreeSet::new();
    for line in examples()[1].lines() {
        let record: Value = serde_json::from_str(line).expect("a record");
        for (key, value) in record.as_object().expect("keys and values") {
            words.insert(key.clone());
            let is_a_word = matches!(&**key, "kind" | "how" | "clock" | "by");
            words.extend(value.as_str().filter(|_| is_a_word).map(str::to_owned));
        }
    }
    let (explained, _) = FORMAT
        .split_once("## Each line once")
        .expect("the last section");
    // What the first line of each kind is known by.
    let numbers = ["site", "task", "thread"];
    for word in words.iter().filter(|word| !numbers.contains(&&***word)) {
        let quoted = [format!("`{word}`"), format!("`\"{word}\"`")];
        assert!(
            quoted.iter().any(|quoted| explained.contains(quoted)),
            "{word} is not explained"
        );
    }
}
