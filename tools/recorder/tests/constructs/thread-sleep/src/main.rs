//! A task that puts its thread to sleep.

use std::thread;
use std::time::Duration;

use tokio::time::sleep;

async fn polite() {
    sleep(Duration::from_millis(100)).await;
    println!("polite");
}

async fn rude() {
    thread::sleep(Duration::from_millis(300));
    println!("rude");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let polite = tokio::spawn(polite());
    let rude = tokio::spawn(rude());
    polite.await.unwrap();
    rude.await.unwrap();
}
