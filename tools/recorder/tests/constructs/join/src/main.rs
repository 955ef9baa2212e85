//! Futures that are polled side by side until all are ready, or one fails.

use std::time::Duration;

use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn fails() -> Result<u64, String> {
    nap(100).await;
    Err("no".to_owned())
}

async fn succeeds() -> Result<u64, String> {
    Ok(nap(60_000).await)
}

async fn both() -> Option<String> {
    let result = tokio::try_join!(biased; fails(), succeeds());
    result.err()
}

async fn pair() -> (u64, u64) {
    tokio::join!(biased; nap(60_000), nap(1))
}

async fn braced() -> bool {
    let both = tokio::try_join! { biased; fails(), succeeds() };
    both.is_err()
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let spawned = tokio::spawn(nap(200));
    let (a, b) = tokio::join!(biased; nap(100), spawned);
    println!("{a} {}", b.unwrap());
    println!("{:?}", both().await);
    // Given up while one of the two is ready and the other is not.
    let late = tokio::time::timeout(Duration::from_millis(100), pair()).await;
    println!("{}", late.is_err());
    tokio::join!(biased; nap(150), tokio::task::yield_now());
    println!("{}", braced().await);
}
