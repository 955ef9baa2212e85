//! Whether an event can follow what was before it.

use super::Fold;
use crate::steps::State;
use crate::steps::deed::Deed;
use recording::{Cause, Damage, End, Event, Happening, How, TaskKind};

impl Fold<'_> {
    /// Whether this can happen to the task now, on this thread.
    pub(super) fn can_happen(&mut self, event: &Event, task: usize) -> Result<(), Damage> {
        let kind = event.what.name();
        let name = self.world.name(task).to_owned();
        if self.world.tasks[task].state.is_none() && self.world.kind(task) == TaskKind::Thread {
            // Nobody tells who has started a thread.
            self.begin(Deed::Start { task });
            self.world.tasks[task].state = Some(State::Running);
            self.world.tasks[task].thread = event.thread;
        }
        let Some(state) = self.world.tasks[task].state else {
            return self.fault(
                format!("a `spawn` of task {task} before anything happens to it"),
                format!("`{kind}` of {name}"),
            );
        };
        if state.is_over() && !matches!(event.what, Happening::Wake { .. }) {
            return self.fault(
                format!("nothing more of {name}, which is {}", state.word()),
                format!("`{kind}`"),
            );
        }
        if state != State::Running
            && !matches!(event.what, Happening::Wake { .. } | Happening::End { .. })
            && self.is_being_dropped(event, task)
        {
            // What was before shows it as it was.
            if !self.world.tasks[task].is_dropping {
                self.flush();
            }
            self.world.tasks[task].is_dropping = true;
            self.world.tasks[task].thread = event.thread;
            return Ok(());
        }
        // A future that is dropped while it waits tells so without being polled.
        let may_be_at_rest = matches!(
            event.what,
            Happening::Poll
                | Happening::Wake { .. }
                | Happening::End { .. }
                | Happening::Cancel { .. }
                | Happening::Leave {
                    how: How::Dropped,
                    ..
                }
        );
        if may_be_at_rest {
            return Ok(());
        }
        if state != State::Running {
            return self.fault(
                format!("a `poll` of {name} before it does anything"),
                format!("`{kind}` of a task that is {}", state.word()),
            );
        }
        if self.world.tasks[task].is_complete {
            return Ok(());
        }
        let top = self.world.threads.top(event.thread);
        if self.world.kind(task) != TaskKind::Thread && top != Some(task) {
            return self.fault(
                match top {
                    Some(top) => format!(
                        "what {} does, which this thread is polling",
                        self.world.name(top)
                    ),
                    None => format!("what {name} does on the thread that polls it"),
                },
                format!("`{kind}` of {name}"),
            );
        }
        Ok(())
    }

    pub(super) fn can_wake(&self, task: usize, by: Cause) -> Result<(), Damage> {
        match by {
            Cause::Timer(id) => match self.world.timers.get(&id) {
                Some(timer)
                    if timer.fired && (timer.task == task || self.world.polls_itself(task)) =>
                {
                    Ok(())
                }
                Some(timer) if timer.fired => self.fault(
                    format!(
                        "a wake of {}, whose timer it is",
                        self.world.name(timer.task)
                    ),
                    format!("one of {} by timer {id}", self.world.name(task)),
                ),
                _ => self.fault(
                    "the firing of the timer before it wakes a task",
                    format!("timer {id}, which has not fired"),
                ),
            },
            Cause::End(other) => {
                let ended = self.world.tasks.get(other).and_then(|task| task.state);
                if ended.is_some_and(State::is_over) {
                    if self.is_capped
                        || self.world.tasks[task].calls.may_join(other)
                        || self.world.polls_itself(task)
                    {
                        return Ok(());
                    }
                    return self.fault(
                        format!(
                            "a wake of what waits for the end of {}",
                            self.world.name(other)
                        ),
                        format!("one of {}, which does not", self.world.name(task)),
                    );
                }
                self.fault(
                    "the end of the task before it wakes another",
                    format!("a wake by the end of task {other}, which has not ended"),
                )
            }
            Cause::Task(other) => match self.world.tasks.get(other).and_then(|task| task.state) {
                Some(_) => Ok(()),
                None => self.fault(
                    format!("a `spawn` of task {other} before it wakes another"),
                    "none",
                ),
            },
            _ => Ok(()),
        }
    }

    /// Whether the task does this while it is dropped, which is no poll: it is over, or ends by being
    /// dropped and is never polled again.
    fn is_being_dropped(&self, event: &Event, task: usize) -> bool {
        let is_last = self.last_poll[task] < self.order[self.told];
        let is_dropped = matches!(self.end_of[task], Some(End::Cancelled | End::Dropped));
        let is_complete = self.world.tasks[task].is_complete;
        let is_poll = matches!(event.what, Happening::Polled { .. });
        is_last && (is_dropped || is_complete) && !is_poll
    }
}
