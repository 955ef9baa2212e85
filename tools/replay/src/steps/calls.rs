//! Where a task stands: its calls and what they await, as a tree.
//!
//! Most tasks have one chain of calls. It forks where futures are polled side by side: in a
//! `join!`, `try_join!` or `select!`, or where an awaited future polls several calls itself.

mod places;

use std::collections::BTreeMap;

use super::deed::Awaited;
pub(crate) use places::Fork;

/// The calls of one task that have begun and not ended, and what they await.
#[derive(Debug, Default)]
pub(crate) struct Calls {
    /// In the order in which they begin; each behind what it is in.
    nodes: BTreeMap<usize, Node>,
    made: usize,
    /// What the task runs inside of; none before its first call and at rest.
    inside: Option<usize>,
    /// The line of a task that runs no call of the listing's.
    line: Option<usize>,
    polls: usize,
    dropped_timers: Vec<usize>,
}

#[derive(Debug)]
struct Node {
    inside: Option<usize>,
    what: What,
    /// What it was in is over or was given up: it stands nowhere, and is dropped or polled again
    /// elsewhere.
    is_loose: bool,
    timer: Option<usize>,
}

impl Node {
    /// Whether it is one of the futures that a macro polls.
    fn is_branch(&self) -> bool {
        matches!(&self.what, What::Await(awaited) if awaited.is_branch)
    }
}

#[derive(Debug)]
enum What {
    Call(Call),
    Await(Awaited),
}

/// A call of one of the listing's functions.
#[derive(Debug)]
pub(crate) struct Call {
    pub(crate) name: String,
    pub(crate) function: String,
    pub(crate) line: usize,
    pub(crate) site: usize,
    /// The how-manieth call of the recording it is.
    pub(crate) number: usize,
}

/// Where an event happens: a site, and the call of its function.
#[derive(Debug, Clone, Copy)]
pub(crate) struct At<'a> {
    pub(crate) site: usize,
    pub(crate) function: &'a str,
    /// The call's number, where it is not the last of the function that has not ended.
    pub(crate) call: Option<usize>,
}

impl Calls {
    /// A poll of the task begins.
    pub(crate) fn poll(&mut self) {
        self.polls += 1;
        self.inside = None;
    }

    pub(crate) fn is_polled(&self) -> bool {
        self.polls > 0
    }

