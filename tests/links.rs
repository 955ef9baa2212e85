//! Every link and anchor of the rendered book leads somewhere, also where the book is published
//! below a path of its host.

use std::fs;
use std::process::{Command, ExitCode};

use checks::problem::Problem;
use libtest_mimic::Arguments;
use promises::{root, site, tool, trial};

/// The workflow that publishes the book, and gives mdBook what only the host knows.
const WORKFLOW: &str = ".github/workflows/pages.yml";

/// The path below which the site is served, as GitHub Pages serves a project's.
const PREFIX: &str = "/repo/";

fn main() -> ExitCode {
    let trials = vec![
        trial("hyperlink", links_and_anchors),
        trial("below-a-prefix", below_a_prefix),
        trial("edit-links", edit_links),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn links_and_anchors() -> Result<(), Problem> {
    let (hyperlink, pages) = (tool::hyperlink()?, folder()?);
    site::build(root(), pages.path(), &[])?;
    let output = Command::new(hyperlink)
        .arg("--check-anchors")
        .arg(pages.path())
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

fn below_a_prefix() -> Result<(), Problem> {
    let pages = folder()?;
    site::build(root(), pages.path(), &[(site::URL, PREFIX)])?;
    let crawl = site::crawl(pages.path(), PREFIX)?;
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

/// A published page leads to its own source; a page built elsewhere, whose repository nobody knows,
/// offers nothing.
fn edit_links() -> Result<(), Problem> {
    let workflow = fs::read_to_string(root().join(WORKFLOW)).unwrap_or_default();
    let value = |name: &str| {
        let line = workflow
            .lines()
            .find_map(|line| line.trim().strip_prefix(name));
        line.map(|value| {
            value
                .trim_start_matches(": ")
                .replace("${{ github.repository }}", "o/r")
        })
        .ok_or_else(|| Problem::new(WORKFLOW, "a page would have no edit link").expected(name))
    };
    let (repository, edit) = (
        "MDBOOK_OUTPUT__HTML__GIT_REPOSITORY_URL",
        "MDBOOK_OUTPUT__HTML__EDIT_URL_TEMPLATE",
    );
    let (repository, edit) = ((repository, value(repository)?), (edit, value(edit)?));
    let (published, local) = (folder()?, folder()?);
    site::build(
        root(),
        published.path(),
        &[(repository.0, &repository.1), (edit.0, &edit.1)],
    )?;
    site::build(root(), local.path(), &[])?;
    for chapter in &checks::book::Book::open(root())?.chapters {
        let page = format!("{}.html", chapter.name);
        let source = edit.1.replace("{path}", &chapter.path);
        let link = format!("<a href=\"{source}\" title=\"Suggest an edit\"");
        let read = |pages: &tempfile::TempDir| {
            fs::read_to_string(pages.path().join(&page)).unwrap_or_default()
        };
        if !read(&published).contains(&link) {
            return Err(
                Problem::new(&chapter.path, "the published page has no edit link")
                    .expected(link)
                    .found("none"),
            );
        }
        if read(&local).contains("Suggest an edit") {
            return Err(
                Problem::new(&chapter.path, "a page built here has an edit link")
                    .expected("none")
                    .found("one, which leads nowhere"),
            );
        }
    }
    Ok(())
}

fn folder() -> Result<tempfile::TempDir, Problem> {
    tempfile::tempdir()
        .map_err(|error| Problem::new("temp", "no folder can be made").found(error.to_string()))
}
