//! What the inserted calls tell of the source, and the names of tasks, which follow from it.

use checks::seconds;
use recording::{Happening, How, SiteKind};

use super::{Fold, Places};
use crate::normalize;
use crate::raw::{Call, Wait, What};

impl<P: Places> Fold<'_, P> {
    /// Something that an inserted call tells.
    pub(super) fn source(&mut self, thread: u32, what: What) {
        let task = self.current(thread);
        match what {
            What::Begin {
                site,
                call,
                arguments,
            } => self.begin(thread, task, site, call, arguments),
            What::Leave { site, call, how } => self.leave(thread, task, site, call, &how),
            What::Await { at, .. }
            | What::Resume(at)
            | What::Pending { at, .. }
            | What::Ready(at)
            | What::Cancel(at) => self.awaits(task, at, what),
            What::Line(site) => self.push_here(task, Happening::Line { site }),
            What::Value { site, name, value } => {
                let value = normalize::value(&value);
                self.push_here(task, Happening::Value { site, name, value });
            }
            What::Block { site, ms } => {
                let over = ms.map(|ms| self.time.now + ms);
                self.threads.entry(thread).or_default().blocked = over;
                self.push_here(task, Happening::Block { site, ms });
            }
            What::Unblock(site) => {
                let over = self.threads.entry(thread).or_default().blocked.take();
                self.time.unblock(over);
                self.push_here(task, Happening::Unblock { site });
            }
            What::Out { site, fd, text } => {
                let (site, text) = (Some(site), seconds::settle(&text));
                self.push_here(task, Happening::Out { site, fd, text });
            }
            What::Panic { place, text } => {
                let site = self.places.statement(&place);
                let text = seconds::settle(&text);
                self.push_here(task, Happening::Panic { site, text });
            }
            _ => {}
        }
    }

    /// A call begins.
    fn begin(
        &mut self,
        thread: u32,
        task: usize,
        site: usize,
        call: Call,
        arguments: Vec<(String, String)>,
    ) {
        let args: Vec<_> = arguments
            .into_iter()
            .map(|(name, value)| (name, normalize::value(&value)))
            .collect();
        self.name(task, site, &args);
        let inside = self.threads.entry(thread).or_default().inside.last_mut();
        if let Some(inside) = inside {
            inside.begun.insert(call);
        }
        let new = self.calls.len();
        self.calls.insert(call, new);
        self.bodies.push(site);
        self.states[task].calls.begin(new);
        self.push(Some(task), Happening::Enter { site, args });
    }

    /// A call is over, as far as the inserted call knows how.
    fn leave(&mut self, thread: u32, task: usize, site: usize, call: Call, how: &str) {
        let inside = self
            .threads
            .get(&thread)
            .and_then(|state| state.inside.last());
        let how = match how {
            "panicked" => How::Panicked,
            "dropped" => How::Dropped,
            // Of a call that waits in a macro which nothing is known of.
            _ if inside.is_some_and(|it| it.dropping && !it.begun.contains(&call)) => How::Dropped,
            _ => How::Done,
        };
        let number = self.calls.get(&call).copied();
        self.states[task].waits.leave(call);
        self.push_in(Some(task), number, Happening::Leave { site, how });
        if let Some(number) = number {
            self.states[task].calls.leave(number);
        }
    }

    /// Something that happens to what is awaited.
    fn awaits(&mut self, task: usize, at: Wait, what: What) {
        let (site, call) = (at.0, self.calls.get(&at.1).copied());
        let state = &mut self.states[task];
        match what {
            What::Await {
                what, class, joins, ..
            } => {
                let joins = joins.and_then(|id| self.by_id.get(&id).copied());
                state.calls.go_on(call);
                let handle = (what == "JoinHandle").then_some(self.events.len());
                state.waits.reach(at, &class, joins, handle);
                self.push_in(Some(task), call, Happening::Await { site, what, joins });
            }
            What::Resume(_) => {
                state.calls.go_on(call);
                state.waits.resume(at);
                self.push_in(Some(task), call, Happening::Resume { site });
            }
            What::Pending { exhausted, .. } => {
                let is_branch = self.places.kind(site) == Some(SiteKind::Branch);
                state.waits.pending(at, exhausted);
                self.push_in(Some(task), call, Happening::Pending { site });
                // The call whose branch it is looks at the next one; any other waits.
                let calls = &mut self.states[task].calls;
                if is_branch {
                    calls.stay(call);
                } else {
                    calls.wait(call);
                }
            }
            What::Ready(_) => {
                state.waits.over(at);
                state.calls.stay(call);
                self.push_in(Some(task), call, Happening::Ready { site });
            }
            What::Cancel(_) => {
                state.waits.over(at);
                self.push_in(Some(task), call, Happening::Cancel { site });
            }
            _ => {}
        }
    }

    /// A task has the name of the first call that runs in it.
    fn name(&mut self, task: usize, site: usize, args: &[(String, String)]) {
        if std::mem::replace(&mut self.states[task].named, true) {
            return;
        }
        let function = self.places.function(site);
        let values: Vec<&str> = args.iter().map(|(_, value)| &**value).collect();
        self.tasks[task].name = match function {
            "main" | "async block" => function.to_owned(),
            _ => format!("{function}({})", values.join(", ")),
        };
    }

    /// A task in which no call was seen has the name of what the source says it would run.
    pub(super) fn name_the_rest(&mut self) {
        for (task, state) in self.tasks.iter_mut().zip(&self.states) {
            let text = task.site.and_then(|site| self.places.argument(site));
            if let (false, Some(text)) = (state.named, text) {
                task.name = match text.split_once('\n') {
                    None => text.to_owned(),
                    Some(_) if text.starts_with("async") => "async block".to_owned(),
                    Some((first, _)) if first.ends_with('{') => "closure".to_owned(),
                    Some((first, _)) => first.trim_end().to_owned(),
                };
            }
        }
    }
}
