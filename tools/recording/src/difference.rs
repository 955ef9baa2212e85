//! Whether two recordings mean the same.
//!
//! The order of events, who does what, causes, durations that the program asks for and values are
//! what a recording means. When something happened, how much was left out, and the tools' versions
//! are not; nor is the order of what several threads do.

use std::collections::BTreeSet;
use std::fmt;

use crate::settled::settled;
use crate::strands::{self, Strand};
use crate::{Clock, Event, Happening, Header, Recording, Site, Task, describe, seconds};

/// The first thing in which two recordings differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The listing's file and line where it happens: `src/main.rs:17`. The file alone, where no
    /// line is known.
    pub place: String,
    /// The text that stands there, if a line is known.
    pub text: String,
    /// What the older recording says.
    pub old: String,
    /// What the newer one says.
    pub new: String,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{}: `{}`: {}, then: {}",
            self.place, self.text, self.old, self.new
        )
    }
}

/// How much later a printed time may be in one of two runs that mean the same, in seconds, where its
/// recording does not say that the machine was late.
const LATE: f64 = 0.3;

/// The first thing in which `new` means something else than `old`.
///
/// Where things happen on several threads, only the order within each strand is compared: see
/// FORMAT.md.
pub fn difference(old: &Recording, new: &Recording) -> Option<Difference> {
    difference_but(old, new, &[])
}

/// [`difference`], but for the lines in `missing`: they need not be printed in every run (each
/// without its line end). A task may then be dropped before it has printed them.
pub fn difference_but(old: &Recording, new: &Recording, missing: &[String]) -> Option<Difference> {
    let header = |recording: &Recording| {
        let Header {
            listing,
            source,
            clock,
            ..
        } = &recording.header;
        format!("{source} of `{listing}`, clock {clock:?}")
    };
    if header(old) != header(new) {
        return Some(Difference {
            place: old.header.source.clone(),
            text: String::new(),
            old: header(old),
            new: header(new),
        });
    }
    for at in 0..old.sites.len().max(new.sites.len()) {
        let (before, after) = (old.sites.get(at), new.sites.get(at));
        if before != after {
            let (recording, site) = match before {
                Some(site) => (old, site),
                None => (new, &new.sites[at]),
            };
            let say = |site: Option<&Site>| site.map_or("nothing there".to_owned(), told);
            return Some(Difference {
                place: place(recording, site),
                text: site.text.clone(),
                old: say(before),
                new: say(after),
            });
        }
    }
    let (old, new) = (&*settled(old), &*settled(new));
    if strands::are_several(old) || strands::are_several(new) {
        return of_strands(old, new, missing);
    }
    let events = |recording: &Recording| recording.events.iter().cloned().enumerate().collect();
    let (before, after): (Vec<_>, Vec<_>) = (events(old), events(new));
    of_events(old, &before, new, &after).or_else(|| of_tasks(old, new, &|task| task))
}

/// The first event of one sequence that the other does not have there. Events stand beside their
/// index in their recording.
fn of_events(
    old: &Recording,
    before: &[(usize, Event)],
    new: &Recording,
    after: &[(usize, Event)],
) -> Option<Difference> {
    let longest = before.len().max(after.len());
    let at = (0..longest).find(|at| match (before.get(*at), after.get(*at)) {
        (Some((_, before)), Some((_, after))) => !same(old, before, new, after),
        _ => true,
    })?;
    // What is new is shown where it happens; what is gone, where it happened.
    let (recording, stands) = match (after.get(at), before.get(at)) {
        (Some((index, _)), _) => (new, site_of(new, *index)),
        (None, Some((index, _))) => (old, site_of(old, *index)),
        (None, None) => (old, None),
    };
    let say = |recording: &Recording, event: Option<&(usize, Event)>| match event {
        Some((index, _)) => describe(recording, &recording.events[*index]),
        None => "nothing more".to_owned(),
    };
    Some(Difference {
        place: stands.map_or_else(
            || recording.header.source.clone(),
            |site| place(recording, site),
        ),
        text: stands.map_or_else(String::new, |site| site.text.clone()),
        old: say(old, before.get(at)),
        new: say(new, after.get(at)),
    })
}

