//! Child processes.

use std::io;

use tokio::process::Command;

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let status = Command::new("sleep").arg("1").status().await?;
    println!("{status}");
    let output = Command::new("echo").arg("hello").output().await?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    Ok(())
}
