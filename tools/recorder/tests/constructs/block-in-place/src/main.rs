//! A worker that blocks in place, and what becomes of the tasks beside it.

use std::thread;
use std::time::Duration;

use tokio::task;
use tokio::time::sleep;

async fn blocks() -> u32 {
    task::block_in_place(|| {
        thread::sleep(Duration::from_millis(1000));
        7
    })
}

async fn goes_on() {
    sleep(Duration::from_millis(100)).await;
    println!("meanwhile");
}

#[tokio::main(flavor = "multi_thread", worker_threads = 1)]
async fn main() {
    let blocking = tokio::spawn(blocks());
    let other = tokio::spawn(goes_on());
    println!("{}", blocking.await.unwrap());
    other.await.unwrap();
}