/// With the same events, tasks can differ only in what no event says.
fn of_tasks(
    old: &Recording,
    new: &Recording,
    number: &dyn Fn(usize) -> usize,
) -> Option<Difference> {
    let gone = |recording: &Recording, old: String, new: String| Difference {
        place: recording.header.source.clone(),
        text: String::new(),
        old,
        new,
    };
    let say = |task: &Task| format!("{}, a {:?}", task.name, task.kind);
    for task in &new.tasks {
        let Some(known) = old.tasks.get(number(task.task)) else {
            return Some(gone(new, "no such task".to_owned(), say(task)));
        };
        let mut same = Task {
            task: known.task,
            by: task.by.map(number),
            ..task.clone()
        };
        if strands::is_foreign(known) && strands::is_foreign(task) {
            same.name.clone_from(&known.name);
        }
        if *known != same {
            return Some(gone(old, say(known), say(task)));
        }
    }
    let lost = old.tasks.iter().find(|task| {
        !new.tasks
            .iter()
            .any(|other| number(other.task) == task.task)
    });
    lost.map(|task| gone(old, say(task), "no such task".to_owned()))
}

fn of_strands(old: &Recording, new: &Recording, missing: &[String]) -> Option<Difference> {
    let workers = strands::by_tasks(old, new);
    let numbers = strands::numbers(old, new);
    let own: Vec<usize> = (0..old.tasks.len()).collect();
    let before = strands::strands(old, &own, workers);
    let after = strands::strands(new, &numbers, workers);
    let tasks = before.iter().chain(&after).map(|strand| strand.task);
    for task in tasks.collect::<BTreeSet<_>>() {
        let of = |strands: &[Strand]| {
            let strand = strands.iter().find(|strand| strand.task == task);
            strand.map_or_else(Vec::new, |strand| strand.events.clone())
        };
        let (mut before, mut after) = (of(&before), of(&after));
        if !missing.is_empty() {
            shorten(&mut before, &mut after, missing);
        }
        let found = of_events(old, &before, new, &after);
        if found.is_some() {
            return found;
        }
    }
    of_tasks(old, new, &|task| {
        numbers.get(task).copied().unwrap_or(usize::MAX)
    })
}

/// If one of two runs dropped a task before it printed lines that need not be printed, takes away
/// what the other did beyond that.
fn shorten(before: &mut Vec<(usize, Event)>, after: &mut Vec<(usize, Event)>, missing: &[String]) {
    let (old, new) = (
        strands::until_dropped(before),
        strands::until_dropped(after),
    );
    if old == before.len() && new == after.len() {
        return;
    }
    let shorter = old.min(new);
    let longer = if old > new {
        &before[..old]
    } else {
        &after[..new]
    };
    let excused = longer[shorter..]
        .iter()
        .all(|(_, event)| match &event.what {
            Happening::Out { text, .. } => text
                .lines()
                .all(|line| missing.iter().any(|missing| missing == line)),
            _ => true,
        });
    if excused {
        before.truncate(shorter);
        after.truncate(shorter);
    }
}

/// Whether two events mean the same.
fn same(old: &Recording, before: &Event, new: &Recording, after: &Event) -> bool {
    let kind = |recording: &Recording, event: &Event| {
        let thread = recording.threads.get(event.thread);
        thread.map(|thread| thread.kind)
    };
    // Tokio's own clock is exact.
    let paused = old.header.clock == Clock::Paused;
    // On a runtime with workers, main's thread may do what a worker does.
    let elsewhere = !strands::by_tasks(old, new) && kind(old, before) != kind(new, after);
    let apart = before.task != after.task || before.call != after.call;
    if apart || elsewhere || (paused && before.t != after.t) {
        return false;
    }
    match (&before.what, &after.what) {
        // How often more of it happened is a matter of speed, wherever it is not of the program.
        (Happening::More { site, .. }, Happening::More { site: other, .. }) => site == other,
        (
            Happening::Out { site, fd, text },
            Happening::Out {
                site: other_site,
                fd: other_fd,
                text: other,
            },
        ) => {
            let late = |recording: &Recording| recording.header.late.unwrap_or(0) as f64 / 1000.0;
            let slack = [LATE + late(old), LATE + late(new)];
            site == other_site && fd == other_fd && same_text(text, other, slack)
        }
        (before, after) => before == after,
    }
}

/// Whether two printed texts are the same but for `x.xx seconds` that are late, in each by as much as
/// its `slack`, in seconds.
fn same_text(old: &str, new: &str, slack: [f64; 2]) -> bool {
    if old == new {
        return true;
    }
    let times = |text| -> Vec<f64> { seconds::times(text).map(|time| time.seconds()).collect() };
    let (before, after) = (times(old), times(new));
    seconds::without_times(old) == seconds::without_times(new)
        // A program may print what stands there for a time.
        && before.len() == after.len()
        && before
            .iter()
            .zip(&after)
            .all(|(old, new)| old - new <= slack[0] && new - old <= slack[1])
}

