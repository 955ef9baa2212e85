//! The rows of a run with many tasks: those that are alike have one together.

use std::collections::BTreeMap;

use super::names;
use super::{Lane, State};
use recording::{Recording, TaskKind};

/// So many tasks have a row each.
const MANY: usize = 12;
/// Fewer that are alike keep their own.
const FEW: usize = 3;

/// The rows of a run, and the tasks in each.
#[derive(Debug)]
pub(crate) struct Rows {
    /// In the order of their first tasks.
    pub(crate) members: Vec<Vec<usize>>,
    /// The row of each task.
    pub(crate) of: Vec<usize>,
}

impl Rows {
    /// One row a task, or, if there are many, one for those that run the same function.
    pub(crate) fn of(recording: &Recording, lanes: &[Lane]) -> Self {
        let mut members: Vec<Vec<usize>> = Vec::new();
        if lanes.len() <= MANY {
            members = (0..lanes.len()).map(|task| vec![task]).collect();
        } else {
            let kinds = recording.tasks.iter().map(|task| match task.kind {
                TaskKind::Thread | TaskKind::BlockOn => 0,
                TaskKind::Task => 1,
                TaskKind::Blocking => 2,
            });
            let alike: Vec<(usize, &str)> = kinds
                .zip(lanes)
                .map(|(kind, lane)| (kind, names::function(&lane.name)))
                .collect();
            let mut counts = BTreeMap::new();
            for key in &alike {
                *counts.entry(key).or_insert(0) += 1;
            }
            let mut row_of = BTreeMap::new();
            for (task, key) in alike.iter().enumerate() {
                let is_alone = task == 0 || counts[key] < FEW;
                match row_of.get(key) {
                    Some(row) if !is_alone => {
                        let row: &mut Vec<usize> = &mut members[*row];
                        row.push(task);
                    }
                    _ => {
                        if !is_alone {
                            row_of.insert(key, members.len());
                        }
                        members.push(vec![task]);
                    }
                }
            }
        }
        let mut of = vec![0; lanes.len()];
        for (row, tasks) in members.iter().enumerate() {
            for task in tasks {
                of[*task] = row;
            }
        }
        Rows { members, of }
    }

    /// The lanes of the rows: of one task its own.
    pub(crate) fn lanes(&self, lanes: &[Lane]) -> Vec<Lane> {
        let is_each = self.members.len() == lanes.len();
        let rows = self.members.iter().enumerate();
        rows.map(|(row, tasks)| {
            let mut lane = lanes[tasks[0]].clone();
            if !is_each {
                lane.key = row.to_string();
            }
            if tasks.len() > 1 {
                lane.name = format!("{} × {}", names::of_many(&lane.name), tasks.len());
            }
            lane
        })
        .collect()
    }
}

/// The states of a row's tasks.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// How many are in each state, and the first of them; by [`ACTIVE`]'s order.
    states: [(usize, Option<usize>); ACTIVE.len()],
}

/// The most active state first.
const ACTIVE: [State; 7] = [
    State::Running,
    State::Ready,
    State::Blocked,
    State::Suspended,
    State::Done,
    State::Cancelled,
    State::Panicked,
];

impl Counts {
    /// One more task.
    pub(crate) fn add(&mut self, task: usize, state: State) {
        if let Some(at) = ACTIVE.iter().position(|known| *known == state) {
            let (count, first) = &mut self.states[at];
            *count += 1;
            first.get_or_insert(task);
        }
    }

    /// The first of the tasks that are the most active.
    pub(crate) fn most_active(&self) -> Option<usize> {
        self.states.iter().find_map(|(_, first)| *first)
    }

    /// How many are what: `3 ready, 120 suspended`.
    pub(crate) fn words(&self) -> String {
        let counts = self.states.iter().zip(ACTIVE);
        let words = counts.filter(|((count, _), _)| *count > 0);
        let words = words.map(|((count, _), state)| format!("{count} {}", state.word()));
        words.collect::<Vec<_>>().join(", ")
    }
}
