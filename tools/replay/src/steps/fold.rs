//! Applies the events of a recording to the [`World`], and makes steps of what they amount to.

use std::collections::BTreeMap;

use super::calls::Call;
use super::deed::{Awaited, Deed, Look};
use super::names;
use super::order;
use super::why::Woken;
use super::world::{Blocking, Timer, World};
use super::{Arrow, Origin, Output, Run, State, Step, TimerLane};
use crate::caption;
use recording::{Cause, Damage, End, Event, Happening, How, Recording, SiteKind, TaskKind};

/// How far ahead the outcome of a poll is looked for.
const FAR: usize = 2000;

struct Fold<'a> {
    world: World<'a>,
    /// The numbers of the events, in the order in which they are told, and how many have been.
    order: Vec<usize>,
    told: usize,
    /// The last event of each task, by its number.
    last_of: Vec<usize>,
    line: Option<usize>,
    /// What is being gathered.
    deed: Option<Deed>,
    arrows: Vec<Arrow>,
    output: Vec<Output>,
    steps: Vec<Step>,
    timer_lanes: BTreeMap<usize, TimerLane>,
    ids: BTreeMap<String, usize>,
    /// The line of the recording on which the event at hand stands.
    file_line: usize,
    /// The thread on which it happens.
    thread: usize,
    /// Whether it is the first of what is being gathered.
    is_new: bool,
}

pub(super) fn run(recording: &Recording) -> Result<Run, Damage> {
    let mut last_of = vec![0; recording.tasks.len()];
    for (at, event) in recording.events.iter().enumerate() {
        if let Some(task) = event.task
            && !matches!(event.what, Happening::Wake { .. })
        {
            last_of[task] = at;
        }
    }
    let mut fold = Fold {
        world: World::new(recording),
        order: order::order(recording),
        told: 0,
        last_of,
        line: None,
        deed: None,
        arrows: Vec::new(),
        output: Vec::new(),
        steps: Vec::new(),
        timer_lanes: BTreeMap::new(),
        ids: BTreeMap::new(),
        file_line: 0,
        thread: 0,
        is_new: false,
    };
    for told in 0..fold.order.len() {
        let index = fold.order[told];
        fold.told = told;
        fold.file_line = recording.line_of(index);
        fold.event(&recording.events[index])?;
    }
    fold.flush();
    let last = fold.steps.len().saturating_sub(1);
    let mut timers: Vec<_> = fold.timer_lanes.into_values().collect();
    for timer in &mut timers {
        timer.to = timer.to.min(last);
    }
    Ok(Run {
        threads: fold.world.threads.labels().to_vec(),
        lanes: fold.world.lanes,
        output: fold.output,
        steps: fold.steps,
        timers,
    })
}

