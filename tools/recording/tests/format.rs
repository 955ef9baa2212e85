//! What FORMAT.md shows can be read, is written as it stands there, and leaves nothing out.

use std::collections::BTreeSet;

use recording::{Event, Header, Site, Task, Thread};
use serde_json::Value;

const FORMAT: &str = include_str!("../FORMAT.md");

fn examples() -> Vec<&'static str> {
    let blocks = FORMAT.split("```json\n").skip(1);
    blocks
        .map(|block| block.split("```").next().expect("a block"))
        .collect()
}

/// How many events there are. A new one belongs into FORMAT.md, too.
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
    let shown: BTreeSet<_> = recording.events.iter().map(|it| it.what.name()).collect();
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
fn an_event_has_the_name_that_it_is_written_with() {
    let recording = recording::parse(examples()[1]).expect("an example");
    for event in &recording.events {
        let record = serde_json::to_value(&event.what).expect("a record");
        assert_eq!(record["ev"], event.what.name());
    }
}

/// Each is taken apart as a whole: who adds a key is led here, and from here to FORMAT.md.
#[test]
fn every_key_that_may_be_left_out_is_in_the_example() {
    let recording = recording::parse(examples()[1]).expect("an example");
    let Header {
        recording: _,
        listing: _,
        source: _,
        clock: _,
        since,
        late,
        with: _,
        hash: _,
    } = &recording.header;
    assert!(since.is_some() && late.is_some());
    let sites = recording.sites.iter().map(|site| {
        let Site {
            site: _,
            kind: _,
            function: _,
            at: _,
            text: _,
            file,
            any,
            first,
        } = site;
        [file.is_some(), any.is_some(), first.is_some()]
    });
    assert_eq!(shown(sites), [true; 3]);
    for thread in &recording.threads {
        let Thread { thread: _, kind: _ } = thread;
    }
    let tasks = recording.tasks.iter().map(|task| {
        let Task {
            task: _,
            kind: _,
            name: _,
            by,
            site,
        } = task;
        [by.is_some(), site.is_some()]
    });
    assert_eq!(shown(tasks), [true; 2]);
    let events = recording.events.iter().map(|event| {
        let Event {
            t: _,
            measured,
            waited,
            thread,
            task,
            call,
            what: _,
        } = event;
        [
            *measured > 0,
            *waited > 0,
            *thread > 0,
            task.is_some(),
            call.is_some(),
        ]
    });
    assert_eq!(shown(events), [true; 5]);
}

/// Which keys some record has.
fn shown<const KEYS: usize>(records: impl Iterator<Item = [bool; KEYS]>) -> [bool; KEYS] {
    records.fold([false; KEYS], |known, has| {
        std::array::from_fn(|key| known[key] || has[key])
    })
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
