//! Why a task runs, or is ready and does not run, and what it waits for in the end.

use super::world::World;
use super::{State, Why};
use crate::caption;
use recording::{Cause, TaskKind};

/// What made a task ready, and the step in which it did.
#[derive(Debug, Clone)]
pub(crate) struct Woken {
    pub(crate) words: String,
    pub(crate) step: usize,
}

/// More links than this in a chain of awaits are not followed.
const LONGEST: usize = 6;

impl World<'_> {
    /// The words for a wake.
    pub(crate) fn woken_by(&self, task: usize, by: Cause, during: Option<usize>) -> String {
        match (by, during) {
            (Cause::Timer(timer), _) => match self.timers.get(&timer) {
                Some(timer) if timer.task == task => "woken by its timer".to_owned(),
                Some(timer) => format!("woken by {}’s timer", self.name(timer.task)),
                None => "woken by a timer".to_owned(),
            },
            (Cause::End(by), _) => format!("woken by {}’s end", self.name(by)),
            (Cause::Task(by), _) | (_, Some(by)) => format!("woken by {}", self.name(by)),
            (Cause::Io, None) => "woken from outside".to_owned(),
            (Cause::Itself, None) => "woken by itself".to_owned(),
            (Cause::Unknown, None) => "woken".to_owned(),
        }
    }

    /// Why a task runs, or is ready and does not run.
    pub(crate) fn why(&self, task: usize) -> Option<Why> {
        let now = &self.tasks[task];
        let woken = now.woken.as_ref().map(|woken| Why {
            words: woken.words.clone(),
            step: woken.step,
        });
        match now.state? {
            _ if now.is_dropping => None,
            State::Running if self.kind(task) != TaskKind::Thread => woken,
            State::Ready if self.threads.has_workers || !self.is_polled(task) => woken,
            State::Ready => {
                let holder = self.others(State::Running, task).find(|other| {
                    self.is_polled(*other) && self.threads.top(self.tasks[*other].thread).is_some()
                });
                match holder {
                    Some(holder) => Some(Why {
                        words: format!(
                            "{} has {}",
                            self.name(holder),
                            self.threads.named(self.tasks[holder].thread)
                        ),
                        step: self.tasks[holder].polled_in,
                    }),
                    None => woken,
                }
            }
            _ => None,
        }
    }

    /// What a suspended task waits for behind what it awaits itself.
    pub(crate) fn waits(&self, task: usize) -> String {
        let mut links: Vec<String> = Vec::new();
        let mut at = task;
        while links.len() < LONGEST
            && self.tasks[at].state == Some(State::Suspended)
            && !self.tasks[at].is_dropping
        {
            let Some(awaited) = self.tasks[at].calls.awaits() else {
                break;
            };
            match awaited.task {
                Some(next) => {
                    let name = self.name(next).to_owned();
                    if links.contains(&name) {
                        break;
                    }
                    links.push(name);
                    at = next;
                }
                None => {
                    if !links.is_empty() {
                        links.push(caption::short(awaited).to_owned());
                    }
                    break;
                }
            }
        }
        // What the card says already is not said again.
        if links.len() < 2 {
            return String::new();
        }
        links.join(" → ")
    }
}
