//! Applies the events of a recording to the [`World`], and makes steps of what they amount to.

mod calls;
mod checks;
mod tasks;

use std::collections::BTreeMap;

use super::calls::At;
use super::deed::Deed;
use super::order;
use super::shorten;
use super::world::World;
use super::{Arrow, BlockLane, Hold, Output, Run, State, Step, TimerLane};
use crate::caption;
use recording::{Damage, End, Event, Happening, Recording, SiteKind, TaskKind};

struct Fold<'a> {
    world: World<'a>,
    /// The numbers of the events, in the order in which they are told, and how many have been.
    order: Vec<usize>,
    told: usize,
    /// The last event of each task, by its number.
    last_of: Vec<usize>,
    /// The last poll of each task, by its number, and how the task ends.
    last_poll: Vec<usize>,
    end_of: Vec<Option<End>>,
    line: Option<usize>,
    /// What is being gathered.
    deed: Option<Deed>,
    arrows: Vec<Arrow>,
    output: Vec<Output>,
    steps: Vec<Step>,
    timer_lanes: Vec<TimerLane>,
    /// The lane of each timer that was set last: one may be set anew.
    lane_of: BTreeMap<usize, usize>,
    blocks: Vec<BlockLane>,
    /// Whether the thread of each event waits from then on, in a call that says nothing, until its next one.
    waits_behind: Vec<bool>,
    /// What each thread runs that no runtime polls.
    own: Vec<Option<usize>>,
    /// Whether events have been left out by now, so that of those that are there some may seem
    /// impossible.
    is_capped: bool,
    holds: Vec<Hold>,
    ids: BTreeMap<String, usize>,
    /// The line of the recording on which the event at hand stands.
    file_line: usize,
    /// The thread on which it happens.
    thread: usize,
    /// The call in which it happens, where the recording says so.
    call: Option<usize>,
    /// How many calls began before each event.
    calls_before: Vec<usize>,
    /// Whether it is the first of what is being gathered.
    is_new: bool,
}

pub(super) fn run(recording: &Recording) -> Result<Run, Damage> {
    let mut last_of = vec![0; recording.tasks.len()];
    let mut last_poll = vec![0; recording.tasks.len()];
    let mut end_of = vec![None; recording.tasks.len()];
    for (at, event) in recording.events.iter().enumerate() {
        if let Some(task) = event.task
            && !matches!(event.what, Happening::Wake { .. })
        {
            last_of[task] = at;
            match event.what {
                Happening::Poll => last_poll[task] = at,
                Happening::End { how } => end_of[task] = Some(how),
                _ => {}
            }
        }
    }
    let mut calls = 0;
    let calls_before = recording.events.iter().map(|event| {
        let before = calls;
        calls += usize::from(matches!(event.what, Happening::Enter { .. }));
        before
    });
    let calls_before = calls_before.collect();
    let mut fold = Fold {
        world: World::new(recording),
        order: order::order(recording),
        told: 0,
        last_of,
        last_poll,
        end_of,
        line: None,
        deed: None,
        arrows: Vec::new(),
        output: Vec::new(),
        steps: Vec::new(),
        timer_lanes: Vec::new(),
        lane_of: BTreeMap::new(),
        blocks: Vec::new(),
        waits_behind: waits_behind(recording),
        own: vec![None; recording.threads.len().max(1)],
        is_capped: false,
        holds: Vec::new(),
        ids: BTreeMap::new(),
        file_line: 0,
        thread: 0,
        call: None,
        calls_before,
        is_new: false,
    };
    for told in 0..fold.order.len() {
        let index = fold.order[told];
        fold.told = told;
        fold.file_line = recording.line_of(index);
        fold.event(&recording.events[index])?;
        if fold.waits_behind[index]
            && let Some(task) = fold.runs()
        {
            fold.world.tasks[task].is_waiting = true;
        }
    }
    fold.flush();
    if let Some(last) = fold.steps.last_mut() {
        last.tasks = fold.world.tasks_now();
        last.outside = fold.world.outside();
    }
    let last = fold.steps.len().saturating_sub(1);
    let mut timers = fold.timer_lanes;
    for timer in &mut timers {
        timer.to = timer.to.min(last);
    }
    let mut blocks = fold.blocks;
    for call in &mut blocks {
        call.to = call.to.min(last);
    }
    let mut varies = Vec::new();
    if fold.world.threads.are_several() {
        varies.push("Several threads: another run may place and order it differently");
    }
    if recording.sites.iter().any(|site| site.any.is_some()) {
        varies.push("A select! without biased begins with any of its futures");
    }
    if fold.is_capped {
        varies.push("What runs very often is recorded only in its first rounds");
    }
    let mut run = Run {
        varies,
        threads: fold.world.threads.labels().to_vec(),
        lanes: fold.world.lanes,
        output: fold.output,
        steps: fold.steps,
        timers,
        blocks,
        holds: fold.holds,
    };
    shorten::by_rows(&mut run, &fold.world.rows);
    shorten::to_the_most(&mut run);
    Ok(run)
}

