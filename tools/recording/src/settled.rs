//! What a second run of a program decides anew, taken out of a recording: the order in which a
//! `select!` without `biased;` looks at its branches, and how often a task is woken in vain because
//! input or output has become possible; on a paused clock, the time that was measured before it.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap, HashSet};

use crate::{Cause, Clock, Event, Happening, Recording};

/// The recording, without what another run of the same program need not repeat.
pub(crate) fn settled(recording: &Recording) -> Cow<'_, Recording> {
    let mut wakes = recording.events.iter().map(|event| &event.what);
    let outside = wakes.any(|what| matches!(what, Happening::Wake { by: Cause::Io }));
    let random = recording.sites.iter().any(|site| site.any.is_some());
    let paused = recording.header.clock == Clock::Paused;
    let late = paused && recording.events.iter().any(|event| event.measured > 0);
    if !outside && !random && !late {
        return Cow::Borrowed(recording);
    }
    let mut settled = recording.clone();
    let mut measured = 0;
    for event in settled.events.iter_mut().filter(|_| late) {
        measured += event.measured;
        event.t -= measured.min(event.t);
    }
    if outside {
        let vain = in_vain(&settled.events);
        let mut at = 0..;
        settled
            .events
            .retain(|_| !vain.contains(&at.next().unwrap_or(0)));
    }
    if random {
        name_calls(&mut settled);
        settled.events = in_one_order(&settled);
        renumber(&mut settled);
    }
    Cow::Owned(settled)
}

/// The events that say no more than that a task was woken by input or output: wakes of one that has
/// been woken already, and polls in which nothing was ready and nothing happened, with their wakes.
fn in_vain(events: &[Event]) -> HashSet<usize> {
    #[derive(Default)]
    struct Known {
        /// The wake since the last poll, if there is one; whether it was by input or output.
        woken: Option<(usize, bool)>,
        /// The poll that is going on: its events. None, if something happens in it.
        poll: Option<Vec<usize>>,
    }
    let mut tasks: HashMap<usize, Known> = HashMap::new();
    // The tasks whose polls are going on.
    let mut polled: Vec<usize> = Vec::new();
    let mut vain = HashSet::new();
    for (at, event) in events.iter().enumerate() {
        // Whatever else happens on the thread meanwhile happens in the poll.
        for task in polled.iter().filter(|task| event.task != Some(**task)) {
            if let Some(known) = tasks.get_mut(task)
                && let Some(poll) = &known.poll
                && events[poll[0]].thread == event.thread
            {
                known.poll = None;
            }
        }
        let Some(task) = event.task else { continue };
        let known = tasks.entry(task).or_default();
        match &event.what {
            Happening::Wake { by } => {
                let outside = *by == Cause::Io;
                match &mut known.woken {
                    Some(_) if outside => {
                        vain.insert(at);
                    }
                    Some((_, by_outside)) => *by_outside = false,
                    None => known.woken = Some((at, outside)),
                }
            }
            Happening::Poll => {
                polled.push(task);
                known.poll = match known.woken.take() {
                    Some((wake, true)) => Some(vec![at, wake]),
                    _ => None,
                };
            }
            Happening::Resume { .. } | Happening::Pending { .. } => {
                known.poll.iter_mut().for_each(|poll| poll.push(at));
            }
            Happening::Polled { ready } => {
                polled.retain(|known| *known != task);
                if *ready {
                    known.poll = None;
                } else if let Some(poll) = known.poll.take() {
                    vain.extend(poll);
                    vain.insert(at);
                }
            }
            _ => known.poll = None,
        }
    }
    vain
}

/// The events with the branches of each `select!` in the order of the source.
fn in_one_order(recording: &Recording) -> Vec<Event> {
    let threads: BTreeSet<usize> = recording.events.iter().map(|event| event.thread).collect();
    let mut kept: Vec<Option<Event>> = vec![None; recording.events.len()];
    for thread in threads {
        let places: Vec<usize> = (0..recording.events.len())
            .filter(|at| recording.events[*at].thread == thread)
            .collect();
        let own: Vec<&Event> = places.iter().map(|at| &recording.events[*at]).collect();
        let mut ordered = Vec::new();
        order(recording, &own, &mut ordered);
        for (place, event) in places.into_iter().zip(ordered) {
            kept[place] = Some(event);
        }
    }
    kept.into_iter().flatten().collect()
}

/// One branch in one poll: from where it is polled to what came of it.
struct Turn {
    site: usize,
    ready: bool,
    events: Vec<Event>,
}

