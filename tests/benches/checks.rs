//! How fast the checks are, as ratios within one run: `cargo bench`.
//!
//! The promise `outputs` runs all blocks at once, so it should take about as long as the slowest
//! listing does. Nothing here can fail; the figures are for people.

use std::error::Error;
use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use checks::cargo;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    if !promises::is_bench() {
        return Ok(());
    }
    let outputs = test_executable("outputs")?;
    time(Command::new(&outputs))?;

    let mut one_by_one = Vec::new();
    for name in names(&outputs)? {
        let mut command = Command::new(&outputs);
        command.args(["--exact", &name]);
        one_by_one.push((time(command)?, name));
    }
    let (longest, slowest) = one_by_one.iter().max().ok_or("no block in any chapter")?;
    let in_turn: Duration = one_by_one.iter().map(|(time, _)| time).sum();
    let at_once = time(Command::new(&outputs))?;

    let seconds = |time: Duration| format!("{:.2} s", time.as_secs_f64());
    let ratio = |time: Duration| time.as_secs_f64() / longest.as_secs_f64();
    println!("outputs, {} blocks, warm", one_by_one.len());
    println!("  the longest   {:>9}         {slowest}", seconds(*longest));
    println!(
        "  all at once   {:>9}  {:>5.2} x",
        seconds(at_once),
        ratio(at_once)
    );
    println!(
        "  all in turn   {:>9}  {:>5.2} x",
        seconds(in_turn),
        ratio(in_turn)
    );

    let mut whole = cargo::cargo();
    whole.arg("test");
    println!("the whole of `cargo test`, warm");
    println!("  {}", seconds(time(whole)?));
    Ok(())
}

/// Builds a test target and finds its executable in what cargo says.
fn test_executable(target: &str) -> Result<PathBuf> {
    let built = cargo::cargo()
        .args(["test", "--no-run", "--test", target])
        .output()?;
    let said = String::from_utf8_lossy(&built.stderr);
    let path = said
        .lines()
        .filter(|line| line.trim_start().starts_with("Executable"))
        .find_map(|line| Some(line.rsplit_once('(')?.1.trim_end_matches(')')));
    let path = path.ok_or_else(|| format!("cargo built no test `{target}`:\n{said}"))?;
    Ok(promises::root().join(path))
}

fn names(executable: &PathBuf) -> Result<Vec<String>> {
    let listed = Command::new(executable).arg("--list").output()?;
    let listed = String::from_utf8(listed.stdout)?;
    let names = listed
        .lines()
        .filter_map(|line| line.strip_suffix(": test"));
    Ok(names.map(str::to_owned).collect())
}

/// How long a command takes that must succeed.
fn time(mut command: Command) -> Result<Duration> {
    let start = Instant::now();
    let status = command
        .current_dir(promises::root())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()?;
    if !status.success() {
        return Err(format!("{command:?}: {status}").into());
    }
    Ok(start.elapsed())
}
