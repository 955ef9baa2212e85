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

use crate::{Cause, End, Event, Happening, How, Recording, ThreadKind};

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

/// Who a task is, in whichever run: who made it, where, and the how-manieth there.
type Key = (Option<usize>, Option<usize>, String, usize);

/// The tasks of `new` by the numbers that `old` has for them; a task that `old` does not have gets a
/// number behind all of its.
pub(crate) fn numbers(old: &Recording, new: &Recording) -> Vec<usize> {
    fn key(counts: &mut HashMap<Key, usize>, by: Option<usize>, task: &crate::Task) -> Key {
        let place = (by, task.site, format!("{:?}", task.kind), 0);
        let count = counts.entry(place.clone()).or_default();
        *count += 1;
        (place.0, place.1, place.2, *count)
    }
    let mut counts = HashMap::new();
    let mut known = HashMap::new();
    for task in &old.tasks {
        known.insert(key(&mut counts, task.by, task), task.task);
    }
    let mut counts = HashMap::new();
    let mut numbers: Vec<usize> = Vec::new();
    let mut next = old.tasks.len();
    for task in &new.tasks {
        // Whoever made it stands before it.
        let by = task.by.and_then(|by| numbers.get(by).copied());
        let number = known.get(&key(&mut counts, by, task)).copied();
        numbers.push(number.unwrap_or_else(|| {
            next += 1;
            next - 1
        }));
    }
    numbers
}

/// The strands of a recording whose tasks have these numbers, those without a task first.
pub(crate) fn strands(recording: &Recording, numbers: &[usize], workers: bool) -> Vec<Strand> {
    let task = |task: usize| numbers.get(task).copied().unwrap_or(task);
    let mut timers: HashMap<usize, usize> = HashMap::new();
    let mut armed: HashMap<usize, usize> = HashMap::new();
    let mut strands: BTreeMap<Option<usize>, Strand> = BTreeMap::new();
    for (index, event) in recording.events.iter().enumerate() {
        if let (Happening::Timer { timer, .. }, Some(by)) = (&event.what, event.task) {
            // The how-manieth of its task: tasks arm their timers in any order.
            let count = armed.entry(task(by)).or_default();
            timers.entry(*timer).or_insert_with(|| {
                *count += 1;
                task(by) * 1_000_000 + *count
            });
        }
        if workers && !is_of_the_program(&event.what) {
            continue;
        }
        let timer = |timer: &usize| timers.get(timer).copied().unwrap_or(*timer);
        let mut event = event.clone();
        let at = strand_of(recording, &event, workers).map(task);
        event.task = event.task.map(task);
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
