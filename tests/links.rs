//! Every link and anchor of the rendered book leads somewhere, also where the book is published
//! below a path of its host.

use std::process::{Command, ExitCode};

use checks::problem::Problem;
use libtest_mimic::Arguments;
use promises::{root, site, tool, trial};

/// The path below which the site is served, as GitHub Pages serves a project's.
const PREFIX: &str = "/repo/";

fn main() -> ExitCode {
    let trials = vec![
        trial("hyperlink", links_and_anchors),
        trial("below-a-prefix", below_a_prefix),
    ];
    libtest_mimic::run(&Arguments::from_args(), trials).exit_code()
}

fn links_and_anchors() -> Result<(), Problem> {
    let (hyperlink, pages) = (tool::hyperlink()?, folder()?);
    site::build(root(), pages.path(), None)?;
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
    site::build(root(), pages.path(), Some(PREFIX))?;
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

fn folder() -> Result<tempfile::TempDir, Problem> {
    tempfile::tempdir()
        .map_err(|error| Problem::new("temp", "no folder can be made").found(error.to_string()))
}
