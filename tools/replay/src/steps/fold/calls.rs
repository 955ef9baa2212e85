//! What happens in tasks: calls, and what they await.

use super::Fold;
use crate::caption;
use crate::steps::State;
use crate::steps::calls::Call;
use crate::steps::deed::{Awaited, Deed, Look, Macro};
use crate::steps::names;
use recording::{Damage, End, Happening, How, SiteKind, TaskKind};

impl Fold<'_> {
    pub(super) fn stand(&mut self, task: usize, site: usize, line: usize) {
        self.line = Some(line);
        let at = self.at(site);
        self.world.tasks[task].calls.stand(at, line);
    }

    pub(super) fn enter(&mut self, task: usize, site: usize, args: &[(String, String)]) {
        let at = self.world.site(site);
        let values: Vec<_> = args.iter().map(|(_, value)| value.clone()).collect();
        let is_root = self.world.tasks[task].calls.is_empty();
        let call = names::call(&at.function, &values);
        let is_named_after_it =
            self.world.is_polled(task) || task == 0 || call == self.world.name(task);
        let name = if is_root && is_named_after_it {
            self.world.name(task).to_owned()
        } else {
            call
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
            number: self.calls_before[self.order[self.told]],
        });
    }

    pub(super) fn leave(&mut self, task: usize, site: usize, how: How) -> Result<(), Damage> {
        let at = self.at(site);
        if how == How::Dropped {
            return self.drop_call(task, site);
        }
        let Some((name, is_root)) = self.world.tasks[task].calls.leaves(at) else {
            if self.is_capped {
                return Ok(());
            }
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
            self.world.tasks[task].calls.leave(at);
            return Ok(());
        }
        // A panic has been told, and that it ends its calls needs no words; nor does the return from
        // the call that a closure is named after.
        let is_named_after_it = is_root && name == self.world.name(task);
        if how == How::Panicked {
            self.flush();
            self.world.tasks[task].calls.leave_by_panic(at);
            return Ok(());
        }
        if is_named_after_it {
            self.flush_but(|deed| matches!(deed, Deed::Line { .. }));
        } else {
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
        self.world.tasks[task].calls.leave(at);
        self.line = self.world.tasks[task].calls.line();
        Ok(())
    }

    /// Whether the end of a task's outermost call is its own: a closure may call one after another.
    pub(super) fn is_over(&self, task: usize) -> bool {
        match self.world.kind(task) {
            TaskKind::BlockOn | TaskKind::Task => true,
            TaskKind::Thread => task == 0 || self.order.get(self.told) == self.last_of.get(task),
            TaskKind::Blocking => false,
        }
    }

    pub(super) fn drop_call(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        let at = self.at(site);
        self.flush_but(|deed| matches!(deed, Deed::GiveUp { task: whose, .. } if *whose == task));
        let Some((name, line)) = self.world.tasks[task].calls.drop_call(at) else {
            if self.is_capped {
                return Ok(());
            }
            return self.fault(
                "the end of a call that has begun",
                format!("the end of `{}`", self.world.site(site).function),
            );
        };
        match &mut self.deed {
            Some(Deed::GiveUp {
                task: whose,
                what,
                are_calls,
                ..
            }) if *whose == task => {
                // What a macro gives up goes with all that is in it, and a call with what awaits it.
                if *are_calls && what.iter().all(|(known, _)| *known != name) {
                    what.push((name, line));
                }
            }
            _ => self.begin(Deed::GiveUp {
                task,
                what: vec![(name, line)],
                of: None,
                are_calls: true,
            }),
        }
        Ok(())
    }

    pub(super) fn cancel(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        let at = self.at(site);
        self.flush_but(|deed| matches!(deed, Deed::GiveUp { task: whose, .. } if *whose == task));
        let Some((awaited, line, is_own)) = self.world.tasks[task].calls.cancel(at) else {
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
        let of = (is_by_macro && !awaited.of.name.is_empty()).then(|| awaited.of.clone());
        match &mut self.deed {
            Some(Deed::GiveUp {
                task: whose,
                what,
                of: known,
                ..
            }) if *whose == task && *known == of => what.push(one),
            _ => self.begin(Deed::GiveUp {
                task,
                what: vec![one],
                of,
                are_calls: false,
            }),
        }
        Ok(())
    }

    pub(super) fn value(&mut self, task: usize, name: &str, shown: &str) {
        // The variable is the new task's handle, and the step of the spawn has said so.
        if std::mem::take(&mut self.world.tasks[task].has_spawned) {
            return;
        }
        if let Some(
            Deed::Line {
                task: whose,
                values,
                ..
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

    pub(super) fn reach_await(
        &mut self,
        task: usize,
        site: usize,
        what: &str,
        joins: Option<usize>,
    ) {
        let place = self.at(site);
        let at = self.world.site(site);
        let text = at.text.strip_suffix(".await").unwrap_or(&at.text).trim();
        let is_branch = at.kind == SiteKind::Branch;
        let awaited = Awaited {
            site,
            line: at.at[0],
            what: what.to_owned(),
            text: names::whole(text),
            task: joins,
            is_branch,
            of: if is_branch {
                self.world.macro_of(site)
            } else {
                Macro::default()
            },
        };
        let timer = match &self.deed {
            Some(Deed::SetTimer {
                task: whose,
                ms,
                suspended: false,
                ..
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
            awaited.of.line
        } else {
            awaited.line
        };
        self.stand(task, site, line);
        self.line = Some(awaited.line);
        self.world.tasks[task].calls.reach(place, awaited);
    }

    pub(super) fn no_await(&self, site: usize) -> Result<(), Damage> {
        if self.is_capped {
            return Ok(());
        }
        self.fault(
            "an `await` of this site before it",
            format!("`{}`", self.world.site(site).text),
        )
    }

    pub(super) fn resume(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        let at = self.at(site);
        let is_fresh = matches!(
            &self.deed,
            Some(Deed::Poll { task: whose, over: None, .. } | Deed::Turn { task: whose, over: None, again: false, .. })
                if *whose == task
        );
        let place = self.world.site(site);
        let is_turn = place.kind == SiteKind::Branch && !is_fresh;
        self.flush_but(|deed| {
            !is_turn
                && matches!(deed, Deed::Poll { task: whose, .. } | Deed::Turn { task: whose, .. } if *whose == task)
        });
        if self.world.tasks[task].calls.resume(at).is_none() {
            return self.no_await(site);
        }
        if is_turn {
            let text = names::whole(place.text.trim());
            let of = self.world.macro_of(site);
            self.begin(Deed::Turn {
                task,
                awaited: Awaited {
                    site,
                    line: place.at[0],
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

    pub(super) fn pending(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        let at = self.at(site);
        self.flush_but(|deed| !matches!(deed, Deed::Return { task: whose, .. } if *whose == task));
        let Some(awaited) = self.world.tasks[task].calls.pending(at) else {
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

    pub(super) fn ready(&mut self, task: usize, site: usize) -> Result<(), Damage> {
        let at = self.at(site);
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
        if !self.is_capped
            && let Some(call) = self.world.tasks[task].calls.unended(at)
        {
            return self.fault(format!("the end of {call} before it is ready"), "none");
        }
        let Some(awaited) = self.world.tasks[task].calls.ready(at) else {
            return self.no_await(site);
        };
        // A `try_join!` that fails gives up the others, and so does a `select!`.
        let next = self.order.get(self.told + 1);
        let gives_up = next.is_some_and(|at| {
            let next = &self.world.recording.events[*at];
            next.task == Some(task) && matches!(next.what, Happening::Cancel { .. })
        });
        let rest: Vec<String> = if awaited.is_branch && !gives_up && !awaited.of.is_select {
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
}
