use std::env;
use std::io;
use std::thread;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;

fn fetch_data(param: u64) {
    eprintln!("Do something with {param}...");
    thread::sleep(Duration::from_secs(param));
    eprintln!("Done with {param}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    if let Some(param) = env::args().nth(1) {
        fetch_data(param.parse().unwrap());
        return Ok(());
    }

    let mut process = Command::new(env::current_exe()?).arg("2").spawn()?;
    match timeout(Duration::from_secs(1), process.wait()).await {
        Ok(status) => println!("{}", status?),
        Err(_) => {
            println!("Gave up");
            process.kill().await?;
        }
    }
    println!("main returns");
    Ok(())
}
