//! What-ifs: a listing that changes another one is offered where that one's recorded run is shown.
//!
//! mdbook-replay offers it by itself, if it can: the page has to show the run, and the what-if has
//! to be recorded.

use crate::harness::Check;
use crate::lint;
use crate::workspace::{Listing, Workspace};
use problem::Problem;

/// How many names a message offers for one that is not there.
const OFFERED: usize = 3;

/// What keeps a page from offering this listing, if it is a what-if.
pub(crate) fn unoffered(check: &Check, workspace: &Workspace, listing: &Listing) -> Vec<Problem> {
    let Some(what_if) = listing.what_if() else {
        return Vec::new();
    };
    let of = &what_if.of;
    let place = format!("{}/Cargo.toml", listing.folder);
    let Some(original) = workspace.listings.get(of) else {
        let mut names = workspace.closest(of);
        names.truncate(OFFERED);
        return vec![
            Problem::new(place, "this is a what-if of no listing")
                .expected("the name of a listing")
                .found(format!("`{of}`"))
                .help(format!("closest listings: {}", names.join(", "))),
        ];
    };
    if let Some(first) = original.what_if() {
        return vec![
            Problem::new(place, "this is a what-if of a what-if")
                .expected("a what-if of a listing that is none itself")
                .found(format!("`{of}`, which is one of `{}`", first.of)),
        ];
    }
    let mut problems = Vec::new();
    let directive = format!("{{{{#replay {of}}}}}");
    let chapters = &check.book.chapters;
    if !chapters
        .iter()
        .any(|chapter| chapter.has_directive(&directive))
    {
        problems.push(
            Problem::new(&place, "no page offers this what-if")
                .expected(format!("`{directive}` in a chapter"))
                .found(format!("none in {}", lint::chapters(check)))
                .help("it is offered above the run of the listing that it changes"),
        );
    }
    let recording = format!("{}/recording.jsonl", listing.folder);
    if !check.book.root().join(&recording).is_file() {
        problems.push(
            Problem::new(&place, "no page can offer this what-if")
                .expected(&*recording)
                .found(match listing.unrecorded() {
                    Some(why) => format!("none on purpose: `recording = \"{why}\"`"),
                    None => "no such file".to_owned(),
                })
                .help(format!("`cargo run -p recorder -- {}`", listing.folder)),
        );
    }
    problems
}
