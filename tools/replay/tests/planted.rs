//! Faults planted in real recordings, one at a time: none of them becomes a picture.

use std::fs;
use std::path::Path;

use mdbook_replay::steps::steps;
use recording::{Cause, End, Event, Happening, How, Recording};

/// On one thread and on several, with futures side by side, with a blocking pool.
const LISTINGS: [&str; 7] = [
    "example-3",
    "example-4",
    "example-3-multi-thread",
    "example-5-spawn-blocking",
    "workers",
    "join",
    "select",
];

fn recorded(listing: &str) -> Recording {
    let book = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/book/listings"));
    let text = fs::read_to_string(book.join(listing).join("recording.jsonl")).expect("a recording");
    recording::parse(&text).expect("a good recording")
}

/// What is said of each fault that `plant` makes of the event at an index, where it makes one. At
/// least one is.
fn each(plant: impl Fn(&Recording, usize) -> Option<Recording>) {
    let mut planted = 0;
    for listing in LISTINGS {
        let good = recorded(listing);
        steps(&good).expect("a possible recording");
        for at in 0..good.events.len() {
            let Some(bad) = plant(&good, at) else {
                continue;
            };
            planted += 1;
            let event = &good.events[at];
            assert!(steps(&bad).is_err(), "{listing}: {at}: {event:?}");
        }
    }
    assert!(planted > 0);
}

fn without(recording: &Recording, at: usize) -> Recording {
    let mut recording = recording.clone();
    recording.events.remove(at);
    recording
}

/// A wake of a task that is suspended: of one that runs or is ready it changes nothing.
fn wakes(recording: &Recording, at: usize) -> bool {
    let event = &recording.events[at];
    let before = recording.events[..at].iter().rev();
    let mut before = before.filter(|before| before.task == event.task);
    let last = before.find(|before| {
        matches!(
            before.what,
            Happening::Poll | Happening::Polled { .. } | Happening::Wake { .. }
        )
    });
    matches!(event.what, Happening::Wake { .. })
        && last.is_some_and(|last| matches!(last.what, Happening::Polled { ready: false }))
}

#[test]
fn a_poll_is_missing() {
    each(|good, at| (good.events[at].what == Happening::Poll).then(|| without(good, at)));
}

#[test]
fn the_end_of_a_poll_is_missing() {
    each(|good, at| {
        matches!(good.events[at].what, Happening::Polled { .. }).then(|| without(good, at))
    });
}

#[test]
fn a_wake_is_missing() {
    each(|good, at| wakes(good, at).then(|| without(good, at)));
}

#[test]
fn the_firing_of_a_timer_is_missing() {
    each(|good, at| {
        matches!(good.events[at].what, Happening::Fire { .. }).then(|| without(good, at))
    });
}

#[test]
fn the_spawn_of_a_task_is_missing() {
    each(|good, at| {
        matches!(good.events[at].what, Happening::Spawn { .. }).then(|| without(good, at))
    });
}

#[test]
fn the_end_of_a_task_is_missing() {
    each(|good, at| {
        let is_done = good.events[at].what == Happening::End { how: End::Done };
        is_done.then(|| without(good, at))
    });
}

#[test]
fn the_beginning_or_the_end_of_a_call_is_missing() {
    each(|good, at| {
        let event = &good.events[at];
        let is_call = matches!(
            event.what,
            Happening::Enter { .. }
                | Happening::Leave { how: How::Done, .. }
                | Happening::Await { .. }
        );
        is_call.then(|| without(good, at))
    });
}

/// Of wakes by timers and ends: whom a task wakes by something that it does, only the recording
/// knows.
#[test]
fn two_wakes_are_swapped() {
    each(|good, at| {
        let is_other = |event: &Event| {
            matches!(
                event.what,
                Happening::Wake {
                    by: Cause::Timer(_) | Cause::End(_)
                }
            ) && event.task != good.events[at].task
        };
        if !matches!(
            good.events[at].what,
            Happening::Wake {
                by: Cause::Timer(_) | Cause::End(_)
            }
        ) {
            return None;
        }
        let next = good.events[at + 1..].iter().position(is_other)? + at + 1;
        if !wakes(good, at) || !wakes(good, next) {
            return None;
        }
        let mut bad = good.clone();
        bad.events[at].task = good.events[next].task;
        bad.events[next].task = good.events[at].task;
        Some(bad)
    });
}

