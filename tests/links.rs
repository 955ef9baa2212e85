//! Every link and anchor of the rendered book leads somewhere, also where the book is published
//! below a path of its host.

use std::fs;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::sync::{Arc, OnceLock};

use checks::problem::Problem;
use libtest_mimic::Arguments;
use promises::{root, site, tool, trial};
use tempfile::TempDir;

/// The workflow that publishes the book, and gives mdBook what only the host knows.
const WORKFLOW: &str = ".github/workflows/pages.yml";

const REPOSITORY: &str = "MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL";
const EDIT: &str = "MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE";

/// The path below which the site is served, as GitHub Pages serves a project's.
const PREFIX: &str = "/repo/";

fn main() -> ExitCode {
    let here = Arc::new(Pages::new());
    let published = Arc::new(Pages::new());
    let trials = vec![
        trial("hyperlink", {
            let here = Arc::clone(&here);
            move || links_and_anchors(built(&here, built_here)?)
        }),
        trial("below-a-prefix", {
            let published = Arc::clone(&published);
            move || below_a_prefix(built(&published, as_published)?)
        }),
        trial("edit-links", move || {
            edit_links(built(&published, as_published)?, built(&here, built_here)?)
        }),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

/// The pages, built by the first test that asks for them, until the last one has ended.
type Pages = OnceLock<Result<TempDir, Problem>>;

fn built(pages: &Pages, build: fn() -> Result<TempDir, Problem>) -> Result<&Path, Problem> {
    let pages = pages.get_or_init(build).as_ref();
    pages.map(TempDir::path).map_err(Problem::clone)
}

/// The book as a reader's own mdBook builds it.
fn built_here() -> Result<TempDir, Problem> {
    let pages = folder()?;
    site::build(root(), pages.path(), &[])?;
    Ok(pages)
}

/// The book as the workflow builds it, with what only the host knows.
fn as_published() -> Result<TempDir, Problem> {
    let pages = folder()?;
    let (repository, edit) = (published(REPOSITORY)?, published(EDIT)?);
    let environment = [
        (site::URL, PREFIX),
        (REPOSITORY, &repository),
        (EDIT, &edit),
    ];
    site::build(root(), pages.path(), &environment)?;
    Ok(pages)
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

fn folder() -> Result<TempDir, Problem> {
    tempfile::tempdir()
        .map_err(|error| Problem::new("temp", "no folder can be made").found(error.to_string()))
}
