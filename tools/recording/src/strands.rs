//! Runs on several threads: what is in order, and what only happened to come in that order.
//!
//! Threads write into one recording, and which of them comes first is this run's. What a run means is
//! in its strands: sequences whose order the program makes.
//!
//! - Where a runtime has workers, each task is a strand of what the program does in it. How often it
//!   is polled, when it is woken and on which worker is the schedule's: a task that is awaited may have
//!   ended already.
//! - Where there is one runtime thread and others beside it (the blocking pool, a thread of the
//!   program's), that thread is a strand with all that happens on it, and so is each task that runs on
//!   another.

use std::collections::{BTreeMap, HashMap};

use crate::{Cause, End, Event, Happening, How, Recording, Task, TaskKind, ThreadKind};

/// What happens in one strand.
#[derive(Debug)]
pub(crate) struct Strand {
    /// The task, if it is one task's.
    pub task: Option<usize>,
    /// The events, by their index, as the older of two recordings would have written them.
    pub events: Vec<(usize, Event)>,
}

/// Whether anything happens on another thread than the first.
pub(crate) fn are_several(recording: &Recording) -> bool {
    recording.threads.len() > 1
}

/// Whether a runtime with several threads polls tasks.
fn has_workers(recording: &Recording) -> bool {
    let mut kinds = recording.threads.iter().map(|thread| thread.kind);
    kinds.any(|kind| kind == ThreadKind::Worker)
}

/// Who a task is, in whichever run: who made it, where, what it does if that is not known, and the
/// how-manieth of these it is.
type Key = (Option<usize>, Option<usize>, String, usize);

/// Whether nobody knows who made a task: it is a thread that a library has started, or a function of
/// the program's in a way that is not seen. Its number, and a name by it, are this run's.
pub(crate) fn is_foreign(task: &Task) -> bool {
    task.kind == TaskKind::Thread && task.by.is_none() && task.task > 0
}

/// What each thread does of which nobody knows who made it, as far as it is the same in whichever run.
fn deeds(recording: &Recording) -> HashMap<usize, String> {
    let tasks = recording.tasks.iter();
    let foreign = tasks.filter(|task| is_foreign(task));
    let mut deeds: HashMap<usize, String> =
        foreign.map(|task| (task.task, String::new())).collect();
    for event in &recording.events {
        let Some(told) = event.task.and_then(|task| deeds.get_mut(&task)) else {
            continue;
        };
        match &event.what {
            Happening::Enter { .. }
            | Happening::Line { .. }
            | Happening::Value { .. }
            | Happening::Block { .. }
            | Happening::Out { .. } => told.push_str(&format!("{:?}\n", event.what)),
            _ => {}
        }
    }
    deeds
}

/// The tasks of `new` by the numbers that `old` has for them; a task that `old` does not have gets a
/// number behind all of its.
pub(crate) fn numbers(old: &Recording, new: &Recording) -> Vec<usize> {
    fn key(
        counts: &mut HashMap<Key, usize>,
        by: Option<usize>,
        task: &Task,
        deeds: &HashMap<usize, String>,
    ) -> Key {
        let deeds = deeds.get(&task.task).map_or("", |deeds| deeds);
        let place = (by, task.site, format!("{:?}{deeds}", task.kind), 0);
        let count = counts.entry(place.clone()).or_default();
        *count += 1;
        (place.0, place.1, place.2, *count)
    }
    let (mut counts, done) = (HashMap::new(), deeds(old));
    let mut known = HashMap::new();
    for task in &old.tasks {
        known.insert(key(&mut counts, task.by, task, &done), task.task);
    }
    let (mut counts, done) = (HashMap::new(), deeds(new));
    let mut numbers: Vec<usize> = Vec::new();
    let mut next = old.tasks.len();
    for task in &new.tasks {
        // Whoever made it stands before it.
        let by = task.by.and_then(|by| numbers.get(by).copied());
        let number = known.get(&key(&mut counts, by, task, &done)).copied();
        numbers.push(number.unwrap_or_else(|| {
            next += 1;
            next - 1
        }));
    }
    numbers
}

/// A number for the how-manieth timer or call of a task that is the same in whichever order the tasks
/// come: no task of a recording has so many.
fn nth_of(task: usize, count: usize) -> usize {
    task * 1_000_000 + count
}

