//! A run of very many steps and tasks stays a page that a browser can hold.

use std::fmt::Write;

use mdbook_replay::html;
use mdbook_replay::steps::{State, steps};
use mdbook_replay::timeline::timeline;
use recording::{Event, Happening, Recording};

/// `main` spawns `count` tasks, each sleeps, and their timers fire one after another.
fn recording(count: usize) -> Recording {
    let mut text = String::from(
        r#"{"recording":1,"listing":"many","source":"src/main.rs","clock":"real","with":{},"hash":""}
{"site":0,"kind":"fn","fn":"main","at":[1,1,1,16],"text":"async fn main()"}
{"site":1,"kind":"spawn","fn":"main","at":[2,5,2,9],"text":"spawn(nap(n))"}
{"site":2,"kind":"fn","fn":"nap","at":[4,1,4,16],"text":"async fn nap(n: u64)"}
{"site":3,"kind":"await","fn":"nap","at":[5,5,5,14],"text":"sleep(n).await"}
{"thread":0,"kind":"main"}
{"task":0,"kind":"block_on","name":"main"}
"#,
    );
    let mut events = String::from(
        r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"enter","site":0}
"#,
    );
    for n in 1..=count {
        let _ = writeln!(
            text,
            r#"{{"task":{n},"kind":"task","name":"nap({n})","by":0,"site":1}}"#
        );
        let _ = writeln!(
            events,
            r#"{{"t":0,"task":0,"ev":"spawn","new":{n},"site":1}}"#
        );
    }
    events.push_str(
        r#"{"t":0,"task":0,"ev":"leave","site":0,"how":"done"}
{"t":0,"task":0,"ev":"polled","ready":true}
{"t":0,"task":0,"ev":"end","how":"done"}
"#,
    );
    for n in 1..=count {
        let timer = n - 1;
        let _ = write!(
            events,
            r#"{{"t":0,"task":{n},"ev":"poll"}}
{{"t":0,"task":{n},"ev":"enter","site":2,"args":[["n","{n}"]]}}
{{"t":0,"task":{n},"ev":"await","site":3,"what":"sleep"}}
{{"t":0,"task":{n},"ev":"timer","timer":{timer},"ms":{n}}}
{{"t":0,"task":{n},"ev":"pending","site":3}}
{{"t":0,"task":{n},"ev":"polled","ready":false}}
"#
        );
    }
    for n in 1..=count {
        let timer = n - 1;
        let _ = write!(
            events,
            r#"{{"t":{n},"ev":"fire","timer":{timer}}}
{{"t":{n},"task":{n},"ev":"wake","by":{{"timer":{timer}}}}}
{{"t":{n},"task":{n},"ev":"poll"}}
{{"t":{n},"task":{n},"ev":"resume","site":3}}
{{"t":{n},"task":{n},"ev":"ready","site":3}}
{{"t":{n},"task":{n},"ev":"leave","site":2,"how":"done"}}
{{"t":{n},"task":{n},"ev":"polled","ready":true}}
{{"t":{n},"task":{n},"ev":"end","how":"done"}}
"#
        );
    }
    let _ = writeln!(events, r#"{{"t":{count},"ev":"exit","code":0}}"#);
    recording::parse(&(text + &events)).expect("a good recording")
}

#[test]
fn tasks_that_are_alike_share_a_lane_that_says_how_many_are_what() {
    let recording = recording(200);
    let run = steps(&recording).expect("a possible run");
    let names: Vec<_> = run.lanes.iter().map(|lane| &*lane.name).collect();
    assert_eq!(names, ["main", "nap(…) × 200"]);
    let asleep = run.steps.iter().find(|step| step.id == "thread-sleeps-1");
    let asleep = asleep.expect("a moment at which all wait");
    assert_eq!(asleep.tasks[1].place, "200 suspended");
    assert_eq!(asleep.outside.len(), 1);
    assert_eq!(asleep.outside[0].name, "200 timers, the next");
    assert_eq!(asleep.outside[0].left, 1);
    let fired = run
        .steps
        .iter()
        .find(|step| step.id == "nap-7-timer-fires-1");
    let fired = fired.expect("a timer of one of them");
    assert_eq!(fired.tasks[1].state, State::Ready);
    assert_eq!(fired.tasks[1].place, "1 ready, 193 suspended, 6 done");
    // Each is still named where it is told of, and all have one bar.
    assert!(
        fired.caption.starts_with("nap(7)’s timer"),
        "{}",
        fired.caption
    );
    assert_eq!(run.timers.len(), 1);
    assert_eq!(run.timers[0].count, 200);
}

#[test]
fn few_tasks_have_a_lane_each() {
    let run = steps(&recording(11)).expect("a possible run");
    assert_eq!(run.lanes.len(), 12);
    assert_eq!(run.lanes[7].name, "nap(7)");
}

#[test]
fn a_page_has_so_many_steps_and_says_what_is_left_out() {
    let recording = recording(400);
    let run = steps(&recording).expect("a possible run");
    assert_eq!(run.steps.len(), 2500);
    let last = run.steps.last().expect("an end");
    assert!(
        last.caption.contains(" steps are left out here. "),
        "{}",
        last.caption
    );
    assert_eq!(last.t, 400);
    for timer in &run.timers {
        assert!(timer.to < run.steps.len());
    }
    for why in run
        .steps
        .iter()
        .flat_map(|step| &step.tasks)
        .filter_map(|task| task.why.as_ref())
    {
        assert!(why.step < run.steps.len());
    }
}

#[test]
fn the_page_grows_with_the_steps_and_not_with_the_tasks() {
    let size = |count| {
        let recording = recording(count);
        let run = steps(&recording).expect("a possible run");
        let data = html::steps(&run).len() + timeline(&run).len();
        data / run.steps.len()
    };
    let (few, many) = (size(50), size(300));
    assert!(many < few + few / 2, "{few} and {many} bytes a step");
}

/// The recorder keeps so many events a place and counts the others.
#[test]
fn what_a_recording_leaves_out_is_said_and_nothing_is_made_up_for_it() {
    let mut recording = recording(20);
    let is_await = |event: &Event| event.what.site() == Some(3);
    let mut awaits = recording.events.iter().enumerate();
    let (at, _) = awaits
        .by_ref()
        .filter(|(_, event)| matches!(event.what, Happening::Await { .. }))
        .nth(10)
        .expect("so many");
    let later = recording.events.split_off(at);
    let left_out = later.iter().filter(|event| is_await(event)).count() as u64;
    let mut more = later[0].clone();
    more.what = Happening::More {
        site: 3,
        count: left_out,
    };
    recording.events.push(more);
    recording
        .events
        .extend(later.into_iter().filter(|event| !is_await(event)));
    let run = steps(&recording).expect("a run that is told as far as it is known");
    assert_eq!(run.varies.len(), 1);
    let said = run.steps.iter().find(|step| step.id == "more-of-line-5");
    let said = &said.expect("a step that says so").caption;
    assert!(said.contains("line 5 is not recorded any more"), "{said}");
    // What is not recorded is not said: that a task goes on behind a sleep.
    let of_last = run
        .steps
        .iter()
        .filter(|step| step.id.starts_with("nap-20"));
    for step in of_last {
        assert!(!step.caption.contains("sleep"), "{}", step.caption);
    }
}
