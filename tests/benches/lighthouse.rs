//! What Lighthouse says of an example page: `cargo bench --bench lighthouse`.
//!
//! As of a phone, beside the same chapter in a stock mdBook, with neither theme nor preprocessors of
//! ours: the median of five rounds in which the two take turns. Both are served gzipped, as GitHub
//! Pages serves them. The page promises accessibility, best practices and SEO of 100, fewer bytes than
//! stock, and a performance not below it. The last depends on the machine, so it is for people; if
//! another is broken, this fails and says what lost the points.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::Command;

use promises::{root, site, tool};

/// A page with all there is: programs in tabs, players, a prediction, what-ifs, an exercise.
const CHAPTER: &str = "spawn";
const ROUNDS: usize = 5;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Medians of one page. The scores are out of 100.
#[derive(Debug)]
struct Figures {
    performance: u64,
    accessibility: u64,
    best_practices: u64,
    seo: u64,
    /// Transferred, headers included.
    bytes: u64,
    requests: u64,
}

fn main() -> Result<()> {
    if !promises::is_bench() {
        return Ok(());
    }
    let folder = tempfile::tempdir()?;
    let (stock, ours) = (folder.path().join("stock"), folder.path().join("ours"));
    let source = folder.path().join("source");
    stock_book(&source)?;
    site::build(&source, &stock, &[]).map_err(|problem| problem.to_string())?;
    site::build(root(), &ours, &[]).map_err(|problem| problem.to_string())?;
    let server = site::serve_gzipped(folder.path()).map_err(|problem| problem.to_string())?;

    let pages = ["stock", "ours"].map(|book| format!("{}{book}/{CHAPTER}.html", server.address));
    let said = lighthouse(&pages)?;
    let (rounds, lost) = said.split_once("lost\n").ok_or("Lighthouse did not end")?;
    let [stock, ours] = pages.each_ref().map(|page| Figures::of(page, rounds));
    let (stock, ours) = (stock?, ours?);

    println!("Lighthouse, {CHAPTER}.html as of a phone, median of {ROUNDS}");
    println!("          performance  accessibility  best practices  SEO      KiB  requests");
    for (name, page) in [("stock", &stock), ("ours", &ours)] {
        println!(
            "  {name:<8}{:>11}{:>15}{:>16}{:>5}{:>9}{:>10}",
            page.performance,
            page.accessibility,
            page.best_practices,
            page.seo,
            page.bytes / 1024,
            page.requests
        );
    }
    let is_full = [ours.accessibility, ours.best_practices, ours.seo] == [100; 3];
    if is_full && ours.bytes < stock.bytes {
        return Ok(());
    }
    let lost = lost.lines().filter_map(|line| line.strip_prefix(&pages[1]));
    let lost: Vec<_> = lost.map(|line| line.replace('\t', "  ")).collect();
    Err(format!(
        "the page promises 100, 100, 100 and fewer bytes than stock; points were lost by\n{}",
        lost.join("\n")
    )
    .into())
}

/// The book's chapters and programs in `folder`, as a book that has nothing but its title.
fn stock_book(folder: &Path) -> Result<()> {
    let src = folder.join("src");
    fs::create_dir_all(&src)?;
    fs::write(folder.join("book.toml"), "[book]\ntitle = \"Stock\"\n")?;
    for entry in root().join("src").read_dir()? {
        let path = entry?.path();
        let to = src.join(path.file_name().unwrap_or_default());
        if path.extension().is_none_or(|extension| extension != "md") {
            fs::copy(&path, &to)?;
            continue;
        }
        let text = fs::read_to_string(&path)?;
        // Without the preprocessors, these would be text.
        let is_ours = |line: &&str| line.starts_with("{{#replay") || line.starts_with("{{#predict");
        let lines: Vec<_> = text.lines().filter(|line| !is_ours(line)).collect();
        fs::write(&to, lines.join("\n"))?;
    }
    // The includes of the chapters lead there.
    let status = Command::new("cp")
        .arg("-r")
        .args([root().join("listings"), folder.join("listings")])
        .status()?;
    if !status.success() {
        return Err(format!("the listings cannot be copied: {status}").into());
    }
    Ok(())
}

/// Runs measure.js, which says what it prints.
fn lighthouse(pages: &[String]) -> Result<String> {
    let folder = root().join("tests/lighthouse");
    tool::npm(&folder).map_err(|problem| problem.to_string())?;
    // Lighthouse needs a newer Node than the tests do, so one comes with it; not for every system.
    let own = folder.join("node_modules/.bin/node");
    let node = if own.exists() { own } else { "node".into() };
    let output = Command::new(node)
        .arg("measure.js")
        .arg(ROUNDS.to_string())
        .args(pages)
        .current_dir(&folder)
        .env(
            "CHROMIUM",
            tool::chromium().map_err(|problem| problem.to_string())?,
        )
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned().into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

impl Figures {
    /// The medians of what measure.js says of `page`.
    fn of(page: &str, rounds: &str) -> Result<Self> {
        let mut columns: [Vec<u64>; 6] = Default::default();
        for line in rounds.lines() {
            let Some(figures) = line.strip_prefix(page) else {
                continue;
            };
            let figures: Vec<u64> = figures
                .split_whitespace()
                .map(str::parse)
                .collect::<std::result::Result<_, _>>()?;
            let figures = <[u64; 6]>::try_from(figures)
                .map_err(|_| format!("not a line of figures: {line}"))?;
            for (column, figure) in columns.iter_mut().zip(figures) {
                column.push(figure);
            }
        }
        let [
            performance,
            accessibility,
            best_practices,
            seo,
            bytes,
            requests,
        ] = columns.map(|mut column| {
            column.sort_unstable();
            column.get(column.len() / 2).copied()
        });
        let figure = |median: Option<u64>| median.ok_or_else(|| format!("no round of {page}"));
        Ok(Figures {
            performance: figure(performance)?,
            accessibility: figure(accessibility)?,
            best_practices: figure(best_practices)?,
            seo: figure(seo)?,
            bytes: figure(bytes)?,
            requests: figure(requests)?,
        })
    }
}
