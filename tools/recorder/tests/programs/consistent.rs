//! What holds of every recording, whatever the program does: which event can follow which.

use std::collections::{BTreeMap, BTreeSet};

use recording::{Cause, Event, Happening, How, Recording, TaskKind, describe};

/// What a task is doing.
#[derive(Default)]
struct Task {
    made: bool,
    polled: bool,
    ready: bool,
    /// Its future is being dropped, or it has ended.
    dropping: bool,
    over: bool,
    /// Its calls that are not over, in the order in which they began.
    calls: Vec<usize>,
    /// Its awaits that are not over, by call and site; whether they wait.
    awaits: BTreeMap<(usize, usize), bool>,
}

struct Checker<'a> {
    recording: &'a Recording,
    tasks: BTreeMap<usize, Task>,
    /// The function of each call, by the call's number.
    functions: Vec<&'a str>,
    due: BTreeMap<usize, u64>,
    fired: Option<usize>,
    ended: BTreeSet<usize>,
    held: BTreeMap<usize, Vec<usize>>,
}

/// Fails with the first event that cannot follow those before it.
pub fn consistent(recording: &Recording) {
    let mut checker = Checker {
        recording,
        tasks: BTreeMap::new(),
        functions: Vec::new(),
        due: BTreeMap::new(),
        fired: None,
        ended: BTreeSet::new(),
        held: BTreeMap::new(),
    };
    let mut t = 0;
    for (at, event) in recording.events.iter().enumerate() {
        let verdict = if event.t < t {
            Err(format!("time goes back from {t}"))
        } else {
            checker.event(event)
        };
        t = event.t;
        if let Err(wrong) = verdict {
            let from = at.saturating_sub(12);
            let before: Vec<_> = recording.events[from..=at]
                .iter()
                .map(|event| format!("{} {}", event.t, describe(recording, event)))
                .collect();
            panic!(
                "{}: line {}: {wrong}\n{}",
                recording.header.listing,
                recording.line_of(at),
                before.join("\n")
            );
        }
    }
}

fn ensure(holds: bool, wrong: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(wrong.to_owned()) }
}

impl Checker<'_> {
    fn event(&mut self, event: &Event) -> Result<(), String> {
        use Happening::*;
        let fired = self.fired;
        if !matches!(event.what, Wake { .. }) {
            self.fired = None;
        }
        match &event.what {
            Fire { timer } => {
                let due = self.due.remove(timer).ok_or("this timer is not armed")?;
                self.fired = Some(*timer);
                return ensure(event.t >= due, "this timer is not due");
            }
            Exit { .. } => {
                let open = self.tasks.values().any(|task| task.polled);
                return ensure(!open, "a task is still polled");
            }
            _ => {}
        }
        let number = event.task.ok_or("nobody does it")?;
        self.make(number)?;
        if let Wake { by } = &event.what {
            let task = &self.tasks[&number];
            ensure(!task.over, "the task is over")?;
            return match by {
                Cause::Timer(timer) => ensure(fired == Some(*timer), "the timer does not fire"),
                Cause::End(task) => ensure(self.ended.contains(task), "that task is not over"),
                Cause::Task(task) => ensure(*task != number, "that is the task itself"),
                Cause::Unknown => Err("nobody knows why".to_owned()),
                _ => Ok(()),
            };
        }
        self.of_task(number, event)
    }

    /// A task that nobody spawns is there from the beginning.
    fn make(&mut self, number: usize) -> Result<(), String> {
        let spawned = self.recording.tasks[number].by.is_some();
        let task = self.tasks.entry(number).or_default();
        ensure(task.made || !spawned, "the task is not spawned yet")?;
        task.made = true;
        Ok(())
    }

    fn of_task(&mut self, number: usize, event: &Event) -> Result<(), String> {
        use Happening::*;
        let kind = self.recording.tasks[number].kind;
        let task = self.tasks.get_mut(&number).expect("made before");
        ensure(!task.over, "the task is over")?;
        match &event.what {
            Poll => {
                ensure(
                    !task.polled && !task.ready && !task.dropping,
                    "it cannot be polled",
                )?;
                task.polled = true;
                return Ok(());
            }
            Polled { ready } => {
                ensure(task.polled, "it is not polled")?;
                task.polled = false;
                task.ready = *ready;
                return ensure(!ready || task.calls.is_empty(), "a call of it is not over");
            }
            End { .. } => {
                ensure(!task.polled, "it is still polled")?;
                ensure(task.calls.is_empty(), "a call of it is not over")?;
                task.over = true;
                self.ended.insert(number);
                return Ok(());
            }
            _ => {}
        }
        // Outside a poll a task only drops what it has.
        task.dropping |= !task.polled && kind != TaskKind::Thread;
        let functions = &self.functions;
        let function = event
            .what
            .site()
            .map(|site| &*self.recording.sites[site].function);
        let of = |call: &&usize| Some(functions[**call]) == function;
        let last = task.calls.iter().rev().find(of).copied();
        if let Some(call) = event.call {
            ensure(task.calls.contains(&call), "this call is not open")?;
            ensure(of(&&call), "this call is of another function")?;
            ensure(last != Some(call), "this call need not be named")?;
        }
        let call = event.call.or(last).unwrap_or(usize::MAX);
        match &event.what {
            Spawn { new, .. } => {
                let known = self.recording.tasks[*new].by == Some(number);
                let made = std::mem::replace(&mut self.tasks.entry(*new).or_default().made, true);
                ensure(known && !made, "this task is made elsewhere")
            }
            Enter { site, .. } => {
                task.calls.push(functions.len());
                self.functions.push(&self.recording.sites[*site].function);
                Ok(())
            }
            Leave { how, .. } => {
                ensure(task.calls.contains(&call), "this call is not open")?;
                let waits = task.awaits.keys().any(|(of, _)| *of == call);
                task.calls.retain(|open| *open != call);
                if *how == How::Panicked {
                    task.awaits.retain(|(of, _), _| *of != call);
                    return Ok(());
                }
                ensure(!waits, "an await of this call is not over")
            }
            Await { site, .. } => {
                let before = task.awaits.insert((call, *site), false);
                ensure(before.is_none(), "this await is not over")
            }
            Resume { site } => {
                let before = task.awaits.insert((call, *site), false);
                ensure(before == Some(true), "this await does not wait")
            }
            Pending { site } => {
                let before = task.awaits.insert((call, *site), true);
                ensure(before == Some(false), "this await is not polled")
            }
            Ready { site } => {
                let before = task.awaits.remove(&(call, *site));
                ensure(before == Some(false), "this await is not polled")
            }
            Cancel { site } => {
                let before = task.awaits.remove(&(call, *site));
                ensure(before == Some(true), "this await does not wait")
            }
            Timer { timer, ms } => {
                self.due.insert(*timer, event.t + ms);
                Ok(())
            }
            Block { site, .. } => {
                self.held.entry(event.thread).or_default().push(*site);
                Ok(())
            }
            Unblock { site } => {
                let held = self.held.entry(event.thread).or_default().pop();
                ensure(held == Some(*site), "the thread is not held there")
            }
            _ => Ok(()),
        }
    }
}
