//! A clock that is paused and advanced by hand.

use std::time::Duration;

use tokio::time::{advance, pause, sleep};

async fn nap(ms: u64) {
    sleep(Duration::from_millis(ms)).await;
    println!("{ms}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    sleep(Duration::from_millis(100)).await;
    pause();
    let short = tokio::spawn(nap(1000));
    let long = tokio::spawn(nap(5000));
    tokio::task::yield_now().await;
    advance(Duration::from_millis(2000)).await;
    println!("advanced");
    short.await.unwrap();
    long.await.unwrap();
}
