//! Where a task stands, as it is shown and told.

use super::{Call, Calls, What};
use crate::steps::deed::Awaited;

/// One of the futures that a task awaits side by side.
#[derive(Debug)]
pub(crate) struct Fork<'a> {
    /// What is awaited there, or the call.
    pub(crate) text: &'a str,
    /// The lines at which its calls stand, outermost first.
    pub(crate) lines: Vec<usize>,
    /// What it waits for, innermost.
    pub(crate) awaited: Option<&'a Awaited>,
    /// The macro that polls it, if one does.
    pub(crate) of: &'a str,
    /// Whether it is known that it is awaited: a macro or another future polls it. A call may have polled
    /// it by hand, or by a macro that is not known, and leave it.
    pub(crate) is_awaited: bool,
}

impl Calls {
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

    /// What the task is in that is awaited, and sets a timer behind what it has polled.
    pub(crate) fn setter(&self) -> Option<&Awaited> {
        let mut out = self.outwards(self.place());
        out.find_map(|id| self.awaited(id))
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

    /// Where the task stands, up to where its calls fork. What a call has polled by hand, as a macro
    /// does that is not known, is no place of a task that runs that call again.
    fn stands(&self, is_running: bool) -> Option<usize> {
        let deepest = self.inwards(None);
        let inside = self
            .inside
            .filter(|id| is_running && self.call(*id).is_some());
        let by_hand = |id: usize| {
            let mut out = self.outwards(deepest);
            let inner = out.find(|inner| self.known(self.nodes[inner].inside) == Some(id));
            inner.is_some_and(|inner| self.call(inner).is_some())
        };
        inside.filter(|id| by_hand(*id)).or(deepest)
    }

    /// The lines of the calls on which the task stands, up to where they fork.
    pub(crate) fn trunk(&self, is_running: bool) -> Vec<usize> {
        let mut lines: Vec<_> = self
            .outwards(self.stands(is_running))
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
            let by_future = at.is_some_and(|at| self.awaited(at).is_some());
            for child in self.children(at) {
                let from = forks.len();
                self.forks_of(child, "", &[], &mut forks);
                let is_branch = self.awaited(child).is_some_and(|awaited| awaited.is_branch);
                for fork in &mut forks[from..] {
                    fork.is_awaited = by_future || is_branch;
                }
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
        let (mut at, mut awaited, mut text, mut of) = (id, None, outer, "");
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
                    if inner.is_branch {
                        of = &inner.of.name;
                    }
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
            of,
            is_awaited: true,
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
}