/// The strands of a recording whose tasks have these numbers, those without a task first.
pub(crate) fn strands(recording: &Recording, numbers: &[usize], workers: bool) -> Vec<Strand> {
    let task = |task: usize| numbers.get(task).copied().unwrap_or(task);
    let mut timers: HashMap<usize, usize> = HashMap::new();
    let mut armed: HashMap<usize, usize> = HashMap::new();
    let mut calls: Vec<usize> = Vec::new();
    let mut entered: HashMap<usize, usize> = HashMap::new();
    let mut strands: BTreeMap<Option<usize>, Strand> = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        if let (Happening::Timer { timer, .. }, Some(by)) = (&event.what, event.task) {
            // The how-manieth of its task: tasks arm their timers in any order.
            let count = armed.entry(task(by)).or_default();
            timers.entry(*timer).or_insert_with(|| {
                *count += 1;
                nth_of(task(by), *count)
            });
        }
        if let (Happening::Enter { .. }, Some(by)) = (&event.what, event.task) {
            let count = entered.entry(task(by)).or_default();
            *count += 1;
            calls.push(nth_of(task(by), *count));
        }
        if workers && !is_of_the_program(&event.what) {
            continue;
        }
        let timer = |timer: &usize| timers.get(timer).copied().unwrap_or(*timer);
        let mut event = event.clone();
        let at = strand_of(recording, &event, workers).map(task);
        event.task = event.task.map(task);
        event.call = event
            .call
            .map(|call| calls.get(call).copied().unwrap_or(call));
        match &mut event.what {
            Happening::Spawn { new, .. } => *new = task(*new),
            Happening::Await {
                joins: Some(joined),
                ..
            } => *joined = task(*joined),
            Happening::Timer { timer: number, .. } | Happening::Fire { timer: number } => {
                *number = timer(number);
            }
            Happening::Wake { by } => {
                *by = match *by {
                    Cause::Timer(number) => Cause::Timer(timer(&number)),
                    Cause::Task(by) => Cause::Task(task(by)),
                    Cause::End(by) => Cause::End(task(by)),
                    other => other,
                };
            }
            _ => {}
        }
        let strand = strands.entry(at).or_insert_with(|| Strand {
            task: at,
            events: Vec::new(),
        });
        strand.events.push((index, event));
    }
    strands.into_values().collect()
}

/// Whether either of two runs has workers; then both are taken apart by tasks.
pub(crate) fn by_tasks(old: &Recording, new: &Recording) -> bool {
    has_workers(old) || has_workers(new)
}

/// What the program does, whoever polls it and however often.
fn is_of_the_program(what: &Happening) -> bool {
    !matches!(
        what,
        Happening::Poll
            | Happening::Polled { .. }
            | Happening::Pending { .. }
            | Happening::Resume { .. }
            | Happening::Wake { .. }
            | Happening::Fire { .. }
    )
}

fn strand_of(recording: &Recording, event: &Event, workers: bool) -> Option<usize> {
    let kind = recording.threads.get(event.thread)?.kind;
    match &event.what {
        _ if !workers && kind == ThreadKind::Main => None,
        // It happens where its cause is.
        Happening::Wake {
            by: Cause::Task(by) | Cause::End(by),
        } => Some(*by),
        _ => event.task,
    }
}

