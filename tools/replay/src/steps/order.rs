//! The order in which the events of a run on several threads are told.
//!
//! What belongs together on one thread (a call is awaited, sets a timer, is not ready, and the task
//! is suspended) may be recorded with events of other threads in between. It is told together, as
//! long as none of these has to come first. The order on each thread and in each task, that of
//! causes and effects, and that of the output stay what they were.

use recording::{Cause, Event, Happening, Recording};

/// How far what belongs together may be apart.
const FAR: usize = 300;

/// The numbers of all events, in the order in which to tell them.
pub(crate) fn order(recording: &Recording) -> Vec<usize> {
    let events = &recording.events;
    if recording.threads.len() < 2 {
        return (0..events.len()).collect();
    }
    let mut next_on_thread = vec![None; events.len()];
    let mut last = vec![None; recording.threads.len()];
    for (at, event) in events.iter().enumerate().rev() {
        if let Some(last) = last.get_mut(event.thread) {
            next_on_thread[at] = *last;
            *last = Some(at);
        }
    }
    let mut order = Vec::with_capacity(events.len());
    let mut is_told = vec![false; events.len()];
    for start in 0..events.len() {
        let mut at = start;
        while !is_told[at] {
            is_told[at] = true;
            order.push(at);
            let Some(next) = next_on_thread[at] else {
                break;
            };
            let (one, other) = (&events[at], &events[next]);
            let is_near = next - start < FAR && one.t == other.t;
            if !is_near || !belong_together(one, other) {
                break;
            }
            let mut between = (start + 1..next).filter(|between| !is_told[*between]);
            if between.any(|between| must_precede(&events[between], other)) {
                break;
            }
            at = next;
        }
    }
    order
}

/// Whether two events that follow each other on one thread are told in one step.
fn belong_together(one: &Event, next: &Event) -> bool {
    use Happening::*;
    if one.task == next.task && next.task.is_some() {
        return matches!(
            (&one.what, &next.what),
            (Poll, Enter { .. } | Resume { .. } | Ready { .. })
                | (Resume { .. }, Resume { .. } | Ready { .. } | Pending { .. })
                | (Ready { .. }, Ready { .. } | Value { .. } | Cancel { .. })
                | (
                    Await { .. },
                    Timer { .. } | Enter { .. } | Pending { .. } | Ready { .. }
                )
                | (Timer { .. }, Pending { .. } | Await { .. })
                | (
                    Pending { .. },
                    Pending { .. } | Polled { .. } | Timer { .. }
                )
                | (Polled { .. }, End { .. })
                | (
                    Leave { .. },
                    Polled { .. } | Ready { .. } | End { .. } | Leave { .. } | Cancel { .. }
                )
                | (
                    Line { .. },
                    Value { .. }
                        | Spawn { .. }
                        | Out { .. }
                        | Await { .. }
                        | Block { .. }
                        | Timer { .. }
                        | Enter { .. }
                        | Leave { .. }
                )
                | (Spawn { .. } | Value { .. }, Value { .. })
                | (Cancel { .. }, Cancel { .. } | Leave { .. })
                | (Panic { .. }, Leave { .. })
        );
    }
    let Wake { by } = next.what else {
        return false;
    };
    match (&one.what, by) {
        (Fire { timer }, Cause::Timer(by)) => *timer == by,
        (End { .. }, Cause::End(by)) => one.task == Some(by),
        (Wake { by: before }, by) => *before == by,
        _ => false,
    }
}

/// Whether an event of another thread cannot be told after `later`, which was recorded behind it.
fn must_precede(earlier: &Event, later: &Event) -> bool {
    let is_same_task = earlier.task == later.task && later.task.is_some();
    let is_cause = match (&earlier.what, &later.what) {
        (Happening::Spawn { new, .. }, _) => later.task == Some(*new),
        (Happening::Out { .. }, Happening::Out { .. }) => true,
        (Happening::End { .. }, Happening::Ready { .. }) => true,
        (
            _,
            Happening::Wake {
                by: Cause::End(task) | Cause::Task(task),
            },
        ) => earlier.task == Some(*task),
        _ => false,
    };
    is_same_task || is_cause
}
