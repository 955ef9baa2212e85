//! What a step of the player costs a reader's browser: `cargo bench --bench player`.
//!
//! A step is over when it stands on the page, ready to be painted: script, style and layout, on the main
//! thread. The player promises 4 ms at most in 95 of 100 steps, 16 ms where the processor is six times
//! slower, and that it moves nothing on the page when it starts. How long the frame takes then, with the
//! browser's painting, is printed too; of that the player's part is small, as tools/replay/README.md shows.
//! Nothing here can fail; the figures are for people. The time of the thread itself means something on a
//! busy machine too, though less: others cost it its caches. The clock's means something on an idle one only.

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
    println!("a step of the player, in milliseconds of the main thread (and of the clock)");
    println!(
        "  chapter         slowed  step: median          p95   frame: median          p95  steps   moved at the start"
    );
    for line in String::from_utf8(output.stdout)?.lines() {
        let fields: Vec<_> = line.split('\t').collect();
        let [chapter, rate, times @ .., steps, moved] = &fields[..] else {
            return Err(format!("not a line of figures: {line}").into());
        };
        let (thread, clock) = times.split_at(times.len() / 2);
        let times = thread.iter().zip(clock);
        let times: String = times
            .map(|(thread, clock)| format!("{:>14}", format!("{thread} ({clock})")))
            .collect();
        println!("  {chapter:<16}{rate:>4} x {times}  {steps:>5}   {moved}");
    }
    Ok(())
}
