//! A `main` that returns while its tasks wait.

use std::time::Duration;

use tokio::time::sleep;

async fn slow() {
    sleep(Duration::from_millis(60_000)).await;
    println!("this is never printed");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    tokio::spawn(slow());
    tokio::spawn(async { println!("spawned, and never polled") });
}
