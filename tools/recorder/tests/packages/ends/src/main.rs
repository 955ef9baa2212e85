use std::time::Duration;
use tokio::time::{sleep, timeout};

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let long = tokio::spawn(nap(60_000));
    tokio::task::yield_now().await;
    long.abort();
    println!("{}", long.await.unwrap_err().is_cancelled());

    println!("{}", timeout(Duration::from_millis(100), nap(60_000)).await.is_err());

    let (a, b) = tokio::join!(nap(100), nap(200));
    println!("{}", a + b);

    let first = tokio::select! {
        biased;
        ms = nap(200) => ms,
        ms = nap(100) => ms,
    };
    println!("{first}");

    tokio::spawn(nap(60_000));
    tokio::task::yield_now().await;
}