impl Turn {
    /// Whether nothing was ready and nothing happened.
    fn is_vain(&self) -> bool {
        let looks = |event: &Event| {
            matches!(
                event.what,
                Happening::Resume { .. } | Happening::Pending { .. }
            )
        };
        !self.ready && self.events.iter().all(looks)
    }
}

fn order(recording: &Recording, events: &[&Event], ordered: &mut Vec<Event>) {
    let mut at = 0;
    while at < events.len() {
        let group = begins(recording, events[at]);
        let mut turns = Vec::new();
        while let Some(end) = group.and_then(|_| turn(recording, events, at, group)) {
            let mut inside = vec![events[at].clone()];
            order(recording, &events[at + 1..end], &mut inside);
            inside.push(events[end].clone());
            turns.push(Turn {
                site: events[at].what.site().unwrap_or_default(),
                ready: matches!(events[end].what, Happening::Ready { .. }),
                events: inside,
            });
            at = end + 1;
        }
        if turns.is_empty() {
            ordered.push(events[at].clone());
            at += 1;
            continue;
        }
        turns.retain(|turn| !turn.is_vain());
        // What is ready ends the `select!`.
        turns.sort_by_key(|turn| (turn.ready, turn.site));
        ordered.extend(turns.into_iter().flat_map(|turn| turn.events));
    }
}

/// The `select!` of which a branch is polled here, by the site of its first.
fn begins(recording: &Recording, event: &Event) -> Option<usize> {
    match event.what {
        Happening::Await { site, .. } | Happening::Resume { site } => recording.sites[site].any,
        _ => None,
    }
}

/// If a branch of the `select!` is polled at `at`: where that is over.
fn turn(
    recording: &Recording,
    events: &[&Event],
    at: usize,
    group: Option<usize>,
) -> Option<usize> {
    let first = events.get(at)?;
    if begins(recording, first) != group {
        return None;
    }
    let site = first.what.site();
    let mut depth = 0;
    for (end, event) in events.iter().enumerate().skip(at) {
        if event.task != first.task || event.what.site() != site {
            continue;
        }
        match event.what {
            Happening::Await { .. } | Happening::Resume { .. } => depth += 1,
            Happening::Pending { .. } | Happening::Ready { .. } => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(end);
        }
    }
    None
}

/// Says of each event in which call it happens, and of each `enter` which call that is: which one is
/// the last changes with the order.
fn name_calls(recording: &mut Recording) {
    let function = |site: usize| &*recording.sites[site].function;
    let mut open: HashMap<Option<usize>, Vec<(usize, &str)>> = HashMap::new();
    let mut entered = 0;
    for event in &mut recording.events {
        let Some(site) = event.what.site() else {
            continue;
        };
        let calls = open.entry(event.task).or_default();
        if matches!(event.what, Happening::Enter { .. }) {
            calls.push((entered, function(site)));
            event.call = Some(entered);
            entered += 1;
            continue;
        }
        let of = |(_, known): &&(usize, &str)| *known == function(site);
        let last = calls.iter().rev().find(of).map(|(call, _)| *call);
        event.call = event.call.or(last);
        if matches!(event.what, Happening::Leave { .. }) {
            calls.retain(|(call, _)| Some(*call) != event.call);
        }
    }
}

/// Numbers tasks, timers and calls in the order in which they come now.
fn renumber(recording: &mut Recording) {
    let mut timers: HashMap<usize, usize> = HashMap::new();
    let mut calls: HashMap<usize, usize> = HashMap::new();
    let mut spawned = Vec::new();
    for event in &recording.events {
        match (&event.what, event.call) {
            (Happening::Timer { timer, .. }, _) => {
                let next = timers.len();
                timers.entry(*timer).or_insert(next);
            }
            (Happening::Enter { .. }, Some(call)) => {
                calls.insert(call, calls.len());
            }
            (Happening::Spawn { new, .. }, _) => spawned.push(*new),
            _ => {}
        }
    }
    let mut slots = spawned.clone();
    slots.sort_unstable();
    let tasks: HashMap<usize, usize> = spawned.into_iter().zip(slots).collect();
    let now = |numbers: &HashMap<usize, usize>, number: &mut usize| {
        *number = numbers.get(number).copied().unwrap_or(*number);
    };
    for event in &mut recording.events {
        event.task.iter_mut().for_each(|task| now(&tasks, task));
        event.call.iter_mut().for_each(|call| now(&calls, call));
        match &mut event.what {
            Happening::Timer { timer, .. } | Happening::Fire { timer } => now(&timers, timer),
            Happening::Spawn { new, .. } => now(&tasks, new),
            Happening::Await { joins, .. } => joins.iter_mut().for_each(|task| now(&tasks, task)),
            Happening::Wake { by } => match by {
                Cause::Timer(timer) => now(&timers, timer),
                Cause::Task(task) | Cause::End(task) => now(&tasks, task),
                Cause::Io | Cause::Itself | Cause::Unknown => {}
            },
            _ => {}
        }
    }
    for task in &mut recording.tasks {
        now(&tasks, &mut task.task);
        task.by.iter_mut().for_each(|by| now(&tasks, by));
    }
    recording.tasks.sort_by_key(|task| task.task);
}

