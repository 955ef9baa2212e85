//! A clock that is paused from the beginning.

use std::time::Duration;

use tokio::time::{Instant, sleep, timeout};

async fn hourly(name: &'static str, hours: u64) -> u64 {
    sleep(Duration::from_secs(3600 * hours)).await;
    println!("{name}");
    hours
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let start = Instant::now();
    let one = tokio::spawn(hourly("one", 1));
    let two = tokio::spawn(hourly("two", 2));
    one.await.unwrap();
    two.await.unwrap();
    sleep(Duration::from_millis(7)).await;
    let late = timeout(Duration::from_millis(13), hourly("three", 3)).await;
    println!("{} {:?}", late.is_err(), start.elapsed());
}
