//! Bounds a run: tasks that are alike share a lane, and of very many steps the first are kept.

use super::rows::Rows;
use super::{BlockLane, Origin, Run, TimerLane};

/// A page has no more steps than this; nobody goes through them, and a browser has to hold them.
pub(super) const MOST: usize = 2500;

/// Names tasks by their rows, and makes one bar of those of a row that overlap.
pub(super) fn by_rows(run: &mut Run, rows: &Rows) {
    run.lanes = rows.lanes(&run.lanes);
    let is_each = rows.members.len() == rows.of.len();
    if is_each {
        return;
    }
    let is_many = |row: usize| rows.members[row].len() > 1;
    let mut timers: Vec<TimerLane> = Vec::new();
    let mut lane_of = Vec::new();
    for timer in &run.timers {
        let row = rows.of[timer.task];
        let last = timers.iter_mut().rev().find(|lane| lane.task == row);
        match last {
            Some(last) if is_many(row) && timer.from <= last.to => {
                last.count += 1;
                last.to = last.to.max(timer.to);
                lane_of.push(last.timer);
            }
            _ => {
                lane_of.push(timers.len());
                timers.push(TimerLane {
                    timer: timers.len(),
                    task: row,
                    ..timer.clone()
                });
            }
        }
    }
    run.timers = timers;
    let mut blocks: Vec<BlockLane> = Vec::new();
    for call in &run.blocks {
        let row = rows.of[call.task];
        let last = blocks.iter_mut().rev().find(|lane| lane.task == row);
        match last {
            Some(last) if is_many(row) && call.from <= last.to => {
                last.count += 1;
                last.to = last.to.max(call.to);
            }
            _ => blocks.push(BlockLane {
                task: row,
                ..call.clone()
            }),
        }
    }
    run.blocks = blocks;
    for hold in &mut run.holds {
        hold.task = rows.of[hold.task];
        for task in &mut hold.waiting {
            *task = rows.of[*task];
        }
        hold.waiting.sort_unstable();
        hold.waiting.dedup();
    }
    for arrow in run.steps.iter_mut().flat_map(|step| &mut step.arrows) {
        arrow.to = rows.of[arrow.to];
        arrow.from = match arrow.from {
            Origin::Task(task) => Origin::Task(rows.of[task]),
            Origin::Timer(timer) => Origin::Timer(lane_of[timer]),
            Origin::Outside => Origin::Outside,
        };
    }
}

/// Keeps the first steps and the last, which says how many are left out.
pub(super) fn to_the_most(run: &mut Run) {
    let left_out = run.steps.len().saturating_sub(MOST);
    if left_out == 0 {
        return;
    }
    let Some(mut last) = run.steps.pop() else {
        return;
    };
    run.steps.truncate(MOST - 1);
    if let Some(before) = run.steps.last_mut() {
        before.wait = last.t.saturating_sub(before.t);
    }
    last.caption = format!("{left_out} steps are left out here. {}", last.caption);
    last.arrows.clear();
    for task in &mut last.tasks {
        task.why = None;
    }
    run.steps.push(last);
    let end = MOST - 1;
    run.timers.retain(|timer| timer.from < end);
    run.blocks.retain(|call| call.from < end);
    run.holds.retain(|hold| hold.to < end);
    let ends = run.timers.iter_mut().map(|timer| &mut timer.to);
    for to in ends.chain(run.blocks.iter_mut().map(|call| &mut call.to)) {
        *to = (*to).min(end);
    }
}