fn waits_behind(recording: &Recording) -> Vec<bool> {
    let mut waits = vec![false; recording.events.len()];
    let mut next = vec![false; recording.threads.len().max(1)];
    for (at, event) in recording.events.iter().enumerate().rev() {
        if let Some(next) = next.get_mut(event.thread) {
            waits[at] = std::mem::replace(next, event.waited > 0);
        }
    }
    waits
}

impl<'a> Fold<'a> {
    /// What the thread at hand runs: what it polls, or else what nobody polls.
    fn runs(&self) -> Option<usize> {
        let polled = self.world.threads.top(self.thread);
        polled.or_else(|| self.own.get(self.thread).copied().flatten())
    }

    pub(super) fn fault(
        &self,
        expected: impl Into<String>,
        found: impl Into<String>,
    ) -> Result<(), Damage> {
        Err(Damage::new(self.file_line, expected, found))
    }

    fn event(&mut self, event: &Event) -> Result<(), Damage> {
        self.thread = event.thread;
        self.call = event.call;
        if event.t < self.world.t {
            return self.fault(
                "times that do not go back",
                format!("{} ms after {} ms", event.t, self.world.t),
            );
        }
        if event.t > self.world.t {
            self.time_passes(event);
        }
        if let Some(task) = self.runs() {
            self.world.tasks[task].is_waiting = false;
        }
        match &event.what {
            Happening::Fire { timer } => return self.fire(*timer),
            Happening::Exit { code, cut, differs } => {
                return self.exit(*code, cut.as_ref(), differs);
            }
            Happening::More { site, count } => {
                let line = self.world.site(*site).at[0];
                self.is_capped = true;
                self.begin(Deed::More {
                    count: *count,
                    line,
                    are_tasks: self.world.site(*site).kind == SiteKind::Spawn,
                });
                return Ok(());
            }
            _ => {}
        }
        let Some(task) = event.task else {
            return self.fault("a task", format!("`{}` without one", event.what.name()));
        };
        self.can_happen(event, task)?;
        if self.world.kind(task) == TaskKind::Thread
            && !matches!(event.what, Happening::Wake { .. })
            && let Some(own) = self.own.get_mut(event.thread)
        {
            *own = Some(task);
        }
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

    fn of_task(&mut self, event: &Event, task: usize) -> Result<(), Damage> {
        self.world.tasks[task].has_trace |= event.what.site().is_some();
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
                    line,
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
                let known = self.world.timers.get(timer);
                if let Some(owner) = known.map(|timer| timer.task).filter(|owner| *owner != task) {
                    return self.fault(
                        format!("a timer that is new, or {}’s", self.world.name(task)),
                        format!("timer {timer}, which {} has set", self.world.name(owner)),
                    );
                }
                self.set_timer(task, *timer, *ms);
            }
            Happening::Block { ms, site } => self.block(task, *site, *ms),
            Happening::Unblock { .. } => return self.unblock(task),
            Happening::Out { site, fd, text } => {
                self.begin(Deed::Out {
                    task,
                    fd: *fd,
                    text: text.clone(),
                });
                // In a closure that is one expression.
                if self.world.tasks[task].calls.line().is_none()
                    && let Some(site) = site
                {
                    self.stand(task, *site, self.world.site(*site).at[0]);
                }
                self.output.push(Output {
                    fd: *fd,
                    text: text.clone(),
                });
            }
            Happening::Panic { site, text } => {
                self.flush_but(|deed| matches!(deed, Deed::Line { .. }));
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

    /// Where the event at hand happens.
    pub(super) fn at(&self, site: usize) -> At<'a> {
        At {
            site,
            function: &self.world.site(site).function,
            call: self.call,
        }
    }

    /// The lane in which a timer is since it was set last.
    pub(super) fn timer_lane(&mut self, timer: usize) -> Option<&mut TimerLane> {
        let lane = *self.lane_of.get(&timer)?;
        self.timer_lanes.get_mut(lane)
    }

    /// The step that what is being gathered becomes.
    pub(super) fn step(&self) -> usize {
        self.steps.len()
    }

    /// What was gathered becomes a step before the task stands elsewhere, unless it goes on.
    pub(super) fn flush_but(&mut self, goes_on: impl Fn(&Deed) -> bool) {
        if self.deed.as_ref().is_some_and(|deed| !goes_on(deed)) {
            self.flush();
        }
    }

    /// Makes a step of what was gathered, and begins to gather anew. A line that is reached only
    /// to do what is gathered next needs no step of its own.
    pub(super) fn begin(&mut self, next: Deed) {
        let is_absorbed = match (&self.deed, &next) {
            (
                Some(Deed::Line {
                    task: old, values, ..
                }),
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
            self.line = self.world.tasks[task].calls.line();
        }
        self.deed = Some(next);
        self.is_new = true;
    }

    pub(super) fn flush(&mut self) {
        let Some(deed) = self.deed.take() else {
            return;
        };
        let is_shown = self.steps.len() < shorten::MOST;
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
            // Of what a page does not show, no picture is made.
            tasks: if is_shown {
                self.world.tasks_now()
            } else {
                Vec::new()
            },
            outside: if is_shown {
                self.world.outside()
            } else {
                Vec::new()
            },
            output: self.output.len(),
            wait: 0,
            arrows: std::mem::take(&mut self.arrows),
        };
        self.steps.push(step);
    }
}
