//! What a book's chapters show, once they are expanded: what only one of them may show, and where links
//! lead.

use std::collections::BTreeMap;

use crate::moments::Moments;
use problem::Problem;

/// What one chapter shows, or several.
#[derive(Debug, Default)]
pub struct Shown {
    /// Where each run is shown; a second time would give the page's links two targets.
    runs: BTreeMap<String, String>,
    /// Where each listing's output is asked for; the answer is remembered by the listing's name.
    predicted: BTreeMap<String, String>,
    pub(super) moments: Moments,
    /// What an author should know of, although the book can be built.
    pub warnings: Vec<Problem>,
}

impl Shown {
    /// Takes what other chapters show, which come after these.
    ///
    /// # Errors
    ///
    /// When they show a run, or ask for an output, that these do already.
    pub fn add(&mut self, more: Shown) -> Result<(), Problem> {
        for (name, place) in &more.runs {
            self.run(name, place)?;
        }
        for (name, place) in &more.predicted {
            self.predict(name, place)?;
        }
        self.moments.add(more.moments);
        self.warnings.extend(more.warnings);
        Ok(())
    }

    /// Whether the links to moments, in all these chapters, lead to one.
    ///
    /// # Errors
    ///
    /// When a link leads to a run that its target does not show, or that has no such moment.
    pub fn check_links(&self) -> Result<(), Problem> {
        self.moments.check()
    }

    /// Notes that the run of a listing is shown at `place`.
    pub(super) fn run(&mut self, name: &str, place: &str) -> Result<(), Problem> {
        let Some(before) = self.runs.insert(name.to_owned(), place.to_owned()) else {
            return Ok(());
        };
        Err(Problem::new(place, "this run is in the book already")
            .expected("each run once, so that a link to one of its moments has one target")
            .found(format!("`{name}` here and at {before}")))
    }

    /// Notes that the output of a listing is asked for at `place`.
    pub(super) fn predict(&mut self, name: &str, place: &str) -> Result<(), Problem> {
        let Some(before) = self.predicted.insert(name.to_owned(), place.to_owned()) else {
            return Ok(());
        };
        Err(
            Problem::new(place, "this prediction is in the book already")
                .expected("each listing's once, since the answer is remembered by its name")
                .found(format!("`{name}` here and at {before}")),
        )
    }
}