#[test]
fn a_wake_comes_before_its_cause() {
    each(|good, at| {
        let Happening::Wake { by } = good.events[at].what else {
            return None;
        };
        let is_cause = |event: &Event| match (by, &event.what) {
            (Cause::Timer(by), Happening::Fire { timer }) => *timer == by,
            (Cause::End(by), Happening::End { .. }) => event.task == Some(by),
            _ => false,
        };
        let cause = good.events[..at].iter().position(is_cause)?;
        let mut bad = good.clone();
        let wake = bad.events.remove(at);
        bad.events.insert(cause, wake);
        Some(bad)
    });
}

#[test]
fn a_task_is_polled_on_a_thread_that_polls_another() {
    each(|good, at| {
        let event = &good.events[at];
        let other = good.events[..at].iter().rev().find(|before| {
            before.task != event.task
                && matches!(before.what, Happening::Poll | Happening::Polled { .. })
        })?;
        if event.what != Happening::Poll || other.what != Happening::Poll {
            return None;
        }
        let mut bad = good.clone();
        bad.events[at].thread = other.thread;
        (other.thread != event.thread).then_some(bad)
    });
}

/// Two equal tasks that wait for the same, and are woken by main, in lines that begin with `{`.
const EQUALS: &str = r#"{"recording":1,"listing":"equals","source":"src/main.rs","clock":"real","with":{},"hash":"0"}
{"site":0,"kind":"fn","fn":"waits","at":[1,1,1,17],"text":"async fn waits()"}
{"site":1,"kind":"await","fn":"waits","at":[2,5,2,18],"text":"notified.await"}
{"thread":0,"kind":"main"}
{"task":0,"kind":"block_on","name":"main"}
{"task":1,"kind":"task","name":"waits()","by":0}
{"task":2,"kind":"task","name":"waits()","by":0}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"spawn","new":1}
{"t":0,"task":0,"ev":"spawn","new":2}
{"t":0,"task":0,"ev":"wake","by":"self"}
{"t":0,"task":0,"ev":"polled","ready":false}
{"t":0,"task":1,"ev":"poll"}
{"t":0,"task":1,"ev":"enter","site":0}
{"t":0,"task":1,"ev":"await","site":1,"what":"Notified"}
{"t":0,"task":1,"ev":"pending","site":1}
{"t":0,"task":1,"ev":"polled","ready":false}
{"t":0,"task":2,"ev":"poll"}
{"t":0,"task":2,"ev":"enter","site":0}
{"t":0,"task":2,"ev":"await","site":1,"what":"Notified"}
{"t":0,"task":2,"ev":"pending","site":1}
{"t":0,"task":2,"ev":"polled","ready":false}
"#;

/// What is said of the two equals that are woken and polled in this order: `w1`, `p2`.
fn woken(order: &[&str]) -> Result<(), String> {
    let event = |what: &str| format!("{{\"t\":0,\"task\":{what}}}\n");
    let mut text = EQUALS.to_owned();
    for deed in order {
        let (deed, task) = deed.split_at(1);
        text += &match (deed, task) {
            ("w", task) => event(&format!("{task},\"ev\":\"wake\",\"by\":{{\"task\":0}}")),
            ("p", "0") => event("0,\"ev\":\"poll\""),
            ("r", "0") => event("0,\"ev\":\"polled\",\"ready\":false"),
            (_, task) => [
                "\"ev\":\"poll\"",
                "\"ev\":\"resume\",\"site\":1",
                "\"ev\":\"pending\",\"site\":1",
                "\"ev\":\"polled\",\"ready\":false",
            ]
            .map(|what| event(&format!("{task},{what}")))
            .concat(),
        };
    }
    text += "{\"t\":0,\"ev\":\"exit\",\"cut\":\"time limit\"}\n";
    let recording = recording::parse(&text).expect("a good recording");
    steps(&recording)
        .map(drop)
        .map_err(|damage| damage.expected)
}

/// What tells them apart is that one is polled before the other is woken. Of two that are woken before
/// either is polled, nothing does: the runtime's queue is not recorded, and a waker may be called in vain.
#[test]
fn two_wakes_of_equals_are_swapped() {
    assert_eq!(
        woken(&["p0", "w1", "w0", "r0", "p1", "p0", "w2", "r0", "p2"]),
        Ok(())
    );
    assert_eq!(
        woken(&["p0", "w2", "w0", "r0", "p1", "p0", "w1", "r0", "p2"]),
        Err("a `wake` of waits() #1 before it is polled".to_owned())
    );
    assert_eq!(woken(&["p0", "w1", "w2", "r0", "p1", "p2"]), Ok(()));
    assert_eq!(woken(&["p0", "w2", "w1", "r0", "p1", "p2"]), Ok(()));
}
