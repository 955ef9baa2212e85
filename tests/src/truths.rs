//! What the chapters say of a listing's run in so many words, and what a recording has to show for it.

use recording::{Cause, Happening, Recording, TaskKind};

/// One such claim.
#[derive(Debug)]
pub struct Truth {
    /// The listing.
    pub listing: &'static str,
    /// What is said of it.
    pub says: &'static str,
    /// Whether a run of it is so; else, what is found instead.
    pub holds: fn(&Recording) -> Result<(), String>,
}

/// All of them.
pub const TRUTHS: [Truth; 6] = [
    Truth {
        listing: "example-2",
        says: "one task, the second call after the first",
        holds: in_turn,
    },
    Truth {
        listing: "example-3",
        says: "main is polled three times",
        holds: |run| polls_of_main(run, 3),
    },
    Truth {
        listing: "example-4",
        says: "main is polled twice",
        holds: |run| polls_of_main(run, 2),
    },
    Truth {
        listing: "example-4",
        says: "the end of fetch_data(1) wakes nobody",
        holds: wakes_nobody,
    },
    Truth {
        listing: "example-3",
        says: "two tasks overlap",
        holds: overlap,
    },
    Truth {
        listing: "example-3",
        says: "timers armed at 0 fire after 1 and 2 seconds",
        holds: timers,
    },
];

/// The calls of `fetch_data` as they begin (`true`) and end, by their first argument or in order.
fn calls(run: &Recording) -> Vec<bool> {
    let of = |site: usize| run.sites[site].function == "fetch_data";
    let calls = run.events.iter().filter_map(|event| match &event.what {
        Happening::Enter { site, .. } if of(*site) => Some(true),
        Happening::Leave { site, .. } if of(*site) => Some(false),
        _ => None,
    });
    calls.collect()
}

fn in_turn(run: &Recording) -> Result<(), String> {
    let kinds: Vec<TaskKind> = run.tasks.iter().map(|task| task.kind).collect();
    if kinds != [TaskKind::BlockOn] {
        return Err(format!("tasks {kinds:?}"));
    }
    match &calls(run)[..] {
        [true, false, true, false] => Ok(()),
        calls => Err(format!("calls begin (true) and end (false): {calls:?}")),
    }
}

fn overlap(run: &Recording) -> Result<(), String> {
    match &calls(run)[..] {
        [true, true, false, false] => Ok(()),
        calls => Err(format!("calls begin (true) and end (false): {calls:?}")),
    }
}

fn polls_of_main(run: &Recording, expected: usize) -> Result<(), String> {
    let polls = run.events.iter().filter(|event| {
        event.what == Happening::Poll
            && event
                .task
                .is_some_and(|task| run.tasks[task].name == "main")
    });
    match polls.count() {
        count if count == expected => Ok(()),
        count => Err(format!("{count} polls")),
    }
}

fn wakes_nobody(run: &Recording) -> Result<(), String> {
    let task = run
        .tasks
        .iter()
        .position(|task| task.name == "fetch_data(1)");
    let task = task.ok_or("no task fetch_data(1)")?;
    let ends = run
        .events
        .iter()
        .any(|event| event.task == Some(task) && matches!(event.what, Happening::End { .. }));
    let woken = run.events.iter().find(|event| {
        matches!(event.what, Happening::Wake { by: Cause::End(by) | Cause::Task(by) } if by == task)
    });
    match woken {
        _ if !ends => Err("it does not end".to_owned()),
        Some(event) => Err(recording::describe(run, event)),
        None => Ok(()),
    }
}

fn timers(run: &Recording) -> Result<(), String> {
    let told = run.events.iter().filter_map(|event| match event.what {
        Happening::Timer { timer, ms } => Some((event.t, "armed", timer, ms)),
        Happening::Fire { timer } => Some((event.t, "fires", timer, 0)),
        _ => None,
    });
    let told: Vec<_> = told.collect();
    let expected = [
        (0, "armed", 0, 1000),
        (0, "armed", 1, 2000),
        (1000, "fires", 0, 0),
        (2000, "fires", 1, 0),
    ];
    if told == expected {
        Ok(())
    } else {
        Err(format!("{told:?}"))
    }
}
