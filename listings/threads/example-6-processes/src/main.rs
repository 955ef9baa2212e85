use std::env;
use std::io::{self, Write};
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tokio::process::Command;

fn fetch_data(param: u64) -> String {
    report(format!("Do something with {param}...\n"));
    thread::sleep(Duration::from_secs(param));
    report(format!("Done with {param}\n"));
    format!("Result of {param}")
}

/// Writes to standard error in one piece. The pieces that `eprintln!` makes of
/// a line may mix with those of another process.
fn report(line: String) {
    io::stderr().write_all(line.as_bytes()).unwrap();
}

/// Runs this program once more, and returns what it writes to its standard output.
async fn fetch_in_process(param: u64) -> io::Result<String> {
    let output = Command::new(env::current_exe()?)
        .arg(param.to_string())
        .stdout(Stdio::piped())
        .spawn()?
        .wait_with_output()
        .await?;
    if !output.status.success() {
        return Err(io::Error::other(format!(
            "fetch {param}: {}",
            output.status
        )));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    if let Some(param) = env::args().nth(1) {
        print!("{}", fetch_data(param.parse().unwrap()));
        return Ok(());
    }

    let t1 = Instant::now();

    let task1 = tokio::spawn(fetch_in_process(1));
    let task2 = tokio::spawn(fetch_in_process(2));

    let result1 = task1.await.unwrap()?;
    println!("Process 1 fully completed");

    let result2 = task2.await.unwrap()?;
    println!("Process 2 fully completed");

    println!("{:?}", [result1, result2]);
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
    Ok(())
}
