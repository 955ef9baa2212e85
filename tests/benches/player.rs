//! What a step of the player costs a reader's browser: `cargo bench --bench player`.
//!
//! From the press of the button to the end of its frame on the main thread: script, style, layout
//! and paint; as the machine is, and six times slower. The player promises at most 4 ms and 16 ms
//! in 95 of 100 steps, and that it moves nothing on the page when it starts. Nothing here can fail;
//! the figures are for people. The time of the thread itself means something on a busy machine too,
//! though less: others cost it its caches. The clock's means something on an idle machine only.

use std::error::Error;
use std::process::Command;

use promises::{root, site, tool};

/// Pages with many tasks, with few, and with a thread that is blocked.
const CHAPTERS: [&str; 3] = ["spawn", "await-order", "blocking"];

fn main() -> Result<(), Box<dyn Error>> {
    if !promises::is_bench() {
        return Ok(());
    }
    let pages = site::Pages::default();
    let server = pages.get(&[]).and_then(|pages| site::serve(pages, "/"));
    let server = server.map_err(|problem| problem.to_string())?;
    let output = Command::new("node")
        .arg("speed.js")
        .args(CHAPTERS)
        .current_dir(root().join("tests/pages"))
        .env("BOOK_URL", &server.address)
        .env(
            "CHROMIUM",
            tool::chromium().map_err(|problem| problem.to_string())?,
        )
        .output()?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(format!("{said}\n`cargo test --test pages` installs what it needs").into());
    }
    println!("a step of the player, in milliseconds of the main thread and of the clock");
    println!(
        "  chapter         slowed  median     p95   clock     p95   steps   moved at the start"
    );
    for line in String::from_utf8(output.stdout)?.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [chapter, rate, median, p95, clock, late, steps, moved] = fields[..] else {
            return Err(format!("not a line of figures: {line}").into());
        };
        println!(
            "  {chapter:<16}{rate:>4} x  {median:>6}  {p95:>6}  {clock:>6}  {late:>6}  {steps:>6}   {moved}"
        );
    }
    Ok(())
}