/// Where the event at `at` happens: at its own site, or where its task stands.
fn site_of(recording: &Recording, at: usize) -> Option<&Site> {
    let event = recording.events.get(at)?;
    let own = event.what.site();
    let stands = || {
        let before = recording.events[..at].iter().rev();
        before
            .filter(|other| other.task == event.task)
            .find_map(|other| other.what.site())
    };
    recording.sites.get(own.or_else(stands)?)
}

fn place(recording: &Recording, site: &Site) -> String {
    let file = site.file.as_ref().unwrap_or(&recording.header.source);
    format!("{file}:{}", site.at[0])
}

fn told(site: &Site) -> String {
    let [line, column, ..] = site.at;
    format!(
        "line {line}, column {column}: {:?} `{}`",
        site.kind, site.text
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parse;

    /// Two tasks that end after each other, as example 3 does, in few events.
    const RUN: &str = r#"{"recording":1,"listing":"x","source":"src/main.rs","clock":"real","with":{"rustc":"1.0"},"hash":"0"}
{"site":0,"kind":"fn","fn":"nap","at":[3,1,3,20],"text":"async fn nap(n: u64)"}
{"site":1,"kind":"await","fn":"nap","at":[4,5,4,20],"text":"sleep(n).await"}
{"site":2,"kind":"print","fn":"nap","at":[5,5,5,20],"text":"println!(\"{n}\")"}
{"site":3,"kind":"stmt","fn":"main","at":[9,5,9,40],"text":"let result = task.await;"}
{"thread":0,"kind":"main"}
{"task":0,"kind":"block_on","name":"main"}
{"task":1,"kind":"task","name":"nap(1)","by":0}
{"task":2,"kind":"task","name":"nap(2)","by":0}
{"t":0,"task":0,"ev":"poll"}
{"t":0,"task":0,"ev":"spawn","new":1}
{"t":0,"task":0,"ev":"spawn","new":2}
{"t":0,"task":1,"ev":"enter","site":0,"args":[["n","1"]]}
{"t":0,"task":1,"ev":"timer","timer":0,"ms":1000}
{"t":1000,"ev":"fire","timer":0}
{"t":1000,"task":1,"ev":"wake","by":{"timer":0}}
{"t":1000,"task":2,"ev":"wake","by":{"task":1}}
{"t":1000,"task":1,"ev":"poll"}
{"t":1000,"task":1,"ev":"out","site":2,"fd":1,"text":"took 1.00 seconds\n"}
{"t":1000,"task":0,"ev":"wake","by":{"end":1}}
{"t":1000,"task":0,"ev":"value","site":3,"name":"result","value":"\"a\""}
{"t":1000,"ev":"exit","code":0}
"#;

    fn changed(from: &str, to: &str) -> Option<Difference> {
        let new = RUN.replacen(from, to, 1);
        assert_ne!(new, RUN, "the plan changes something");
        difference(&parse(RUN).unwrap(), &parse(&new).unwrap())
    }

    fn found(from: &str, to: &str) -> (String, String, String) {
        let difference = changed(from, to).expect("a difference");
        (difference.place, difference.old, difference.new)
    }

    #[test]
    fn a_recording_means_what_it_means() {
        let run = parse(RUN).unwrap();
        assert_eq!(difference(&run, &run), None);
    }

    #[test]
    fn lateness_and_versions_do_not_count() {
        assert_eq!(changed("\"rustc\":\"1.0\"", "\"rustc\":\"2.0\""), None);
        assert_eq!(changed("\"hash\":\"0\"", "\"hash\":\"1\""), None);
        assert_eq!(
            changed("{\"t\":1000,\"ev\":\"fire\"", "{\"t\":1040,\"ev\":\"fire\""),
            None
        );
        assert_eq!(changed("1.00 seconds", "1.20 seconds"), None);
    }

    /// A run that says how late its machine was is excused for that, and no other is.
    #[test]
    fn a_late_machine_prints_late_times() {
        let late = "{\"recording\":1,\"late\":400,";
        let late = RUN.replacen("{\"recording\":1,", late, 1);
        assert_ne!(late, RUN);
        let at = |run: &str, time: &str| parse(&run.replace("1.00 seconds", time)).unwrap();
        let run = parse(RUN).unwrap();
        assert!(difference(&run, &at(RUN, "1.40 seconds")).is_some());
        assert_eq!(difference(&run, &at(&late, "1.40 seconds")), None);
        assert_eq!(difference(&at(&late, "1.40 seconds"), &run), None);
        assert!(difference(&at(RUN, "1.40 seconds"), &at(&late, "1.00 seconds")).is_some());
        assert!(difference(&run, &at(&late, "1.80 seconds")).is_some());
    }

    #[test]
    fn two_wakes_swapped() {
        let first = "{\"t\":1000,\"task\":1,\"ev\":\"wake\",\"by\":{\"timer\":0}}\n";
        let second = "{\"t\":1000,\"task\":2,\"ev\":\"wake\",\"by\":{\"task\":1}}\n";
        let (_, old, new) = found(&format!("{first}{second}"), &format!("{second}{first}"));
        assert_eq!(
            (&*old, &*new),
            ("nap(1) is woken by timer 0", "nap(2) is woken by nap(1)")
        );
    }

    /// Of tasks that wait for the same, and are woken by the same: only the order tells them apart.
    #[test]
    fn two_wakes_of_equals_swapped() {
        let wake = |task: usize| {
            format!("{{\"t\":1000,\"task\":{task},\"ev\":\"wake\",\"by\":{{\"task\":0}}}}\n")
        };
        let last = "{\"t\":1000,\"ev\":\"exit\"";
        let ends = |order: [usize; 2]| {
            let [first, second] = order.map(wake);
            parse(&RUN.replacen(last, &format!("{first}{second}{last}"), 1)).unwrap()
        };
        let found = difference(&ends([1, 2]), &ends([2, 1])).expect("a difference");
        assert_eq!(
            (&*found.old, &*found.new),
            ("nap(1) is woken by main", "nap(2) is woken by main")
        );
    }

    #[test]
    fn a_poll_deleted() {
        let (place, old, new) = found("{\"t\":1000,\"task\":1,\"ev\":\"poll\"}\n", "");
        assert_eq!(place, "src/main.rs:5");
        assert_eq!(
            (&*old, &*new),
            ("nap(1) is polled", "nap(1) prints \"took 1.00 seconds\\n\"")
        );
    }

    #[test]
    fn an_event_added_or_lost_at_the_end() {
        let last = "{\"t\":1000,\"task\":0,\"ev\":\"value\",\"site\":3,\"name\":\"result\",\"value\":\"\\\"a\\\"\"}\n";
        assert!(changed(last, "").is_some());
        assert!(changed(last, &last.repeat(2)).is_some());
    }

    #[test]
    fn a_cause_changed() {
        let (_, old, new) = found("{\"end\":1}", "{\"task\":1}");
        assert_eq!(
            (&*old, &*new),
            (
                "main is woken by the end of nap(1)",
                "main is woken by nap(1)"
            )
        );
    }

    #[test]
    fn a_timers_duration_changed() {
        let (place, old, new) = found("\"ms\":1000", "\"ms\":2000");
        assert_eq!(place, "src/main.rs:3");
        assert_eq!(
            (&*old, &*new),
            (
                "nap(1) arms timer 0, due in 1000 ms",
                "nap(1) arms timer 0, due in 2000 ms"
            )
        );
    }

    #[test]
    fn a_value_changed() {
        let (place, old, new) = found("\\\"a\\\"", "\\\"b\\\"");
        assert_eq!(place, "src/main.rs:9");
        assert_eq!(
            (&*old, &*new),
            ("main has result = \"a\"", "main has result = \"b\"")
        );
    }

    #[test]
    fn an_argument_a_name_a_text_an_end_changed() {
        for (from, to) in [
            ("[[\"n\",\"1\"]]", "[[\"n\",\"2\"]]"),
            ("\"name\":\"nap(2)\"", "\"name\":\"nap(3)\""),
            ("took 1.00", "took  1.00"),
            ("1.00 seconds", "2.00 seconds"),
            ("1.00 seconds", "? seconds"),
            ("\"code\":0", "\"code\":1"),
            ("\"exit\",\"code\":0", "\"exit\",\"cut\":\"time limit\""),
            (
                "\"exit\",\"code\":0",
                "\"exit\",\"code\":0,\"differs\":[\"stdout\"]",
            ),
            ("sleep(n).await", "sleep(m).await"),
            (
                "\"task\":0,\"ev\":\"value\"",
                "\"task\":0,\"call\":0,\"ev\":\"value\"",
            ),
        ] {
            assert!(changed(from, to).is_some(), "{from} -> {to}");
        }
    }
}
