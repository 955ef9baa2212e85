//! A `select!` that looks at its branches in random order.

use std::time::Duration;

use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let first = tokio::select! {
        ms = nap(200) => ms,
        ms = nap(100) => ms,
    };
    println!("{first}");
    let second = tokio::time::timeout(Duration::from_millis(110), async {
        tokio::select! {
            ms = nap(60_000) => ms,
            ms = nap(70_000) => ms,
        }
    });
    println!("{}", second.await.is_err());
}
