//! The threads of a run, as the page names them, and which task each of them is running.

use recording::{Damage, Recording, TaskKind, ThreadKind};

/// The threads of one run.
#[derive(Debug)]
pub(crate) struct Threads {
    labels: Vec<String>,
    /// Whether a runtime has worker threads, so that any of them may poll a task.
    pub(crate) has_workers: bool,
    /// The tasks that each thread is in the middle of: a task that polls others itself, as a
    /// `LocalSet` does, stands below them.
    running: Vec<Vec<usize>>,
}

impl Threads {
    pub(crate) fn of(recording: &Recording) -> Self {
        let is = |kind: ThreadKind| {
            move |thread: &&recording::Thread| thread.kind == kind && kind != ThreadKind::Main
        };
        let before = |id: usize, kind| recording.threads[..=id].iter().filter(is(kind)).count();
        let labels = recording.threads.iter().enumerate();
        let labels = labels.map(|(id, thread)| match thread.kind {
            ThreadKind::Main => "main thread".to_owned(),
            ThreadKind::Worker => format!("worker {}", before(id, thread.kind)),
            ThreadKind::Blocking => format!("pool thread {}", before(id, thread.kind)),
            ThreadKind::Other => format!("thread {}", id + 1),
        });
        Threads {
            labels: labels.collect(),
            has_workers: recording.threads.iter().any(|t| is(ThreadKind::Worker)(&t)),
            running: vec![Vec::new(); recording.threads.len().max(1)],
        }
    }

    /// Whether more than one thread does something in the run.
    pub(crate) fn are_several(&self) -> bool {
        self.labels.len() > 1
    }

    /// `worker 1`.
    pub(crate) fn label(&self, thread: usize) -> &str {
        self.labels.get(thread).map_or("thread", |label| label)
    }

    /// The thread within a sentence: `worker 1`, `the main thread`; of the only one, `the thread`.
    pub(crate) fn named(&self, thread: usize) -> String {
        match self.label(thread) {
            _ if !self.are_several() => "the thread".to_owned(),
            "main thread" => "the main thread".to_owned(),
            label => label.to_owned(),
        }
    }

    /// Whether what a thread drives with `block_on` is not all that it is there for: one of the pool,
    /// or one that the program has started.
    pub(crate) fn drives_elsewhere(&self, thread: usize) -> bool {
        self.are_several() && self.label(thread) != "main thread"
    }

    /// The labels of all threads, in the order of their numbers; none of the only one.
    pub(crate) fn labels(&self) -> &[String] {
        if self.are_several() {
            &self.labels
        } else {
            &[]
        }
    }

    /// The task that the thread is running, the innermost.
    pub(crate) fn top(&self, thread: usize) -> Option<usize> {
        self.running.get(thread)?.last().copied()
    }

    /// The thread begins to run a task.
    pub(crate) fn begin(&mut self, thread: usize, task: usize) {
        if let Some(running) = self.running.get_mut(thread) {
            running.push(task);
        }
    }

    /// The thread has run a task as far as it comes for now.
    pub(crate) fn end(&mut self, thread: usize, task: usize) {
        if let Some(running) = self.running.get_mut(thread)
            && let Some(at) = running.iter().rposition(|known| *known == task)
        {
            running.truncate(at);
        }
    }

    /// Whether some thread is in the middle of the task.
    pub(crate) fn is_running(&self, task: usize) -> bool {
        self.running.iter().flatten().any(|known| *known == task)
    }

    /// Whether the thread can begin to run `task` now: it runs none, or one that polls others
    /// itself.
    ///
    /// # Errors
    ///
    /// When it is in the middle of another task.
    pub(crate) fn can_begin(
        &self,
        recording: &Recording,
        line: usize,
        thread: usize,
        task: usize,
    ) -> Result<(), Damage> {
        let Some(running) = self.top(thread) else {
            return Ok(());
        };
        let new = &recording.tasks[task];
        // Only what is spawned on a `LocalSet` is polled in the middle of another task; where it
        // was spawned is not always the listing's.
        let spawn = new.site.map(|site| &recording.sites[site].text);
        let is_local = spawn.is_none_or(|text| text.contains("local"));
        let drives = new.kind == TaskKind::BlockOn;
        if is_local || drives {
            return Ok(());
        }
        Err(Damage::new(
            line,
            format!(
                "the end of {}’s poll before this thread polls another task",
                recording.tasks[running].name
            ),
            format!("`poll` of {}", new.name),
        ))
    }
}
