//! What happens to tasks: polls, wakes, ends; timers; calls that block.

use super::Fold;
use crate::caption;
use crate::steps::deed::Deed;
use crate::steps::why::Woken;
use crate::steps::world::{Blocking, Timer};
use crate::steps::{Arrow, BlockLane, Hold, Origin, State, TimerLane};
use recording::{Cause, Damage, End, Event, Happening, TaskKind};

impl Fold<'_> {
    pub(super) fn poll(&mut self, task: usize) -> Result<(), Damage> {
        let state = self.world.tasks[task].state;
        if state != Some(State::Ready) {
            return self.fault(
                format!("a `wake` of {} before it is polled", self.world.name(task)),
                format!(
                    "`poll` of a task that is {}",
                    state.map_or("", |state| state.word())
                ),
            );
        }
        let recording = self.world.recording;
        self.world
            .threads
            .can_begin(recording, self.file_line, self.thread, task)?;
        let within = self.world.threads.top(self.thread);
        let within = within.filter(|_| self.world.kind(task) == TaskKind::Task);
        let first = !self.world.tasks[task].calls.is_polled();
        self.begin(Deed::Poll {
            task,
            first,
            within,
            looks: Vec::new(),
            over: None,
            again: false,
            values: Vec::new(),
        });
        self.world.threads.begin(self.thread, task);
        let step = self.step();
        let now = &mut self.world.tasks[task];
        now.within = within;
        now.has_trace = false;
        now.calls.poll();
        now.woken_meanwhile = None;
        now.state = Some(State::Running);
        now.thread = self.thread;
        now.polled_in = step;
        self.line = now.calls.line();
        Ok(())
    }

    pub(super) fn polled(&mut self, task: usize, ready: bool) -> Result<(), Damage> {
        if !self.is_capped
            && ready
            && let Some(call) = self.world.tasks[task].calls.outermost()
        {
            return self.fault(
                format!("the end of {call} before the poll that ends its task is over"),
                "none",
            );
        }
        self.world.threads.end(self.thread, task);
        if self.is_capped {
            self.lose(task);
        }
        if ready {
            self.world.tasks[task].is_complete = true;
        } else {
            self.suspend(task);
        }
        Ok(())
    }

    /// Of a task that was polled without a trace, nobody knows where it stands.
    fn lose(&mut self, task: usize) {
        let is_traceless = matches!(
            &self.deed,
            Some(Deed::Poll { task: whose, looks, over: None, again: false, .. })
                if *whose == task && looks.is_empty()
        );
        if is_traceless && !self.world.tasks[task].has_trace {
            self.world.tasks[task].calls.clear();
        }
    }

    pub(super) fn ended(&mut self, task: usize, how: End) -> Result<(), Damage> {
        let name = self.world.name(task);
        if self.world.threads.is_running(task) {
            return self.fault(format!("the end of {name}’s poll before its own"), "none");
        }
        let is_by_itself =
            matches!(how, End::Done | End::Panicked) && self.world.kind(task) != TaskKind::Thread;
        if is_by_itself && !self.world.tasks[task].is_complete {
            return self.fault(format!("a poll in which {name} ends"), "none");
        }
        self.end(task, how);
        Ok(())
    }

    pub(super) fn spawn(
        &mut self,
        task: usize,
        new: usize,
        site: Option<usize>,
    ) -> Result<(), Damage> {
        if self.world.tasks[new].state.is_some() {
            return self.fault(
                "a task that is new",
                format!("{}, which was spawned before", self.world.name(new)),
            );
        }
        // There may be no runtime, or one that cannot be entered.
        let ahead = self.order.iter().skip(self.told + 1).take(2);
        let events = &self.world.recording.events;
        let (mut panics, mut is_dropped) = (false, false);
        for event in ahead.map(|at| &events[*at]) {
            panics |= event.task == Some(task) && matches!(event.what, Happening::Panic { .. });
            is_dropped |= event.task == Some(new) && matches!(event.what, Happening::End { .. });
        }
        self.begin(Deed::Spawn { task, new });
        if let Some(site) = site {
            self.line = Some(self.world.site(site).at[0]);
        }
        self.world.tasks[new].has_failed = panics && is_dropped;
        let step = self.step();
        let words = format!("spawned by {}", self.world.name(task));
        let is_thread = self.world.kind(new) == TaskKind::Thread;
        self.world.tasks[new].woken = Some(Woken { words, step });
        self.world.tasks[new].state = Some(if is_thread {
            State::Running
        } else {
            State::Ready
        });
        if self.world.tasks[new].has_failed {
            return Ok(());
        }
        if self.world.is_driven(new) {
            // Its thread is what drives it: until then it stands still.
            self.world.tasks[new].driver = Some(task);
            self.world.tasks[task].state = Some(State::Blocked);
        } else {
            self.world.tasks[task].has_spawned = true;
        }
        self.arrows.push(Arrow {
            from: Origin::Task(task),
            to: new,
        });
        Ok(())
    }

    /// A gap that a timer's firing ends was spent asleep, as far as the thread goes that sees it.
    pub(super) fn time_passes(&mut self, until: &Event) {
        let is_until_timer = matches!(until.what, Happening::Fire { .. });
        let gap = until.t - self.world.t;
        if self.world.blocking.is_empty() {
            let several = self.world.threads.are_several();
            let tasks = self.world.tasks.iter().enumerate();
            let running: Vec<_> = tasks
                .filter(|(id, task)| {
                    let is_seen = match self.world.kind(*id) {
                        _ if !several => !is_until_timer,
                        TaskKind::Thread => !task.is_waiting && self.goes_on(*id),
                        _ => !(is_until_timer && task.thread == self.thread),
                    };
                    task.state == Some(State::Running) && is_seen
                })
                .map(|(id, _)| id)
                .collect();
            let is_any_ready = self.world.others(State::Ready, usize::MAX).next().is_some();
            let due = |timer: &Timer| timer.set + timer.ms;
            let timers = self.world.armed.iter();
            let timers = timers.filter_map(|id| self.world.timers.get(id));
            let timers = timers.filter(|timer| self.world.is_armed(timer));
            let next = timers
                .min_by_key(|timer| due(timer))
                .map(|timer| (timer.task, due(timer).saturating_sub(self.world.t)));
            let is_runtime = (0..self.world.tasks.len()).any(|task| self.is_polled_now(task));
            if running.is_empty() && !is_any_ready && is_runtime {
                self.begin(Deed::Idle { next });
            } else {
                self.begin(Deed::Busy {
                    tasks: running,
                    ms: gap,
                    waits: until.waited > 0,
                });
            }
        }
        if let Some(Deed::Busy { tasks, .. }) = &self.deed
            && let [task] = tasks[..]
            && self.world.is_polled(task)
            && !self.world.is_paused()
        {
            let waiting = self.world.others(State::Ready, task);
            let waiting = waiting
                .filter(|other| self.world.is_polled(*other))
                .collect();
            let from = self.step();
            self.hold(waiting, task, gap, from, from + 1);
        }
        self.flush();
        if let Some(step) = self.steps.last_mut() {
            step.wait += gap;
        }
        self.world.t = until.t;
    }

    /// Whether anything more is seen of a thread: else nobody knows what it does.
    fn goes_on(&self, task: usize) -> bool {
        let last = self.last_of[task];
        self.order[self.told..].contains(&last)
    }

    /// Whether some runtime has a task that is not over.
    fn is_polled_now(&self, task: usize) -> bool {
        let state = self.world.tasks[task].state;
        self.world.is_polled(task) && state.is_some_and(|state| !state.is_over())
    }

    pub(super) fn fire(&mut self, id: usize) -> Result<(), Damage> {
        match self.world.timers.get(&id) {
            Some(timer) if !timer.fired => {
                let after = timer.ms;
                self.begin(Deed::Fire {
                    timer: id,
                    woken: Vec::new(),
                    after,
                });
            }
            Some(_) => return self.fault("a timer that has not fired", format!("timer {id}")),
            None => return self.fault("a timer that was set", format!("timer {id}")),
        }
        let step = self.step();
        self.world.armed.remove(&id);
        if let Some(timer) = self.world.timers.get_mut(&id) {
            timer.fired = true;
        }
        if let Some(lane) = self.timer_lane(id) {
            lane.to = step;
        }
        Ok(())
    }

    pub(super) fn wake(&mut self, task: usize, by: Cause) -> Result<(), Damage> {
        self.can_wake(task, by)?;
        let during = match by {
            // Who runs on the thread on which the waker was called has called it.
            Cause::Unknown => {
                let top = self.world.threads.top(self.thread);
                let own = self.world.recording.tasks.iter().position(|other| {
                    other.kind == TaskKind::Thread
                        && self.world.tasks[other.task].state == Some(State::Running)
                        && self.world.tasks[other.task].thread == self.thread
                        && other.task != 0
                });
                top.or(own).filter(|other| *other != task)
            }
            _ => None,
        };
        let words = self.world.woken_by(task, by, during);
        match self.world.tasks[task].state {
            // Wakers outlive what they wake, and may be called twice.
            None
            | Some(
                State::Unmade | State::Done | State::Cancelled | State::Panicked | State::Ready,
            ) => return Ok(()),
            Some(State::Running | State::Blocked) => {
                let step = self.step();
                self.world.tasks[task].woken_meanwhile = Some(Woken { words, step });
                return Ok(());
            }
            Some(State::Suspended) => {}
        }
        let cause = match (by, during) {
            (Cause::Timer(timer), _) => {
                Origin::Timer(self.lane_of.get(&timer).copied().unwrap_or(timer))
            }
            (Cause::Task(by) | Cause::End(by), _) | (_, Some(by)) => Origin::Task(by),
            _ => Origin::Outside,
        };
        match (&mut self.deed, by) {
            (Some(Deed::Fire { timer, woken, .. }), Cause::Timer(by)) if *timer == by => {
                woken.push(task);
            }
            (
                Some(Deed::End {
                    task: ended, woken, ..
                }),
                Cause::End(by),
            ) if *ended == by => woken.push(task),
            _ => {
                let index = self.order[self.told];
                let is_dropped = self.end_of[task] == Some(End::Cancelled);
                let aborts =
                    matches!(by, Cause::Task(_)) && is_dropped && self.last_poll[task] < index;
                self.begin(Deed::Wake {
                    task,
                    by,
                    during,
                    aborts,
                });
            }
        }
        self.arrows.push(Arrow {
            from: cause,
            to: task,
        });
        let step = self.step();
        self.world.tasks[task].woken = Some(Woken { words, step });
        self.world.tasks[task].state = Some(State::Ready);
        Ok(())
    }

    /// Of what is over or given up, nobody waits for the timer.
    pub(super) fn drop_timers(&mut self, task: usize) {
        let step = self.step();
        for id in self.world.tasks[task].calls.dropped_timers() {
            if let Some(timer) = self.world.timers.get_mut(&id)
                && !timer.fired
            {
                timer.dropped = true;
                self.world.armed.remove(&id);
                if let Some(lane) = self.timer_lane(id) {
                    lane.to = lane.to.min(step);
                }
            }
        }
    }

    pub(super) fn end(&mut self, task: usize, how: End) {
        let state = match how {
            End::Done => State::Done,
            End::Panicked => State::Panicked,
            End::Cancelled | End::Dropped => State::Cancelled,
        };
        match &mut self.deed {
            Some(Deed::End {
                task: ending,
                how: known,
                ..
            }) if *ending == task => *known = how,
            _ => self.begin(Deed::End {
                task,
                how,
                woken: Vec::new(),
                exit: false,
            }),
        }
        self.world.tasks[task].state = Some(state);
        if let Some(driver) = self.world.tasks[task].driver {
            self.world.tasks[driver].state = Some(State::Running);
        }
        self.world.tasks[task].calls.clear();
        let step = self.step();
        let armed = self.world.armed.iter().copied();
        let own = armed.filter(|id| self.world.timers.get(id).is_some_and(|t| t.task == task));
        for id in own.collect::<Vec<_>>() {
            self.world.armed.remove(&id);
            if let Some(lane) = self.timer_lane(id) {
                lane.to = lane.to.min(step);
            }
        }
    }

    pub(super) fn suspend(&mut self, task: usize) {
        match &mut self.deed {
            Some(Deed::Await {
                task: whose,
                suspended,
                pending: true,
                ..
            }) if *whose == task => *suspended = true,
            Some(Deed::SetTimer {
                task: whose,
                suspended,
                ..
            }) if *whose == task => *suspended = true,
            Some(
                Deed::Poll {
                    task: whose,
                    again,
                    over: None,
                    ..
                }
                | Deed::Turn {
                    task: whose,
                    again,
                    over: None,
                    ..
                },
            ) if *whose == task => *again = true,
            _ => self.begin(Deed::Suspend { task }),
        }
        let now = &mut self.world.tasks[task];
        let woken = now.woken_meanwhile.take();
        now.state = Some(if woken.is_some() {
            State::Ready
        } else {
            State::Suspended
        });
        now.woken = woken;
    }

    pub(super) fn set_timer(&mut self, task: usize, id: usize, ms: u64) {
        match &mut self.deed {
            Some(Deed::Await {
                task: whose,
                timer,
                pending: false,
                ..
            }) if *whose == task => *timer = Some(ms),
            open => {
                // Behind what it has polled, what is around that sets one: a time limit.
                let is_behind = matches!(open, Some(Deed::Await { pending: true, .. }));
                let setter = self.world.tasks[task].calls.setter();
                let by = setter.filter(|_| is_behind);
                let by = by.map(|by| caption::short(by).to_owned());
                self.begin(Deed::SetTimer {
                    task,
                    ms,
                    by,
                    suspended: false,
                });
            }
        }
        self.world.tasks[task].calls.set_timer(id);
        self.world.armed.insert(id);
        self.world.timers.insert(
            id,
            Timer {
                task,
                ms,
                set: self.world.t,
                fired: false,
                dropped: false,
            },
        );
        let from = self.step();
        let lane = self.timer_lanes.len();
        if let Some(before) = self.timer_lane(id) {
            before.to = before.to.min(from);
        }
        self.lane_of.insert(id, lane);
        self.timer_lanes.push(TimerLane {
            timer: lane,
            task,
            ms,
            count: 1,
            from,
            to: usize::MAX,
        });
    }

    pub(super) fn block(&mut self, task: usize, site: usize, said: Option<u64>) {
        let ms = said.unwrap_or_else(|| self.until_unblock(task, site));
        let line = self.world.site(site).at[0];
        let what = caption::callee(&self.world.site(site).text).to_owned();
        // Of a closure that is one expression, this is the first that is seen.
        self.flush_but(|deed| matches!(deed, Deed::Line { .. } | Deed::Poll { .. }));
        self.stand(task, site, line);
        self.world.tasks[task].thread = self.thread;
        self.begin(Deed::Block {
            task,
            ms: said,
            what: what.clone(),
        });
        let from = self.step();
        let call = Blocking {
            task,
            what,
            thread: self.thread,
            since: self.world.t,
            from,
            ms,
            lane: self.blocks.len(),
        };
        self.blocks.push(BlockLane {
            task,
            ms,
            count: 1,
            from,
            to: usize::MAX,
        });
        self.world.blocking.push(call);
    }

    /// How long a call holds the thread that does not say so.
    fn until_unblock(&self, task: usize, site: usize) -> u64 {
        let ahead = self.order.iter().skip(self.told + 1);
        let mut events = ahead.map(|at| &self.world.recording.events[*at]);
        let end = events
            .find(|event| event.task == Some(task) && event.what == Happening::Unblock { site });
        end.map_or(0, |end| end.t.saturating_sub(self.world.t))
    }

    pub(super) fn unblock(&mut self, task: usize) -> Result<(), Damage> {
        let blocking = &mut self.world.blocking;
        let Some(at) = blocking.iter().rposition(|call| call.task == task) else {
            return self.fault("a `block` before it", "`unblock`");
        };
        let call = blocking.remove(at);
        let kept = self.world.others(State::Ready, task).filter(|other| {
            let since = self.world.tasks[*other].woken.as_ref();
            self.world.is_polled(*other) && since.is_some_and(|since| since.step <= call.from)
        });
        let kept: Vec<_> = kept.collect();
        let ms = self.world.t - call.since;
        self.begin(Deed::Unblock {
            task,
            ms,
            what: call.what,
            kept: kept.clone(),
        });
        let to = self.step();
        if let Some(lane) = self.blocks.get_mut(call.lane) {
            lane.to = to;
        }
        if self.world.is_polled(task) {
            self.hold(kept, task, ms, call.from, to);
        }
        Ok(())
    }

    /// A poll of `task` that took `ms` kept others waiting.
    fn hold(&mut self, waiting: Vec<usize>, task: usize, ms: u64, from: usize, to: usize) {
        if waiting.is_empty() || ms == 0 {
            return;
        }
        self.holds.push(Hold {
            task,
            ms,
            waiting,
            from,
            to,
        });
    }
}