#[cfg(test)]
mod tests {
    use crate::{Recording, difference, parse};

    const HEAD: &str = r#"{"recording":1,"listing":"x","source":"src/main.rs","clock":"real","with":{},"hash":"0"}
{"site":0,"kind":"fn","fn":"nap","at":[3,1,3,20],"text":"async fn nap(n: u64)"}
{"site":1,"kind":"await","fn":"nap","at":[5,5,5,20],"text":"sleep(n).await"}
{"site":2,"kind":"branch","fn":"main","at":[9,5,9,20],"text":"nap(1)","any":2}
{"site":3,"kind":"branch","fn":"main","at":[10,5,10,20],"text":"nap(2)","any":2}
{"site":4,"kind":"await","fn":"main","at":[12,5,12,20],"text":"socket.read().await"}
{"thread":0,"kind":"main"}
{"task":0,"kind":"block_on","name":"main"}
"#;
    /// Both branches wait; then the first is ready.
    const RUN: &str = r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"await","site":2,"what":"nap"}
{"t":0,"task":0,"ev":"enter","site":0,"args":[["n","1"]]}
{"t":0,"task":0,"ev":"await","site":1,"what":"sleep"}
{"t":0,"task":0,"ev":"timer","timer":0,"ms":1000}
{"t":0,"task":0,"ev":"pending","site":1}
{"t":0,"task":0,"ev":"pending","site":2}
{"t":0,"task":0,"ev":"await","site":3,"what":"nap"}
{"t":0,"task":0,"ev":"enter","site":0,"args":[["n","2"]]}
{"t":0,"task":0,"ev":"await","site":1,"what":"sleep"}
{"t":0,"task":0,"ev":"timer","timer":1,"ms":2000}
{"t":0,"task":0,"ev":"pending","site":1}
{"t":0,"task":0,"ev":"pending","site":3}
{"t":0,"task":0,"ev":"polled","ready":false}
{"t":1000,"ev":"fire","timer":0}
{"t":1000,"task":0,"ev":"wake","by":{"timer":0}}
{"t":1000,"task":0,"ev":"poll"}
{"t":1000,"task":0,"ev":"resume","site":3}
{"t":1000,"task":0,"ev":"resume","site":1}
{"t":1000,"task":0,"ev":"pending","site":1}
{"t":1000,"task":0,"ev":"pending","site":3}
{"t":1000,"task":0,"ev":"resume","site":2}
{"t":1000,"task":0,"call":0,"ev":"resume","site":1}
{"t":1000,"task":0,"call":0,"ev":"ready","site":1}
{"t":1000,"task":0,"call":0,"ev":"leave","site":0,"how":"done"}
{"t":1000,"task":0,"ev":"ready","site":2}
{"t":1000,"task":0,"ev":"cancel","site":3}
{"t":1000,"task":0,"ev":"polled","ready":true}
{"t":1000,"ev":"exit","code":0}
"#;
    /// The same, but that each poll looks at the other branch first.
    const OTHER: &str = r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"await","site":3,"what":"nap"}
{"t":0,"task":0,"ev":"enter","site":0,"args":[["n","2"]]}
{"t":0,"task":0,"ev":"await","site":1,"what":"sleep"}
{"t":0,"task":0,"ev":"timer","timer":0,"ms":2000}
{"t":0,"task":0,"ev":"pending","site":1}
{"t":0,"task":0,"ev":"pending","site":3}
{"t":0,"task":0,"ev":"await","site":2,"what":"nap"}
{"t":0,"task":0,"ev":"enter","site":0,"args":[["n","1"]]}
{"t":0,"task":0,"ev":"await","site":1,"what":"sleep"}
{"t":0,"task":0,"ev":"timer","timer":1,"ms":1000}
{"t":0,"task":0,"ev":"pending","site":1}
{"t":0,"task":0,"ev":"pending","site":2}
{"t":0,"task":0,"ev":"polled","ready":false}
{"t":1000,"ev":"fire","timer":1}
{"t":1000,"task":0,"ev":"wake","by":{"timer":1}}
{"t":1000,"task":0,"ev":"poll"}
{"t":1000,"task":0,"ev":"resume","site":2}
{"t":1000,"task":0,"ev":"resume","site":1}
{"t":1000,"task":0,"ev":"ready","site":1}
{"t":1000,"task":0,"ev":"leave","site":0,"how":"done"}
{"t":1000,"task":0,"ev":"ready","site":2}
{"t":1000,"task":0,"ev":"cancel","site":3}
{"t":1000,"task":0,"ev":"polled","ready":true}
{"t":1000,"ev":"exit","code":0}
"#;

    fn run(events: &str) -> Recording {
        parse(&format!("{HEAD}{events}")).unwrap_or_else(|damage| panic!("{damage}"))
    }

    #[test]
    fn the_order_of_random_branches_does_not_count() {
        assert_eq!(difference(&run(RUN), &run(OTHER)), None);
        assert_eq!(difference(&run(OTHER), &run(RUN)), None);
    }

    #[test]
    fn the_order_of_other_branches_does() {
        let biased = |events: &str| {
            let text = format!("{HEAD}{events}").replace(",\"any\":2", "");
            parse(&text).unwrap_or_else(|damage| panic!("{damage}"))
        };
        assert!(difference(&biased(RUN), &biased(OTHER)).is_some());
    }

    #[test]
    fn what_random_branches_do_counts() {
        for (from, to) in [
            ("\"ms\":1000", "\"ms\":1500"),
            ("[[\"n\",\"2\"]]", "[[\"n\",\"3\"]]"),
            ("\"by\":{\"timer\":1}", "\"by\":{\"timer\":0}"),
            (
                "\"ev\":\"cancel\",\"site\":3",
                "\"ev\":\"cancel\",\"site\":2",
            ),
            (
                "{\"t\":1000,\"task\":0,\"ev\":\"leave\",\"site\":0,\"how\":\"done\"}\n",
                "",
            ),
        ] {
            let planted = OTHER.replacen(from, to, 1);
            assert_ne!(planted, OTHER, "{from}");
            assert!(difference(&run(RUN), &run(&planted)).is_some(), "{from}");
        }
    }

    /// A task that reads, woken once.
    const READS: &str = r#"{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"await","site":4,"what":"read"}
{"t":0,"task":0,"ev":"pending","site":4}
{"t":0,"task":0,"ev":"polled","ready":false}
{"t":0,"task":0,"ev":"wake","by":"io"}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"resume","site":4}
{"t":0,"task":0,"ev":"ready","site":4}
{"t":0,"task":0,"ev":"polled","ready":true}
{"t":0,"ev":"exit","code":0}
"#;
    const VAIN: &str = r#"{"t":0,"task":0,"ev":"wake","by":"io"}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"resume","site":4}
{"t":0,"task":0,"ev":"pending","site":4}
{"t":0,"task":0,"ev":"polled","ready":false}
"#;
    const WAKE: &str = "{\"t\":0,\"task\":0,\"ev\":\"wake\",\"by\":\"io\"}\n";

    #[test]
    fn how_often_input_wakes_in_vain_does_not_count() {
        let again = READS.replacen(WAKE, &format!("{VAIN}{WAKE}{WAKE}"), 1);
        assert_eq!(difference(&run(READS), &run(&again)), None);
    }

    #[test]
    fn before_a_clock_is_paused_what_is_measured_does_not_count() {
        let paused = |events: &str| {
            let text = format!("{HEAD}{events}").replace("\"real\"", "\"paused\"");
            parse(&text).unwrap_or_else(|damage| panic!("{damage}"))
        };
        let late = READS.replace("\"t\":0", "\"t\":280").replacen(
            "\"t\":280,",
            "\"t\":280,\"measured\":280,",
            1,
        );
        assert_eq!(difference(&paused(READS), &paused(&late)), None);
        let later = READS.replace("\"t\":0", "\"t\":280");
        assert!(difference(&paused(READS), &paused(&later)).is_some());
    }

    #[test]
    fn a_wake_by_something_else_or_a_poll_in_which_something_happens_counts() {
        let by_itself = VAIN.replace("\"io\"", "\"self\"");
        let does = VAIN.replacen(
            "\"ev\":\"resume\",\"site\":4}\n",
            "\"ev\":\"resume\",\"site\":4}\n{\"t\":0,\"task\":0,\"ev\":\"enter\",\"site\":0}\n",
            1,
        );
        assert_ne!(does, VAIN);
        for more in [by_itself, does] {
            let again = READS.replacen(WAKE, &format!("{more}{WAKE}"), 1);
            assert!(difference(&run(READS), &run(&again)).is_some(), "{more}");
        }
        assert!(difference(&run(READS), &run(&READS.replacen(WAKE, "", 1))).is_some());
    }
}
