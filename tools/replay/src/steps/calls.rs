//! Where a task stands: its calls and what they await, as a tree.
//!
//! Most tasks have one chain of calls. It forks where futures are polled side by side: in a
//! `join!`, `try_join!` or `select!`, or where an awaited future polls several calls itself.

use std::collections::BTreeMap;

use super::deed::Awaited;

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
    /// The poll in which it was last begun or polled again.
    polled: usize,
    /// What it was in is over or was given up: it stands nowhere, and is dropped or polled again
    /// elsewhere.
    is_loose: bool,
    timer: Option<usize>,
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
    /// The name without its arguments.
    pub(crate) function: String,
    pub(crate) line: usize,
    pub(crate) site: usize,
}

/// One of the futures that a task awaits side by side.
#[derive(Debug)]
pub(crate) struct Fork<'a> {
    /// What is awaited there, or the call.
    pub(crate) text: &'a str,
    /// The lines at which its calls stand, outermost first.
    pub(crate) lines: Vec<usize>,
    /// What it waits for, innermost.
    pub(crate) awaited: Option<&'a Awaited>,
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

    /// The outermost call that has not ended.
    pub(crate) fn outermost(&self) -> Option<&str> {
        let call = self.live().find_map(|(id, _)| self.call(id));
        call.map(|call| &*call.name)
    }

    /// Whether what is awaited can be the end of `task`: it is, or the recording does not say whose
    /// end is awaited.
    pub(crate) fn may_join(&self, task: usize) -> bool {
        let leaves = self.live().filter_map(|(id, _)| {
            let awaited = self.awaited(id)?;
            self.children(Some(id)).is_empty().then_some(awaited)
        });
        let mut joins = leaves.map(|awaited| awaited.task).peekable();
        joins.peek().is_none() || joins.any(|join| join.is_none_or(|join| join == task))
    }

    pub(crate) fn clear(&mut self) {
        self.nodes.clear();
        self.inside = None;
        self.line = None;
    }

    fn add(&mut self, what: What) -> usize {
        let id = self.made;
        self.made += 1;
        // Where a future polls calls itself, the next one stands beside those, not in one of them.
        let inside = self.place();
        self.nodes.insert(
            id,
            Node {
                inside,
                what,
                polled: self.polls,
                is_loose: false,
                timer: None,
            },
        );
        self.inside = Some(id);
        id
    }

    pub(crate) fn enter(&mut self, call: Call) {
        self.add(What::Call(call));
    }

    pub(crate) fn reach(&mut self, awaited: Awaited) {
        self.add(What::Await(awaited));
    }

    /// The task comes to a line of `function`: of the call that it is in, or of one around it, which
    /// may hold the closure that is run.
    pub(crate) fn stand(&mut self, function: &str, line: usize) {
        let is_it = |id: &usize| self.call(*id).is_some_and(|call| call.function == function);
        let outer = self.outwards(self.place()).find(is_it);
        let inner = || self.outwards(self.inwards(self.inside)).find(is_it);
        let found = match (outer, inner()) {
            (Some(outer), _) => Some(outer),
            (None, Some(inner)) => {
                self.inside = Some(inner);
                Some(inner)
            }
            (None, None) => self.innermost_call(),
        };
        match found {
            Some(id) => self.set_line(id, line),
            None => self.line = Some(line),
        }
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
        let line = if at.is_branch { at.of.1 } else { at.line };
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
        let is_branch = |id: &usize| match &self.nodes[id].what {
            What::Await(awaited) => awaited.is_branch,
            What::Call(_) => false,
        };
        children.len() > 1 || children.iter().any(is_branch)
    }

    /// The innermost place that is the only one, from `from` inwards.
    fn inwards(&self, from: Option<usize>) -> Option<usize> {
        let mut at = from;
        loop {
            let children = self.children(at);
            match &children[..] {
                [only] if !self.is_fork(&children) => at = Some(*only),
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

    /// The calls that the task is in, outermost first, up to where it is or where they fork.
    pub(crate) fn chain(&self) -> Vec<&Call> {
        let mut calls: Vec<_> = self
            .outwards(self.place())
            .filter_map(|id| self.call(id))
            .collect();
        calls.reverse();
        calls
    }

    /// Whether the task is in one of several futures that stand side by side.
    pub(crate) fn is_beside(&self) -> bool {
        let mut out = self.outwards(self.place());
        out.any(|id| self.is_fork(&self.children(self.known(self.nodes[&id].inside))))
    }

    /// What polls the call that the task is in, where that is a future which the call awaits that
    /// is outside of it.
    pub(crate) fn polled_by(&self) -> Option<&Awaited> {
        let outer = self.innermost_call().and_then(|id| self.nodes[&id].inside);
        self.awaited(self.known(outer)?)
    }

    /// The line at which the task is.
    pub(crate) fn line(&self) -> Option<usize> {
        let call = self.innermost_call().and_then(|id| self.call(id));
        call.map(|call| call.line).or(self.line)
    }

    /// What the task awaits, where its calls do not fork.
    pub(crate) fn awaits(&self) -> Option<&Awaited> {
        let mut out = self.outwards(self.inwards(None));
        out.find_map(|id| self.awaited(id))
    }

    /// The lines of the calls on which the task stands, up to where they fork.
    pub(crate) fn trunk(&self) -> Vec<usize> {
        let mut lines: Vec<_> = self
            .outwards(self.inwards(None))
            .filter_map(|id| self.call(id))
            .map(|call| call.line)
            .collect();
        lines.reverse();
        if lines.is_empty() {
            lines.extend(self.line);
        }
        lines
    }

    /// What the task awaits side by side, in the order in which it began: the innermost of each.
    pub(crate) fn forks(&self) -> Vec<Fork<'_>> {
        let mut forks = Vec::new();
        let at = self.inwards(None);
        if self.is_fork(&self.children(at)) {
            for child in self.children(at) {
                self.forks_of(child, "", &[], &mut forks);
            }
        }
        forks
    }

    fn forks_of<'a>(
        &'a self,
        id: usize,
        outer: &'a str,
        lines: &[usize],
        forks: &mut Vec<Fork<'a>>,
    ) {
        let mut lines = lines.to_vec();
        let (mut at, mut awaited, mut text) = (id, None, outer);
        loop {
            match &self.nodes[&at].what {
                What::Call(call) => {
                    lines.push(call.line);
                    if text.is_empty() {
                        text = &call.name;
                    }
                }
                What::Await(inner) => {
                    awaited = Some(inner);
                    if text.is_empty() || inner.is_branch {
                        text = &inner.text;
                    }
                }
            }
            let children = self.children(Some(at));
            match &children[..] {
                [only] if !self.is_fork(&children) => at = *only,
                [] => break,
                _ => {
                    for child in &children {
                        self.forks_of(*child, "", &lines, forks);
                    }
                    return;
                }
            }
        }
        forks.push(Fork {
            text,
            lines,
            awaited,
        });
    }

    /// What is awaited beside `awaited` and is not ready either, by the same call.
    pub(crate) fn beside(&self, awaited: &Awaited) -> Vec<&Awaited> {
        let live = self.live().filter_map(|(_, node)| match &node.what {
            What::Await(other) if other.is_branch => Some(other),
            _ => None,
        });
        live.filter(|other| other.of == awaited.of && other.site != awaited.site)
            .collect()
    }

    /// What is polled again: an `.await` of `site` inside of where the task is. `is_it` tells
    /// which one of several, by the timer that each has set; with `is_nothing` nothing comes of it.
    /// `None` if there is no such `.await`.
    pub(crate) fn resume(
        &mut self,
        site: usize,
        is_nothing: bool,
        is_it: impl Fn(&Awaited, Option<usize>) -> bool,
    ) -> Option<()> {
        let mut here = self.candidates(self.inside, site, true);
        // Where an awaited future polls several calls, nothing tells that one of them is left.
        let around: Vec<_> = self.outwards(self.inside).collect();
        for from in around.into_iter().skip(1).map(Some).chain([None]) {
            if here.is_empty() {
                here = self.candidates(from, site, true);
            }
        }
        if here.is_empty() {
            here = self.candidates(self.inside, site, false);
        }
        let Some(least) = here.iter().map(|(depth, _)| *depth).min() else {
            return self.take_up(site);
        };
        let mut here: Vec<_> = here
            .into_iter()
            .filter(|(depth, _)| *depth == least)
            .map(|(_, id)| id)
            .collect();
        if here.len() > 1 {
            let fits = |id: &usize| {
                let node = &self.nodes[id];
                self.awaited(*id)
                    .is_some_and(|awaited| is_it(awaited, node.timer))
            };
            if here.iter().any(fits) {
                here.retain(fits);
            }
        }
        let id = *here.first()?;
        if here.len() > 1 && !is_nothing {
            // Which of them it is, nobody knows; what they have in common is true of each.
            for id in here {
                self.name_no_arguments(id);
            }
        }
        self.inside = Some(id);
        if let Some(node) = self.nodes.get_mut(&id) {
            node.polled = self.polls;
        }
        self.stand_at(id);
        Some(())
    }

    /// The depth and the number of each `.await` of `site` inside of `from`.
    fn candidates(&self, from: Option<usize>, site: usize, is_new: bool) -> Vec<(usize, usize)> {
        let is_in = |id: usize| from.is_none() || self.outwards(Some(id)).any(|a| Some(a) == from);
        let here = self.live().filter(|(id, node)| {
            Some(*id) != from
                && matches!(&node.what, What::Await(awaited) if awaited.site == site)
                && (!is_new || node.polled < self.polls)
                && is_in(*id)
        });
        here.map(|(id, _)| (self.outwards(Some(id)).count(), id))
            .collect()
    }

    /// A future that was given up by one `select!` and is polled by another, or by hand.
    fn take_up(&mut self, site: usize) -> Option<()> {
        let is_it = |id: &usize| {
            self.awaited(*id)
                .is_some_and(|awaited| awaited.site == site)
        };
        let mut loose = self.nodes.iter().filter(|(_, node)| node.is_loose);
        let id = loose.find(|(id, _)| is_it(id)).map(|(id, _)| *id)?;
        let outermost = self.outwards(Some(id)).last()?;
        let all: Vec<_> = self.nodes.keys().copied().collect();
        let inside = self.inside;
        for other in all {
            if self.outwards(Some(other)).any(|a| a == outermost)
                && let Some(node) = self.nodes.get_mut(&other)
            {
                node.is_loose = false;
            }
        }
        if let Some(node) = self.nodes.get_mut(&outermost) {
            node.inside = inside;
        }
        self.inside = Some(id);
        Some(())
    }

    fn name_no_arguments(&mut self, id: usize) {
        let call = self.outwards(Some(id)).find(|id| self.call(*id).is_some());
        if let Some(Node {
            what: What::Call(call),
            ..
        }) = call.and_then(|id| self.nodes.get_mut(&id))
        {
            call.name.clone_from(&call.function);
        }
    }

    /// The `.await` of `site` that the task is in, or else is about to go into.
    fn find(&self, site: usize) -> Option<usize> {
        let is_it = |id: &usize| {
            self.awaited(*id)
                .is_some_and(|awaited| awaited.site == site)
        };
        let mut out = self.outwards(self.place());
        out.find(is_it).or_else(|| {
            let mut live = self.live().map(|(id, _)| id);
            live.rfind(is_it)
        })
    }

    /// What is awaited at `site` was polled and is not ready.
    pub(crate) fn pending(&mut self, site: usize) -> Option<&Awaited> {
        let id = self.find(site)?;
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

    /// The call that is awaited itself at `site` and has not ended. A future around a call, as of a
    /// time limit, may be ready before the call is.
    pub(crate) fn unended(&self, site: usize) -> Option<&str> {
        let id = self.find(site)?;
        let what = &self.awaited(id)?.what;
        let children = self.children(Some(id));
        let mut calls = children.iter().filter_map(|child| self.call(*child));
        let call = calls.find(|call| call.function == *what)?;
        Some(&call.name)
    }

    /// What was awaited at `site` is ready.
    pub(crate) fn ready(&mut self, site: usize) -> Option<Awaited> {
        let id = self.find(site)?;
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

    /// What is awaited at `site` is given up: it, the line at which it stood, and whether what it
    /// was awaited by goes on.
    pub(crate) fn cancel(&mut self, site: usize) -> Option<(Awaited, Option<usize>, bool)> {
        let is_it =
            |node: &Node| matches!(&node.what, What::Await(awaited) if awaited.site == site);
        let mut loose = self.nodes.iter().filter(|(_, node)| node.is_loose);
        let (id, is_own) = match loose.find(|(_, node)| is_it(node)) {
            Some((id, _)) => (*id, false),
            None => (self.live().rfind(|(_, node)| is_it(node))?.0, true),
        };
        let mut out = self.outwards(self.inwards(Some(id)));
        let line = out.find_map(|id| self.call(id)).map(|call| call.line);
        drop(out);
        Some((self.take(id)?, line, is_own))
    }

    /// The call that ends when the function at `site` does, if that is the innermost, and whether
    /// it is the task's outermost.
    pub(crate) fn leaves(&self, site: usize) -> Option<(String, bool)> {
        let id = self.innermost_call()?;
        let call = self.call(id).filter(|call| call.site == site)?;
        Some((
            call.name.clone(),
            self.known(self.nodes[&id].inside).is_none(),
        ))
    }

    /// The innermost call ends.
    pub(crate) fn leave(&mut self) {
        if let Some(id) = self.innermost_call() {
            self.inside = Some(id);
            self.remove_call(id);
        }
    }

    /// The call of the function at `site` is dropped in the middle: one that was given up, or else
    /// the one that began last.
    pub(crate) fn drop_call(&mut self, site: usize) -> Option<(String, bool)> {
        let is_it = |node: &Node| matches!(&node.what, What::Call(call) if call.site == site);
        let mut all = self.nodes.iter().filter(|(_, node)| is_it(node));
        let loose = all.clone().find(|(_, node)| node.is_loose);
        let (id, node) = loose.or_else(|| all.next_back())?;
        let (id, was_loose) = (*id, node.is_loose);
        // What is dropped is the outermost, and this one with it.
        let whole = self.outwards(Some(id)).filter(|id| self.nodes[id].is_loose);
        let whole = whole.filter_map(|id| self.call(id)).last();
        let whole = whole.map(|call| call.name.clone());
        let own = self.remove_call(id)?;
        Some((whole.unwrap_or(own), was_loose))
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