impl Fold<'_> {
    fn fault(&self, expected: impl Into<String>, found: impl Into<String>) -> Result<(), Damage> {
        Err(Damage::new(self.file_line, expected, found))
    }

    fn event(&mut self, event: &Event) -> Result<(), Damage> {
        self.thread = event.thread;
        if event.t < self.world.t {
            return self.fault(
                "times that do not go back",
                format!("{} ms after {} ms", event.t, self.world.t),
            );
        }
        if event.t > self.world.t {
            self.time_passes(event.t, matches!(event.what, Happening::Fire { .. }));
        }
        match &event.what {
            Happening::Fire { timer } => return self.fire(*timer),
            Happening::Exit { code, cut, differs } => {
                return self.exit(*code, cut.as_ref(), differs);
            }
            Happening::More { site, count } => {
                let line = self.world.site(*site).at[0];
                self.begin(Deed::More {
                    count: *count,
                    line,
                });
                return Ok(());
            }
            _ => {}
        }
        let Some(task) = event.task else {
            return self.fault(
                "a task",
                format!("`{}` without one", caption::kind(&event.what)),
            );
        };
        self.can_happen(event, task)?;
        self.of_task(event, task)?;
        self.drop_timers(task);
        if std::mem::take(&mut self.is_new) {
            self.world.tell(task);
        }
        Ok(())
    }

    fn exit(
        &mut self,
        code: Option<i32>,
        cut: Option<&String>,
        differs: &[String],
    ) -> Result<(), Damage> {
        let mut tasks = self.world.tasks.iter().enumerate();
        let never = tasks
            .find(|(id, task)| task.state.is_none() && self.world.kind(*id) != TaskKind::Thread);
        if let (Some((task, _)), None) = (never, cut) {
            return self.fault(
                "the spawn of every task that the recording lists",
                format!("none of {}", self.world.name(task)),
            );
        }
        let mut tasks = self.world.tasks.iter().enumerate();
        let unended =
            tasks.find(|(_, task)| task.is_complete && !task.state.is_some_and(State::is_over));
        if let (Some((task, _)), None) = (unended, cut) {
            return self.fault(
                format!(
                    "the `end` of {}, whose last poll is over",
                    self.world.name(task)
                ),
                "none",
            );
        }
        match &mut self.deed {
            Some(Deed::End { exit, .. })
                if cut.is_none() && code == Some(0) && differs.is_empty() =>
            {
                *exit = true;
            }
            _ => self.begin(Deed::Exit {
                code,
                cut: cut.cloned(),
                differs: differs.to_vec(),
            }),
        }
        Ok(())
    }

    /// Whether this can happen to the task now, on this thread.
    fn can_happen(&mut self, event: &Event, task: usize) -> Result<(), Damage> {
        let kind = caption::kind(&event.what);
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

    fn of_task(&mut self, event: &Event, task: usize) -> Result<(), Damage> {
        match &event.what {
            Happening::Poll => return self.poll(task),
            Happening::Polled { ready } => return self.polled(task, *ready),
            Happening::Spawn { new, site } => return self.spawn(task, *new, *site),
            Happening::End { how } => return self.ended(task, *how),
            Happening::Wake { by } => return self.wake(task, *by),
            Happening::Enter { site, args } => self.enter(task, *site, args),
            Happening::Leave { site, how } => return self.leave(task, *site, *how),
            Happening::Line { site } => {
                let line = self.world.site(*site).at[0];
                self.begin(Deed::Line {
                    task,
                    values: Vec::new(),
                });
                self.world.tasks[task].has_spawned = false;
                self.stand(task, *site, line);
            }
            Happening::Value { name, value, .. } => self.value(task, name, value),
            Happening::Await { site, what, joins } => self.reach_await(task, *site, what, *joins),
            Happening::Pending { site } => return self.pending(task, *site),
            Happening::Resume { site } => return self.resume(task, *site),
            Happening::Ready { site } => return self.ready(task, *site),
            Happening::Cancel { site } => return self.cancel(task, *site),
            Happening::Timer { timer, ms } => {
                if self.world.timers.contains_key(timer) {
                    return self.fault(
                        "a timer that is new",
                        format!("timer {timer}, which was set before"),
                    );
                }
                self.set_timer(task, *timer, *ms);
            }
            Happening::Block { ms, site } => self.block(task, *site, ms.unwrap_or(0)),
            Happening::Unblock { .. } => return self.unblock(task),
            Happening::Out { fd, text, .. } => {
                self.begin(Deed::Out {
                    task,
                    fd: *fd,
                    text: text.clone(),
                });
                self.output.push(Output {
                    fd: *fd,
                    text: text.clone(),
                });
            }
            Happening::Panic { site, text } => {
                if let Some(site) = site {
                    self.stand(task, *site, self.world.site(*site).at[0]);
                }
                self.begin(Deed::Panic {
                    task,
                    text: text.clone(),
                    line: self.world.tasks[task].calls.line(),
                });
                self.world.tasks[task].panic = Some(text.clone());
            }
            Happening::Fire { .. } | Happening::Exit { .. } | Happening::More { .. } => {}
        }
        Ok(())
    }

    /// The step that what is being gathered becomes.
    fn step(&self) -> usize {
        self.steps.len()
    }

    fn stand(&mut self, task: usize, site: usize, line: usize) {
        self.line = Some(line);
        let function = &self.world.site(site).function;
        self.world.tasks[task].calls.stand(function, line);
    }

    fn poll(&mut self, task: usize) -> Result<(), Damage> {
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
        self.world.threads.begin(self.thread, task);
        let first = !self.world.tasks[task].calls.is_polled();
        self.begin(Deed::Poll {
            task,
            first,
            looks: Vec::new(),
            over: None,
            again: false,
            values: Vec::new(),
        });
        let step = self.step();
        let now = &mut self.world.tasks[task];
        now.calls.poll();
        now.woken_meanwhile = None;
        now.state = Some(State::Running);
        now.thread = self.thread;
        now.polled_in = step;
        self.line = now.calls.line();
        Ok(())
    }

    fn polled(&mut self, task: usize, ready: bool) -> Result<(), Damage> {
        if ready && let Some(call) = self.world.tasks[task].calls.outermost() {
            return self.fault(
                format!("the end of {call} before the poll that ends its task is over"),
                "none",
            );
        }
        self.world.threads.end(self.thread, task);
        if ready {
            self.world.tasks[task].is_complete = true;
        } else {
            self.suspend(task);
        }
        Ok(())
    }

    fn ended(&mut self, task: usize, how: End) -> Result<(), Damage> {
        let name = self.world.name(task);
        if self.world.threads.is_running(task) {
            return self.fault(format!("the end of {name}’s poll before its own"), "none");
        }
        let is_by_itself = matches!(how, End::Done | End::Panicked);
        if is_by_itself && !self.world.tasks[task].is_complete {
            return self.fault(format!("a poll in which {name} ends"), "none");
        }
        self.end(task, how);
        Ok(())
    }

    fn spawn(&mut self, task: usize, new: usize, site: Option<usize>) -> Result<(), Damage> {
        if self.world.tasks[new].state.is_some() {
            return self.fault(
                "a task that is new",
                format!("{}, which was spawned before", self.world.name(new)),
            );
        }
        if let Some(site) = site {
            self.line = Some(self.world.site(site).at[0]);
        }
        self.begin(Deed::Spawn { task, new });
        let step = self.step();
        let words = format!("spawned by {}", self.world.name(task));
        let is_thread = self.world.kind(new) == TaskKind::Thread;
        self.world.tasks[new].woken = Some(Woken { words, step });
        self.world.tasks[new].state = Some(if is_thread {
            State::Running
        } else {
            State::Ready
        });
        if self.world.is_driven(new) {
            // Its thread is what drives it: until then it stands still.
            self.world.tasks[new].driver = Some(task);
            self.world.tasks[task].state = Some(State::Suspended);
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
    fn time_passes(&mut self, t: u64, until_timer: bool) {
        let gap = t - self.world.t;
        if self.world.blocking.is_empty() {
            let several = self.world.threads.are_several();
            let tasks = self.world.tasks.iter().enumerate();
            let running: Vec<_> = tasks
                .filter(|(id, task)| {
                    let is_seen = if several {
                        // A thread may wait for the system, and nothing tells.
                        self.world.kind(*id) != TaskKind::Thread
                            && !(until_timer && task.thread == self.thread)
                    } else {
                        !until_timer
                    };
                    task.state == Some(State::Running) && is_seen
                })
                .map(|(id, _)| id)
                .collect();
            let is_any_ready = self.world.others(State::Ready, usize::MAX).next().is_some();
            let due = |timer: &Timer| timer.set + timer.ms;
            let timers = self.world.timers.values();
            let timers = timers.filter(|timer| self.world.is_armed(timer));
            let next = timers
                .min_by_key(|timer| due(timer))
                .map(|timer| (timer.task, due(timer).saturating_sub(self.world.t)));
            if running.is_empty() && !is_any_ready {
                self.begin(Deed::Idle { next });
            } else {
                self.begin(Deed::Busy {
                    tasks: running,
                    ms: gap,
                });
            }
        }
        self.flush();
        if let Some(step) = self.steps.last_mut() {
            step.wait += gap;
        }
        self.world.t = t;
    }

    fn fire(&mut self, id: usize) -> Result<(), Damage> {
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
        if let Some(timer) = self.world.timers.get_mut(&id) {
            timer.fired = true;
        }
        if let Some(lane) = self.timer_lanes.get_mut(&id) {
            lane.to = step;
        }
        Ok(())
    }

    fn wake(&mut self, task: usize, by: Cause) -> Result<(), Damage> {
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
            Some(State::Running) => {
                let step = self.step();
                self.world.tasks[task].woken_meanwhile = Some(Woken { words, step });
                return Ok(());
            }
            Some(State::Suspended) => {}
        }
        let cause = match (by, during) {
            (Cause::Timer(timer), _) => Origin::Timer(timer),
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
            _ => self.begin(Deed::Wake { task, by, during }),
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
    fn drop_timers(&mut self, task: usize) {
        let step = self.step();
        for id in self.world.tasks[task].calls.dropped_timers() {
            if let Some(timer) = self.world.timers.get_mut(&id)
                && !timer.fired
            {
                timer.dropped = true;
                if let Some(lane) = self.timer_lanes.get_mut(&id) {
                    lane.to = lane.to.min(step);
                }
            }
        }
    }

    fn can_wake(&self, task: usize, by: Cause) -> Result<(), Damage> {
        match by {
            Cause::Timer(id) => match self.world.timers.get(&id) {
                Some(timer) if timer.fired && timer.task == task => Ok(()),
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
                    if self.world.tasks[task].calls.may_join(other) {
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

    fn end(&mut self, task: usize, how: End) {
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
        for (id, timer) in &self.world.timers {
            if timer.task == task
                && !timer.fired
                && let Some(lane) = self.timer_lanes.get_mut(id)
            {
                lane.to = lane.to.min(step);
            }
        }
    }

    fn enter(&mut self, task: usize, site: usize, args: &[(String, String)]) {
        let at = self.world.site(site);
        let values: Vec<_> = args.iter().map(|(_, value)| value.clone()).collect();
        let is_root = self.world.tasks[task].calls.is_empty();
        let is_named_after_it = self.world.is_polled(task) || task == 0;
        let name = if is_root && is_named_after_it {
            self.world.name(task).to_owned()
        } else {
            names::call(&at.function, &values)
        };
        match &mut self.deed {
            Some(Deed::Poll { task: whose, .. })
                if is_root && is_named_after_it && *whose == task => {}
            Some(Deed::Await {
                task: whose,
                entered,
                pending: false,
                ..
            }) if entered.is_none() && *whose == task => *entered = Some(name.clone()),
            _ => self.begin(Deed::Call {
                task,
                name: name.clone(),
                is_root,
            }),
        }
        let line = at.at[0];
        self.line = Some(line);
        self.world.tasks[task].calls.enter(Call {
            name,
            function: at.function.clone(),
            line,
            site,
        });
    }

    fn leave(&mut self, task: usize, site: usize, how: How) -> Result<(), Damage> {
        if how == How::Dropped {
            return self.drop_call(task, site);
        }
        let Some((name, is_root)) = self.world.tasks[task].calls.leaves(site) else {
            return self.fault(
                "the end of the call that began last",
                format!("the end of `{}`", self.world.site(site).function),
            );
        };
        let end = match how {
            How::Panicked => End::Panicked,
            _ => End::Done,
        };
        if is_root && self.is_over(task) {
            // A thread has no other end; of a task there is more to come.
            if self.world.kind(task) == TaskKind::Thread {
                self.end(task, end);
                return Ok(());
            }
            self.begin(Deed::End {
                task,
                how: end,
                woken: Vec::new(),
                exit: false,
            });
            self.world.tasks[task].calls.leave();
            return Ok(());
        }
        // A panic has been told, and that it ends its calls needs no words.
        if how != How::Panicked {
            self.begin(Deed::Return {
                task,
                name,
                ready: None,
                within: self.world.tasks[task]
                    .calls
                    .polled_by()
                    .map(caption::short)
                    .map(str::to_owned),
                values: Vec::new(),
            });
        }
        self.world.tasks[task].calls.leave();
        self.line = self.world.tasks[task].calls.line();
        Ok(())
    }

    /// Whether the end of a task's outermost call is its own: a closure may call one after another.
    fn is_over(&self, task: usize) -> bool {
        match self.world.kind(task) {
            TaskKind::BlockOn | TaskKind::Task => true,
            TaskKind::Thread => task == 0 || self.order.get(self.told) == self.last_of.get(task),
            TaskKind::Blocking => false,
        }
    }

    /// What was gathered becomes a step before the task stands elsewhere, unless it goes on.
    fn flush_but(&mut self, goes_on: impl Fn(&Deed) -> bool) {
        if self.deed.as_ref().is_some_and(|deed| !goes_on(deed)) {
            self.flush();
        }
    }

    fn drop_call(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        self.flush_but(|deed| matches!(deed, Deed::GiveUp { task: whose, .. } if *whose == task));
        let line = self.world.tasks[task].calls.line();
        let Some((name, was_loose)) = self.world.tasks[task].calls.drop_call(site) else {
            return self.fault(
                "the end of a call that has begun",
                format!("the end of `{}`", self.world.site(site).function),
            );
        };
        match &mut self.deed {
            Some(Deed::GiveUp { task: whose, .. }) if *whose == task => {}
            _ => self.begin(Deed::GiveUp {
                task,
                what: vec![(name, line.filter(|_| !was_loose))],
                of: None,
            }),
        }
        Ok(())
    }

    fn cancel(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        self.flush_but(|deed| matches!(deed, Deed::GiveUp { task: whose, .. } if *whose == task));
        let Some((awaited, line, is_own)) = self.world.tasks[task].calls.cancel(site) else {
            return self.no_await(site);
        };
        // What is in something that is given up goes with it.
        if !is_own || !awaited.is_branch {
            return Ok(());
        }
        let text = match awaited.text.chars().count() {
            ..=40 => awaited.text.clone(),
            _ => caption::short(&awaited).to_owned(),
        };
        let line = line.filter(|line| Some(*line) != self.world.tasks[task].calls.line());
        let one = (text, line);
        let is_running = self.world.tasks[task].state == Some(State::Running);
        let is_by_macro = is_running && self.world.tasks[task].panic.is_none();
        let of = (is_by_macro && !awaited.of.0.is_empty()).then(|| awaited.of.clone());
        match &mut self.deed {
            Some(Deed::GiveUp {
                task: whose,
                what,
                of: known,
            }) if *whose == task && *known == of => what.push(one),
            _ => self.begin(Deed::GiveUp {
                task,
                what: vec![one],
                of,
            }),
        }
        Ok(())
    }

    fn value(&mut self, task: usize, name: &str, shown: &str) {
        // The variable is the new task's handle, and the step of the spawn has said so.
        if std::mem::take(&mut self.world.tasks[task].has_spawned) {
            return;
        }
        if let Some(
            Deed::Line {
                task: whose,
                values,
            }
            | Deed::Poll {
                task: whose,
                values,
                ..
            }
            | Deed::Turn {
                task: whose,
                values,
                ..
            }
            | Deed::Await {
                task: whose,
                values,
                ..
            }
            | Deed::Over {
                task: whose,
                values,
                ..
            }
            | Deed::Return {
                task: whose,
                values,
                ..
            },
        ) = &mut self.deed
            && *whose == task
        {
            values.push((name.to_owned(), shown.to_owned()));
        }
    }

    fn reach_await(&mut self, task: usize, site: usize, what: &str, joins: Option<usize>) {
        let at = self.world.site(site);
        let text = at.text.strip_suffix(".await").unwrap_or(&at.text).trim();
        let is_branch = at.kind == SiteKind::Branch;
        let awaited = Awaited {
            site,
            line: at.at[0],
            what: what.to_owned(),
            text: text.to_owned(),
            task: joins,
            is_branch,
            of: if is_branch {
                self.world.macro_of(site)
            } else {
                (String::new(), 0)
            },
        };
        let timer = match &self.deed {
            Some(Deed::SetTimer {
                task: whose,
                ms,
                suspended: false,
            }) if *whose == task => Some(*ms),
            _ => None,
        };
        self.begin(Deed::Await {
            task,
            awaited: awaited.clone(),
            timer,
            entered: None,
            ready: false,
            pending: false,
            suspended: false,
            values: Vec::new(),
        });
        // The macro's line is where the task stands, of whichever future it polls.
        let line = if is_branch {
            awaited.of.1
        } else {
            awaited.line
        };
        self.stand(task, site, line);
        self.line = Some(awaited.line);
        self.world.tasks[task].calls.reach(awaited);
    }

    fn no_await(&self, site: usize) -> Result<(), Damage> {
        self.fault(
            "an `await` of this site before it",
            format!("`{}`", self.world.site(site).text),
        )
    }

    fn resume(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        // Of equal places, the one whose timer has fired is what is ready; and it does not matter
        // which one is seen not to be.
        let will_be_ready = self.will_be_ready(task, site);
        let next = self.order.get(self.told + 1);
        let is_nothing = next
            .is_some_and(|at| self.world.recording.events[*at].what == Happening::Pending { site });
        let timers = &self.world.timers;
        let fired: BTreeMap<usize, bool> = timers.iter().map(|(id, t)| (*id, t.fired)).collect();
        let tasks = &self.world.tasks;
        let ended: Vec<bool> = tasks
            .iter()
            .map(|task| task.state.is_some_and(State::is_over))
            .collect();
        let is_it = |awaited: &Awaited, timer: Option<usize>| {
            let can_be = match (timer, awaited.task) {
                (Some(timer), _) => fired.get(&timer).copied(),
                (None, Some(task)) => ended.get(task).copied(),
                (None, None) => None,
            };
            match (can_be, will_be_ready) {
                (Some(can_be), Some(will_be)) => can_be == will_be,
                _ => true,
            }
        };
        let is_fresh = matches!(
            &self.deed,
            Some(Deed::Poll { task: whose, over: None, .. } | Deed::Turn { task: whose, over: None, again: false, .. })
                if *whose == task
        );
        let at = self.world.site(site);
        let is_turn = at.kind == SiteKind::Branch && !is_fresh;
        self.flush_but(|deed| {
            !is_turn
                && matches!(deed, Deed::Poll { task: whose, .. } | Deed::Turn { task: whose, .. } if *whose == task)
        });
        if self.world.tasks[task]
            .calls
            .resume(site, is_nothing, is_it)
            .is_none()
        {
            return self.no_await(site);
        }
        if is_turn {
            let text = at.text.trim().to_owned();
            let of = self.world.macro_of(site);
            self.begin(Deed::Turn {
                task,
                awaited: Awaited {
                    site,
                    line: at.at[0],
                    what: String::new(),
                    text,
                    task: None,
                    is_branch: true,
                    of,
                },
                looks: Vec::new(),
                over: None,
                again: false,
                values: Vec::new(),
            });
        }
        self.line = self.world.tasks[task].calls.line();
        Ok(())
    }

    /// How the poll that begins at hand turns out.
    fn will_be_ready(&self, task: usize, site: usize) -> Option<bool> {
        let ahead = self.order.iter().skip(self.told + 1).take(FAR);
        let mut events = ahead.map(|at| &self.world.recording.events[*at]);
        events.find_map(|event| match event.what {
            _ if event.task != Some(task) => None,
            Happening::Ready { site: at } if at == site => Some(true),
            Happening::Pending { site: at } if at == site => Some(false),
            _ => None,
        })
    }

    fn pending(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        self.flush_but(|deed| !matches!(deed, Deed::Return { task: whose, .. } if *whose == task));
        let Some(awaited) = self.world.tasks[task].calls.pending(site) else {
            return self.no_await(site);
        };
        let awaited = awaited.clone();
        match &mut self.deed {
            Some(Deed::Await {
                task: whose,
                awaited: open,
                pending,
                ..
            }) if *whose == task && open.site == site => *pending = true,
            Some(
                Deed::Poll {
                    task: whose,
                    looks,
                    over: None,
                    ..
                }
                | Deed::Turn {
                    task: whose,
                    looks,
                    over: None,
                    ..
                },
            ) if *whose == task && awaited.is_branch => looks.push(Look {
                awaited,
                is_ready: false,
            }),
            _ => {}
        }
        Ok(())
    }

    fn ready(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        self.flush_but(|deed| match deed {
            Deed::Poll { task: whose, .. }
            | Deed::Turn { task: whose, .. }
            | Deed::Return { task: whose, .. } => *whose == task,
            Deed::Await {
                task: whose,
                awaited,
                ..
            } => *whose == task && awaited.site == site,
            _ => false,
        });
        if let Some(call) = self.world.tasks[task].calls.unended(site) {
            return self.fault(format!("the end of {call} before it is ready"), "none");
        }
        let Some(awaited) = self.world.tasks[task].calls.ready(site) else {
            return self.no_await(site);
        };
        // A `try_join!` that fails gives up the others, and so does a `select!`.
        let next = self.order.get(self.told + 1);
        let gives_up = next.is_some_and(|at| {
            let next = &self.world.recording.events[*at];
            next.task == Some(task) && matches!(next.what, Happening::Cancel { .. })
        });
        let rest: Vec<String> = if awaited.is_branch && !gives_up && awaited.of.0 != "select!" {
            let beside = self.world.tasks[task].calls.beside(&awaited);
            beside.iter().map(|other| other.text.clone()).collect()
        } else {
            Vec::new()
        };
        match &mut self.deed {
            Some(
                Deed::Poll {
                    task: whose,
                    looks,
                    over,
                    ..
                }
                | Deed::Turn {
                    task: whose,
                    looks,
                    over,
                    ..
                },
            ) if *whose == task => {
                if awaited.is_branch {
                    looks.push(Look {
                        awaited,
                        is_ready: true,
                    });
                } else {
                    *over = Some(awaited);
                }
            }
            Some(Deed::Await {
                task: whose,
                awaited: open,
                ready,
                ..
            }) if *whose == task && open.site == awaited.site => *ready = true,
            Some(Deed::Return {
                task: whose,
                ready: known,
                ..
            }) if *whose == task => *known = Some((awaited, rest)),
            _ => {
                self.begin(Deed::Over {
                    task,
                    awaited,
                    values: Vec::new(),
                });
            }
        }
        self.line = self.world.tasks[task].calls.line();
        Ok(())
    }

    fn suspend(&mut self, task: usize) {
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

    fn set_timer(&mut self, task: usize, id: usize, ms: u64) {
        match &mut self.deed {
            Some(Deed::Await {
                task: whose,
                timer,
                pending: false,
                ..
            }) if *whose == task => *timer = Some(ms),
            _ => self.begin(Deed::SetTimer {
                task,
                ms,
                suspended: false,
            }),
        }
        self.world.tasks[task].calls.set_timer(id);
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
        self.timer_lanes.insert(
            id,
            TimerLane {
                timer: id,
                task,
                ms,
                from,
                to: usize::MAX,
            },
        );
    }

    fn block(&mut self, task: usize, site: usize, ms: u64) {
        let line = self.world.site(site).at[0];
        let what = caption::callee(&self.world.site(site).text).to_owned();
        self.stand(task, site, line);
        self.world.tasks[task].thread = self.thread;
        self.begin(Deed::Block {
            task,
            ms,
            what: what.clone(),
        });
        let from = self.step();
        self.world.blocking.push(Blocking {
            task,
            what,
            thread: self.thread,
            since: self.world.t,
            from,
            ms,
        });
    }

    fn unblock(&mut self, task: usize) -> Result<(), Damage> {
        let blocking = &mut self.world.blocking;
        let Some(at) = blocking.iter().rposition(|call| call.task == task) else {
            return self.fault("a `block` before it", "`unblock`");
        };
        let call = blocking.remove(at);
        let kept = self.world.others(State::Ready, task).filter(|other| {
            let since = self.world.tasks[*other].woken.as_ref();
            self.world.is_polled(*other) && since.is_some_and(|since| since.step <= call.from)
        });
        let kept = kept.collect();
        self.begin(Deed::Unblock {
            task,
            ms: self.world.t - call.since,
            what: call.what,
            kept,
        });
        Ok(())
    }

    /// Makes a step of what was gathered, and begins to gather anew. A line that is reached only
    /// to do what is gathered next needs no step of its own.
    fn begin(&mut self, next: Deed) {
        let is_absorbed = match (&self.deed, &next) {
            (
                Some(Deed::Line { task: old, values }),
                Deed::Spawn { task, .. }
                | Deed::Out { task, .. }
                | Deed::SetTimer { task, .. }
                | Deed::Await { task, .. }
                | Deed::Call { task, .. }
                | Deed::Block { task, .. }
                | Deed::Return { task, .. }
                | Deed::Panic { task, .. }
                | Deed::End { task, .. },
            ) => values.is_empty() && old == task,
            (Some(Deed::SetTimer { task: old, .. }), Deed::Await { task, .. })
            | (Some(Deed::Start { task: old }), Deed::Call { task, .. }) => old == task,
            (
                Some(Deed::GiveUp { task: old, .. }),
                Deed::End {
                    task,
                    how: End::Cancelled | End::Dropped,
                    ..
                },
            ) => old == task,
            _ => false,
        };
        if is_absorbed {
            self.deed = None;
        }
        self.flush();
        // On one thread, what happened last was where this is.
        if let Some(task) = next.task()
            && self.world.threads.are_several()
        {
            self.line = self.world.tasks[task].calls.line().or(self.line);
        }
        self.deed = Some(next);
        self.is_new = true;
    }

    fn flush(&mut self) {
        let Some(deed) = self.deed.take() else {
            return;
        };
        let (base, counts) = caption::id(&self.world, &deed);
        let seen = self.ids.entry(base.clone()).or_insert(0);
        *seen += 1;
        let id = if counts || *seen > 1 {
            format!("{base}-{seen}")
        } else {
            base
        };
        let step = Step {
            id,
            t: self.world.t,
            caption: caption::caption(&self.world, &deed),
            is_change: !matches!(deed, Deed::Line { .. } | Deed::Out { .. }),
            line: match deed {
                Deed::Idle { .. } | Deed::Fire { .. } | Deed::Exit { .. } => None,
                _ => self.line,
            },
            tasks: self.world.tasks_now(),
            outside: self.world.outside(),
            output: self.output.len(),
            wait: 0,
            arrows: std::mem::take(&mut self.arrows),
        };
        self.steps.push(step);
    }
}
