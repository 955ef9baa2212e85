//! A macro within another's handler, and branches behind it.

use std::time::Duration;

use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    for round in 1..=2 {
        // The outer one.
        tokio::select! {
            biased;
            ms = nap(100), if round == 1 => {
                println!("{ms}");
                // The inner one.
                tokio::select! {
                    biased;
                    _ = nap(300) => println!("inner"),
                    _ = nap(900) => println!("never"),
                }
            }
            ms = nap(700) => println!("outer {ms}"),
            _ = nap(800) => println!("never"),
        }
    }
}