    /// Whether the task is inside of no call.
    pub(crate) fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.inside = None;
        self.line = None;
    }

    fn add(&mut self, what: What, inside: Option<usize>) {
        let id = self.made;
        self.made += 1;
        self.nodes.insert(
            id,
            Node {
                inside,
                what,
                is_loose: false,
                timer: None,
            },
        );
        self.inside = Some(id);
    }

    pub(crate) fn enter(&mut self, call: Call) {
        // Where a future polls calls itself, the next one stands beside those, not in one of them.
        self.add(What::Call(call), self.place());
    }

    pub(crate) fn reach(&mut self, at: At, awaited: Awaited) {
        let inside = match self.call_at(at) {
            Some(call) if self.innermost_call() != Some(call) => Some(call),
            _ => self.place(),
        };
        self.add(What::Await(awaited), inside);
    }

    /// The call in which something happens.
    fn call_at(&self, at: At) -> Option<usize> {
        let is_it = |id: &usize| {
            self.call(*id).is_some_and(|call| match at.call {
                Some(number) => call.number == number,
                None => call.function == at.function,
            })
        };
        let mut calls = self.nodes.keys().copied();
        calls.rfind(is_it)
    }

    /// The task comes to a line of the call that it is in, or of one around it, which may hold the
    /// closure that is run.
    pub(crate) fn stand(&mut self, at: At, line: usize) {
        let Some(call) = self.call_at(at).or_else(|| self.innermost_call()) else {
            self.line = Some(line);
            return;
        };
        if !self.outwards(self.place()).any(|id| id == call) {
            self.inside = Some(call);
        }
        self.set_line(call, line);
    }

    fn set_line(&mut self, id: usize, line: usize) {
        if let Some(Node {
            what: What::Call(call),
            ..
        }) = self.nodes.get_mut(&id)
        {
            call.line = line;
        }
    }

    /// The call that awaits something stands there again, whatever it has run meanwhile.
    fn stand_at(&mut self, awaited: usize) {
        let Some(at) = self.awaited(awaited) else {
            return;
        };
        let line = if at.is_branch { at.of.line } else { at.line };
        let mut out = self.outwards(self.nodes[&awaited].inside);
        let call = out.find(|id| self.call(*id).is_some());
        drop(out);
        if let Some(call) = call {
            self.set_line(call, line);
        }
    }

    /// The timer that what the task awaits has set.
    pub(crate) fn set_timer(&mut self, timer: usize) {
        let mut out = self.outwards(self.place());
        let awaited = out.find(|id| self.awaited(*id).is_some());
        drop(out);
        if let Some(node) = awaited.and_then(|id| self.nodes.get_mut(&id)) {
            node.timer = Some(timer);
        }
    }

    /// The timers that are gone since this was asked last, with what has set them.
    pub(crate) fn dropped_timers(&mut self) -> Vec<usize> {
        std::mem::take(&mut self.dropped_timers)
    }

    fn live(&self) -> impl DoubleEndedIterator<Item = (usize, &Node)> {
        let nodes = self.nodes.iter().filter(|(_, node)| !node.is_loose);
        nodes.map(|(id, node)| (*id, node))
    }

    fn children(&self, of: Option<usize>) -> Vec<usize> {
        let live = self.live().filter(|(_, node)| node.inside == of);
        live.map(|(id, _)| id).collect()
    }

    /// Whether what is in `id` stands side by side, even if it is one: the others may be over.
    fn is_fork(&self, children: &[usize]) -> bool {
        let is_branch = |id: &usize| self.nodes[id].is_branch();
        children.len() > 1 || children.iter().any(is_branch)
    }

    /// The innermost place that is the only one, from `from` inwards.
    fn inwards(&self, from: Option<usize>) -> Option<usize> {
        let mut at = from;
        loop {
            let mut children = self.live().filter(|(_, node)| node.inside == at);
            match (children.next(), children.next()) {
                (Some((only, node)), None) if !node.is_branch() => at = Some(only),
                _ => return at,
            }
        }
    }

    /// Where the task is: inside of what it runs, or as far in as its calls do not fork.
    fn place(&self) -> Option<usize> {
        self.inside.or_else(|| self.inwards(None))
    }

    fn outwards(&self, from: Option<usize>) -> impl Iterator<Item = usize> {
        let known = |id: &usize| self.nodes.contains_key(id);
        std::iter::successors(from.filter(known), move |id| {
            self.nodes[id].inside.filter(known)
        })
    }

    fn known(&self, id: Option<usize>) -> Option<usize> {
        id.filter(|id| self.nodes.contains_key(id))
    }

    fn innermost_call(&self) -> Option<usize> {
        let mut out = self.outwards(self.place());
        out.find(|id| matches!(self.nodes[id].what, What::Call(_)))
    }

    fn call(&self, id: usize) -> Option<&Call> {
        match &self.nodes.get(&id)?.what {
            What::Call(call) => Some(call),
            What::Await(_) => None,
        }
    }

    fn awaited(&self, id: usize) -> Option<&Awaited> {
        match &self.nodes.get(&id)?.what {
            What::Await(awaited) => Some(awaited),
            What::Call(_) => None,
        }
    }

    /// The `.await` at a place.
    fn find(&self, at: At) -> Option<usize> {
        let is_it = |id: &usize| {
            self.awaited(*id)
                .is_some_and(|awaited| awaited.site == at.site)
        };
        let call = self.call_at(at);
        let own = |id: &usize| {
            let mut out = self.outwards(self.nodes[id].inside);
            out.find(|id| self.call(*id).is_some()) == call
        };
        let mut all = self.nodes.keys().copied();
        let mut known = all.clone();
        known
            .rfind(|id| is_it(id) && own(id))
            .or_else(|| all.rfind(is_it))
    }

    /// What is awaited at a place is polled again. `None` if nothing is.
    pub(crate) fn resume(&mut self, at: At) -> Option<()> {
        let id = self.find(at)?;
        if self.nodes[&id].is_loose {
            self.take_up(id);
        }
        self.move_in(id);
        self.inside = Some(id);
        self.stand_at(id);
        Some(())
    }

    /// A future that was given up by one `select!` is polled by another, or by hand.
    fn take_up(&mut self, id: usize) {
        let Some(outermost) = self.outwards(Some(id)).last() else {
            return;
        };
        let all: Vec<_> = self.nodes.keys().copied().collect();
        for other in all {
            if self.outwards(Some(other)).any(|a| a == outermost)
                && let Some(node) = self.nodes.get_mut(&other)
            {
                node.is_loose = false;
            }
        }
        let inside = self.inside;
        if let Some(node) = self.nodes.get_mut(&outermost) {
            node.inside = inside;
        }
    }

    /// What was polled before by other means is polled by what is awaited now: it is that future, or is
    /// in it.
    fn move_in(&mut self, id: usize) {
        let Some(by) = self
            .known(self.inside)
            .filter(|by| self.awaited(*by).is_some())
        else {
            return;
        };
        let around: Vec<_> = self.outwards(Some(by)).collect();
        let mut out = self.outwards(Some(id));
        // The outermost that is not around both.
        let moved = out.by_ref().take_while(|id| !around.contains(id)).last();
        drop(out);
        if !self.outwards(Some(id)).any(|outer| outer == by)
            && let Some(node) = moved.and_then(|id| self.nodes.get_mut(&id))
        {
            node.inside = Some(by);
        }
    }

    /// What is awaited at a place was polled and is not ready.
    pub(crate) fn pending(&mut self, at: At) -> Option<&Awaited> {
        let id = self.find(at)?;
        self.stand_at(id);
        let is_branch = self.awaited(id).is_some_and(|awaited| awaited.is_branch);
        let outer = self.known(self.nodes[&id].inside);
        self.inside = if is_branch {
            outer
        } else {
            // The call is not ready either: what polls it goes on.
            let mut out = self.outwards(outer);
            let call = out.find(|id| self.call(*id).is_some());
            drop(out);
            call.and_then(|call| self.known(self.nodes[&call].inside))
        };
        self.awaited(id)
    }

    /// The call that is awaited itself at a place and has not ended. A future around a call, as of a
    /// time limit, may be ready before the call is.
    pub(crate) fn unended(&self, at: At) -> Option<&str> {
        let id = self.find(at)?;
        let what = &self.awaited(id)?.what;
        let children = self.children(Some(id));
        let mut calls = children.iter().filter_map(|child| self.call(*child));
        let call = calls.find(|call| call.function == *what)?;
        Some(&call.name)
    }

    /// What was awaited at a place is ready.
    pub(crate) fn ready(&mut self, at: At) -> Option<Awaited> {
        let id = self.find(at)?;
        self.take(id)
    }

    /// An `.await` is over: what is in it stands nowhere any more, and is dropped when that is told.
    fn take(&mut self, id: usize) -> Option<Awaited> {
        self.loosen(id);
        let node = self.nodes.remove(&id)?;
        if self.inside == Some(id) {
            self.inside = self.known(node.inside);
        }
        match node.what {
            What::Await(awaited) => {
                // What was only borrowed keeps its timer.
                if !awaited.is_borrowed() {
                    self.dropped_timers.extend(node.timer);
                }
                Some(awaited)
            }
            What::Call(_) => None,
        }
    }

    fn loosen(&mut self, id: usize) {
        let inside = self.nodes.keys().copied();
        let inside: Vec<_> = inside
            .filter(|other| *other != id && self.outwards(Some(*other)).any(|a| a == id))
            .collect();
        if let Some(at) = self.inside
            && inside.contains(&at)
        {
            self.inside = Some(id);
        }
        for other in inside {
            if let Some(node) = self.nodes.get_mut(&other) {
                node.is_loose = true;
            }
        }
    }

    /// What is awaited at a place is given up: it, the line at which it stood, and whether what it
    /// was awaited by goes on.
    pub(crate) fn cancel(&mut self, at: At) -> Option<(Awaited, Option<usize>, bool)> {
        let id = self.find(at)?;
        let is_own = !self.nodes[&id].is_loose;
        let mut out = self.outwards(self.inwards(Some(id)));
        let line = out.find_map(|id| self.call(id)).map(|call| call.line);
        drop(out);
        Some((self.take(id)?, line, is_own))
    }

    /// The call that ends when the function at a place does, and whether it is the task's
    /// outermost; none, if a call in it has not ended.
    pub(crate) fn leaves(&self, at: At) -> Option<(String, bool)> {
        let id = self.call_at(at)?;
        let call = self.call(id).filter(|call| call.site == at.site)?;
        let is_outer = |inner: usize| self.outwards(Some(inner)).any(|outer| outer == id);
        // One that is awaited may be left behind by a panic; one that is called may not.
        let mut inner = self
            .live()
            .filter(|(inner, _)| *inner != id && is_outer(*inner));
        let is_open = inner
            .any(|(inner, node)| self.call(inner).is_some() && self.known(node.inside) == Some(id));
        (!is_open).then(|| {
            (
                call.name.clone(),
                self.known(self.nodes[&id].inside).is_none(),
            )
        })
    }

    /// That call ends.
    pub(crate) fn leave(&mut self, at: At) {
        if let Some(id) = self.call_at(at) {
            self.inside = Some(id);
            self.remove_call(id);
        }
    }

    /// That call ends by a panic: what awaits it waits no longer.
    pub(crate) fn leave_by_panic(&mut self, at: At) {
        self.leave(at);
        if let Some(outer) = self.known(self.inside)
            && self.awaited(outer).is_some()
        {
            self.take(outer);
        }
    }

    /// The call of the function at a place is dropped in the middle: the outermost of what is
    /// dropped with it, and its line, unless it was given up before.
    pub(crate) fn drop_call(&mut self, at: At) -> Option<(String, Option<usize>)> {
        let id = self.call_at(at)?;
        self.call(id).filter(|call| call.site == at.site)?;
        let was_loose = self.nodes[&id].is_loose;
        let mut out = self.outwards(self.inwards(Some(id)));
        let line = out.find_map(|id| self.call(id)).map(|call| call.line);
        drop(out);
        let whole = self.outwards(Some(id)).filter(|id| self.nodes[id].is_loose);
        let whole = whole.filter_map(|id| self.call(id)).last();
        let whole = whole.map(|call| call.name.clone());
        let own = self.remove_call(id)?;
        Some((whole.unwrap_or(own), line.filter(|_| !was_loose)))
    }

    fn remove_call(&mut self, id: usize) -> Option<String> {
        self.loosen(id);
        self.nodes
            .retain(|_, node| !node.is_loose || node.inside != Some(id));
        let node = self.nodes.remove(&id)?;
        let outer = self.known(node.inside);
        if self.known(self.inside).is_none() || self.inside == outer {
            self.inside = outer;
        }
        match node.what {
            What::Call(call) => Some(call.name),
            What::Await(_) => None,
        }
    }
}
