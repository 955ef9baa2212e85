//! Every link and anchor of the rendered book leads somewhere, also where the book is published
//! below a path of its host.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::Arc;

use checks::trial;
use libtest_mimic::Arguments;
use problem::Problem;
use promises::site::{self, Pages};
use promises::{root, tool};

/// The workflow that publishes the book, and gives mdBook what only the host knows.
const WORKFLOW: &str = ".github/workflows/pages.yml";

const REPOSITORY: &str = "MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL";
const EDIT: &str = "MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE";

/// The path below which the site is served, as GitHub Pages serves a project's.
const PREFIX: &str = "/repo/";

fn main() -> ExitCode {
    let here = Arc::new(Pages::default());
    let published = Arc::new(Pages::default());
    let trials = vec![
        trial("hyperlink", {
            let here = Arc::clone(&here);
            move || links_and_anchors(here.get(&[])?)
        }),
        trial("below-a-prefix", {
            let published = Arc::clone(&published);
            move || below_a_prefix(as_published(&published)?)
        }),
        trial("edit-links", move || {
            edit_links(as_published(&published)?, here.get(&[])?)
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The book as the workflow builds it, with what only the host knows.
fn as_published(pages: &Pages) -> Result<&Path, Problem> {
    let (repository, edit) = (published(REPOSITORY)?, published(EDIT)?);
    pages.get(&[
        (site::URL, PREFIX),
        (REPOSITORY, &repository),
        (EDIT, &edit),
    ])
}

fn links_and_anchors(here: &Path) -> Result<(), Problem> {
    let output = Command::new(tool::hyperlink()?)
        .arg("--check-anchors")
        .arg(here)
        .output()
        .map_err(|error| Problem::new("hyperlink", "cannot be started").found(error.to_string()))?;
    if output.status.success() {
        return Ok(());
    }
    Err(Problem::new(
        "src",
        "a link or an anchor of the rendered book leads nowhere",
    )
    .expected("every link to lead to a page, every anchor to a heading")
    .shown("hyperlink says", String::from_utf8_lossy(&output.stdout)))
}

fn below_a_prefix(published: &Path) -> Result<(), Problem> {
    let crawl = site::crawl(published, PREFIX)?;
    let chapters = checks::book::Book::open(root())?.chapters.len();
    if crawl.broken.is_empty() && crawl.pages > chapters {
        return Ok(());
    }
    Err(
        Problem::new(PREFIX, "the site does not work below a path of its host")
            .expected(format!(
                "{} pages and more, all reached from the first",
                chapters + 1
            ))
            .found(format!(
                "{} pages, {} addresses",
                crawl.pages, crawl.addresses
            ))
            .shown("broken", crawl.broken.join("\n")),
    )
}

/// What the workflow gives mdBook as the variable `name`, for a repository `o/r`.
fn published(name: &str) -> Result<String, Problem> {
    let workflow = fs::read_to_string(root().join(WORKFLOW)).unwrap_or_default();
    let line = workflow
        .lines()
        .find_map(|line| line.trim().strip_prefix(name));
    let value = line.map(|value| {
        value
            .trim_start_matches(": ")
            .replace("${{ github.repository }}", "o/r")
    });
    value.ok_or_else(|| Problem::new(WORKFLOW, "a page would have no edit link").expected(name))
}

/// A published page leads to its own source; a page built elsewhere, whose repository nobody knows,
/// offers nothing.
fn edit_links(pages: &Path, here: &Path) -> Result<(), Problem> {
    let edit = published(EDIT)?;
    for chapter in &checks::book::Book::open(root())?.chapters {
        let page = format!("{}.html", chapter.name);
        let source = edit.replace("{path}", &chapter.path);
        let link = format!("<a href=\"{source}\" title=\"Suggest an edit\"");
        let read = |pages: &Path| fs::read_to_string(pages.join(&page)).unwrap_or_default();
        if !read(pages).contains(&link) {
            return Err(
                Problem::new(&chapter.path, "the published page has no edit link")
                    .expected(link)
                    .found("none"),
            );
        }
        if read(here).contains("Suggest an edit") {
            return Err(
                Problem::new(&chapter.path, "a page built here has an edit link")
                    .expected("none")
                    .found("one, which leads nowhere"),
            );
        }
    }
    Ok(())
}
