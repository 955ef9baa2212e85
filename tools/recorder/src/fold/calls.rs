//! Which of its calls a task runs.

use std::collections::HashMap;

/// The calls of a task.
#[derive(Default)]
pub(super) struct Calls {
    /// Those that have begun and are not over, in the order in which they began.
    open: Vec<usize>,
    /// The one whose code runs, if it is known.
    running: Option<usize>,
    /// Who polls each, or has called it.
    by: HashMap<usize, Option<usize>>,
}

impl Calls {
    /// The last one of those that has begun and is not over.
    pub(super) fn last(&self, of: impl Fn(&usize) -> bool) -> Option<usize> {
        self.open.iter().rev().copied().find(|call| of(call))
    }

    pub(super) fn is_open(&self, call: usize) -> bool {
        self.open.contains(&call)
    }

    pub(super) fn running(&self) -> Option<usize> {
        self.running
    }

    /// The runtime polls the task: from its outermost call on.
    pub(super) fn poll(&mut self) {
        self.running = None;
    }

    pub(super) fn begin(&mut self, call: usize) {
        self.by.insert(call, self.running);
        self.running = Some(call);
        self.open.push(call);
    }

    pub(super) fn leave(&mut self, call: usize) {
        let by = self.by.remove(&call).flatten();
        if self.running == Some(call) {
            self.running = by;
        }
        self.open.retain(|open| *open != call);
    }

    /// The code of `call` runs again.
    pub(super) fn go_on(&mut self, call: Option<usize>) {
        let Some(call) = call else { return };
        if self.running != Some(call) {
            self.by.insert(call, self.running);
            self.running = Some(call);
        }
    }

    /// The code of `call` runs, as it did before it polled something.
    pub(super) fn stay(&mut self, call: Option<usize>) {
        if call.is_some() {
            self.running = call;
        }
    }

    /// `call` waits: whoever polls it runs.
    pub(super) fn wait(&mut self, call: Option<usize>) {
        if let Some(call) = call {
            self.running = self.by.get(&call).copied().flatten();
        }
    }
}