/// How much of a task's strand is left when its future's being dropped is taken away: where it was
/// dropped is not the program's business. The whole strand of a task that ran to its end.
pub(crate) fn until_dropped(events: &[(usize, Event)]) -> usize {
    let teardown = |what: &Happening| {
        matches!(
            what,
            Happening::Cancel { .. }
                | Happening::Leave {
                    how: How::Dropped,
                    ..
                }
                | Happening::End {
                    how: End::Dropped | End::Cancelled
                }
        )
    };
    let kept = events.iter().rposition(|(_, event)| !teardown(&event.what));
    kept.map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use crate::{Difference, Recording, difference, difference_but, parse};

    const HEAD: &str = r#"{"recording":1,"listing":"x","source":"src/main.rs","clock":"real","with":{},"hash":"0"}
{"site":0,"kind":"fn","fn":"nap","at":[3,1,3,20],"text":"async fn nap(n: u64)"}
{"site":1,"kind":"print","fn":"nap","at":[4,5,4,20],"text":"println!(\"{n}\")"}
{"site":2,"kind":"await","fn":"nap","at":[5,5,5,20],"text":"sleep(n).await"}
{"site":3,"kind":"spawn","fn":"main","at":[9,5,9,20],"text":"tokio::spawn(nap(1))"}
{"site":4,"kind":"spawn","fn":"main","at":[10,5,10,20],"text":"tokio::spawn(nap(2))"}
{"site":5,"kind":"await","fn":"main","at":[11,5,11,20],"text":"task.await"}
{"thread":0,"kind":"main"}
"#;

    /// Two tasks on two workers.
    const WORKERS: &str = r#"{"thread":1,"kind":"worker"}
{"thread":2,"kind":"worker"}
{"task":0,"kind":"block_on","name":"main"}
{"task":1,"kind":"task","name":"nap(1)","by":0,"site":3}
{"task":2,"kind":"task","name":"nap(2)","by":0,"site":4}
{"t":0,"task":0,"ev":"spawn","new":1,"site":3}
{"t":0,"task":0,"ev":"spawn","new":2,"site":4}
{"t":0,"task":0,"ev":"await","site":5,"what":"JoinHandle","joins":1}
{"t":0,"task":0,"ev":"pending","site":5}
{"t":0,"on":1,"task":1,"ev":"enter","site":0,"args":[["n","1"]]}
{"t":0,"on":1,"task":1,"ev":"out","site":1,"fd":1,"text":"nap 1\n"}
{"t":0,"on":1,"task":1,"ev":"timer","timer":0,"ms":1000}
{"t":0,"on":2,"task":2,"ev":"enter","site":0,"args":[["n","2"]]}
{"t":0,"on":2,"task":2,"ev":"out","site":1,"fd":1,"text":"nap 2\n"}
{"t":0,"on":2,"task":2,"ev":"timer","timer":1,"ms":2000}
{"t":1000,"on":1,"ev":"fire","timer":0}
{"t":1000,"on":1,"task":1,"ev":"wake","by":{"timer":0}}
{"t":1000,"on":2,"task":1,"ev":"leave","site":0,"how":"done"}
{"t":1000,"on":2,"task":1,"ev":"end","how":"done"}
{"t":1000,"task":0,"ev":"ready","site":5}
{"t":1000,"on":2,"task":2,"ev":"cancel","site":2}
{"t":1000,"on":2,"task":2,"ev":"leave","site":0,"how":"dropped"}
{"t":1000,"on":2,"task":2,"ev":"end","how":"dropped"}
{"t":1000,"ev":"exit","code":0}
"#;

    /// A closure on the blocking pool beside a runtime with one thread.
    const POOL: &str = r#"{"thread":1,"kind":"blocking"}
{"task":0,"kind":"block_on","name":"main"}
{"task":1,"kind":"blocking","name":"read()","by":0,"site":3}
{"task":2,"kind":"task","name":"nap(2)","by":0,"site":4}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"spawn","new":1,"site":3}
{"t":0,"task":0,"ev":"spawn","new":2,"site":4}
{"t":0,"on":1,"task":1,"ev":"enter","site":0}
{"t":0,"task":0,"ev":"await","site":5,"what":"JoinHandle","joins":1}
{"t":0,"task":0,"ev":"polled","ready":false}
{"t":0,"task":2,"ev":"poll"}
{"t":0,"on":1,"task":1,"ev":"leave","site":0,"how":"done"}
{"t":0,"on":1,"task":1,"ev":"end","how":"done"}
{"t":0,"on":1,"task":0,"ev":"wake","by":{"end":1}}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"ev":"exit","code":0}
"#;

    /// Two threads that a library has started.
    const FOREIGN: &str = r#"{"thread":1,"kind":"other"}
{"thread":2,"kind":"other"}
{"task":0,"kind":"thread","name":"main"}
{"task":1,"kind":"thread","name":"thread 2"}
{"task":2,"kind":"thread","name":"thread 3"}
{"t":0,"on":1,"task":1,"ev":"out","site":1,"fd":1,"text":"one\n"}
{"t":0,"on":2,"task":2,"ev":"out","site":1,"fd":1,"text":"two\n"}
{"t":0,"ev":"exit","code":0}
"#;

    fn run(events: &str) -> Recording {
        parse(&format!("{HEAD}{events}")).unwrap_or_else(|damage| panic!("{damage}"))
    }

    fn changed(events: &str, from: &str, to: &str) -> Option<Difference> {
        let new = events.replacen(from, to, 1);
        assert_ne!(new, events, "the plan changes something");
        difference(&run(events), &run(&new))
    }

    /// The line moved to the front of the events, past those that are in no order with it.
    fn moved(events: &str, line: &str, before: &str) -> String {
        let without = events.replacen(&format!("{line}\n"), "", 1);
        assert_ne!(without, events);
        let moved = without.replacen(before, &format!("{line}\n{before}"), 1);
        assert_ne!(moved, without);
        moved
    }

    #[test]
    fn what_the_schedule_decides_does_not_count() {
        for (from, to) in [
            (
                "\"on\":2,\"task\":1,\"ev\":\"leave\"",
                "\"on\":1,\"task\":1,\"ev\":\"leave\"",
            ),
            ("{\"t\":0,\"task\":0,\"ev\":\"pending\",\"site\":5}\n", ""),
            (
                "{\"t\":1000,\"on\":1,\"task\":1,\"ev\":\"wake\",\"by\":{\"timer\":0}}\n",
                "",
            ),
            (
                "{\"t\":1000,\"task\":0,\"ev\":\"ready\"",
                "{\"t\":1040,\"measured\":40,\"task\":0,\"ev\":\"ready\"",
            ),
        ] {
            // Later times must stay later.
            let from_events = WORKERS
                .replace(
                    "\"t\":1000,\"on\":2,\"task\":2",
                    "\"t\":2000,\"on\":2,\"task\":2",
                )
                .replace("{\"t\":1000,\"ev\":\"exit\"", "{\"t\":2000,\"ev\":\"exit\"");
            assert_eq!(changed(&from_events, from, to), None, "{from}");
        }
    }

    #[test]
    fn tasks_may_take_turns_in_any_order_but_each_keeps_its_own() {
        let line = r#"{"t":0,"on":2,"task":2,"ev":"enter","site":0,"args":[["n","2"]]}"#;
        let earlier = moved(WORKERS, line, r#"{"t":0,"on":1,"task":1,"ev":"enter""#);
        assert_eq!(difference(&run(WORKERS), &run(&earlier)), None);
        let line = r#"{"t":0,"on":1,"task":1,"ev":"out","site":1,"fd":1,"text":"nap 1\n"}"#;
        let earlier = moved(WORKERS, line, r#"{"t":0,"on":1,"task":1,"ev":"enter""#);
        let found = difference(&run(WORKERS), &run(&earlier)).expect("a difference");
        assert_eq!(found.old, "nap(1) enters nap(n = 1)");
        assert_eq!(found.place, "src/main.rs:4");
    }

    #[test]
    fn timers_are_numbered_by_whoever_arms_first() {
        let swapped = WORKERS
            .replace("\"timer\":0", "\"timer\":9")
            .replace("\"timer\":1", "\"timer\":0")
            .replace("\"timer\":9", "\"timer\":1");
        assert_eq!(difference(&run(WORKERS), &run(&swapped)), None);
    }

    #[test]
    fn tasks_are_known_by_who_made_them_and_where() {
        let mut lines: Vec<String> = WORKERS.lines().map(str::to_owned).collect();
        for line in &mut lines {
            for key in ["task", "new", "joins"] {
                let [one, two] = [1, 2].map(|number| format!("\"{key}\":{number}"));
                let swapped = match line.contains(&one) {
                    true => line.replace(&one, &two),
                    false => line.replace(&two, &one),
                };
                *line = swapped;
            }
        }
        let second = lines
            .iter()
            .position(|line| line.starts_with("{\"task\":2"));
        let second = second.expect("a task");
        lines.swap(second, second + 1);
        let renumbered = lines.join("\n") + "\n";
        assert!(renumbered.contains("\"task\":2,\"kind\":\"task\",\"name\":\"nap(1)\""));
        assert_eq!(difference(&run(WORKERS), &run(&renumbered)), None);
    }

    #[test]
    fn what_the_program_does_counts_on_workers_too() {
        for (from, to) in [
            ("\"ms\":1000", "\"ms\":1500"),
            ("[[\"n\",\"1\"]]", "[[\"n\",\"3\"]]"),
            ("\"text\":\"nap 1\\n\"", "\"text\":\"nap 3\\n\""),
            ("\"joins\":1", "\"joins\":2"),
            (
                "\"site\":0,\"how\":\"done\"",
                "\"site\":0,\"how\":\"panicked\"",
            ),
            (
                "\"task\":1,\"ev\":\"end\",\"how\":\"done\"",
                "\"task\":1,\"ev\":\"end\",\"how\":\"cancelled\"",
            ),
            ("\"code\":0", "\"code\":1"),
            ("\"clock\":\"real\"", "\"clock\":\"paused\""),
            ("\"name\":\"nap(2)\"", "\"name\":\"nap(3)\""),
            (
                "{\"t\":0,\"on\":1,\"task\":1,\"ev\":\"out\"",
                "{\"t\":0,\"on\":1,\"task\":2,\"ev\":\"out\"",
            ),
        ] {
            let all = format!("{HEAD}{WORKERS}");
            let new = all.replacen(from, to, 1);
            assert_ne!(new, all, "{from}");
            let parsed = parse(&new).unwrap_or_else(|damage| panic!("{damage}"));
            assert!(
                difference(&run(WORKERS), &parsed).is_some(),
                "{from} -> {to}"
            );
        }
    }

    #[test]
    fn a_task_more_or_less() {
        let third = "{\"task\":3,\"kind\":\"task\",\"name\":\"nap(2)\",\"by\":0,\"site\":4}\n{\"t\":0,\"task\":0,\"ev\":\"spawn\",\"new\":1";
        let more = WORKERS.replacen("{\"t\":0,\"task\":0,\"ev\":\"spawn\",\"new\":1", third, 1);
        assert!(difference(&run(WORKERS), &run(&more)).is_some());
        assert!(difference(&run(&more), &run(WORKERS)).is_some());
    }

    #[test]
    fn a_line_may_be_missing_only_if_it_is_declared() {
        let never = [
            "{\"t\":0,\"on\":2,\"task\":2,\"ev\":\"enter\",\"site\":0,\"args\":[[\"n\",\"2\"]]}\n",
            "{\"t\":0,\"on\":2,\"task\":2,\"ev\":\"out\",\"site\":1,\"fd\":1,\"text\":\"nap 2\\n\"}\n",
            "{\"t\":0,\"on\":2,\"task\":2,\"ev\":\"timer\",\"timer\":1,\"ms\":2000}\n",
            "{\"t\":1000,\"on\":2,\"task\":2,\"ev\":\"cancel\",\"site\":2}\n",
            "{\"t\":1000,\"on\":2,\"task\":2,\"ev\":\"leave\",\"site\":0,\"how\":\"dropped\"}\n",
        ];
        let cut = never.iter().fold(WORKERS.to_owned(), |run, line| {
            assert!(run.contains(line), "{line}");
            run.replace(line, "")
        });
        let (old, new) = (run(WORKERS), run(&cut));
        let nap = |line: &str| [line.to_owned()];
        assert_eq!(difference_but(&old, &new, &nap("nap 2")), None);
        assert_eq!(difference_but(&new, &old, &nap("nap 2")), None);
        assert!(difference_but(&old, &new, &nap("nap 1")).is_some());
        assert!(difference(&old, &new).is_some());
        // What ran to its end is not excused.
        let cut = WORKERS.replace(
            "{\"t\":0,\"on\":1,\"task\":1,\"ev\":\"out\",\"site\":1,\"fd\":1,\"text\":\"nap 1\\n\"}\n",
            "",
        );
        assert!(difference_but(&old, &run(&cut), &nap("nap 1")).is_some());
    }

    /// Which of them does something first is this run's, and so are their numbers.
    #[test]
    fn threads_that_nobody_started_are_known_by_what_they_do() {
        let swapped = FOREIGN
            .replace("one\\n", "three\\n")
            .replace("two\\n", "one\\n")
            .replace("three\\n", "two\\n");
        assert_ne!(swapped, FOREIGN);
        assert_eq!(difference(&run(FOREIGN), &run(&swapped)), None);
        let third = "{\"task\":2,\"kind\":\"thread\",\"name\":\"thread 4\"}";
        let renamed = FOREIGN.replace(
            "{\"task\":2,\"kind\":\"thread\",\"name\":\"thread 3\"}",
            third,
        );
        assert_ne!(renamed, FOREIGN);
        assert_eq!(difference(&run(FOREIGN), &run(&renamed)), None);
        for (from, to) in [
            ("two\\n", "one\\n"),
            ("one\\n", "three\\n"),
            ("\"text\":\"one\\n\"", "\"text\":\"\""),
        ] {
            assert!(changed(FOREIGN, from, to).is_some(), "{from} -> {to}");
            assert!(
                difference(&run(&FOREIGN.replacen(from, to, 1)), &run(FOREIGN)).is_some(),
                "{to} -> {from}"
            );
        }
    }

    #[test]
    fn one_runtime_thread_keeps_its_order_and_the_pool_takes_its_own() {
        let line = r#"{"t":0,"on":1,"task":1,"ev":"leave","site":0,"how":"done"}"#;
        let earlier = moved(POOL, line, r#"{"t":0,"task":0,"ev":"await""#);
        assert_eq!(difference(&run(POOL), &run(&earlier)), None);
        let line = r#"{"t":0,"task":2,"ev":"poll"}"#;
        let earlier = moved(POOL, line, r#"{"t":0,"task":0,"ev":"await""#);
        assert!(difference(&run(POOL), &run(&earlier)).is_some());
        for (from, to) in [
            (
                "{\"t\":0,\"task\":0,\"ev\":\"polled\",\"ready\":false}\n",
                "",
            ),
            ("\"by\":{\"end\":1}", "\"by\":\"io\""),
            ("\"kind\":\"blocking\"}", "\"kind\":\"other\"}"),
        ] {
            assert!(changed(POOL, from, to).is_some(), "{from} -> {to}");
        }
    }
}
