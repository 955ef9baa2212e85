//! Handles of tasks that are awaited in several ways.

use std::time::Duration;

use tokio::task::JoinHandle;
use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn wait<F: Future>(future: F) -> F::Output {
    future.await
}

fn start(ms: u64) -> JoinHandle<u64> {
    tokio::spawn(nap(ms))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let long = tokio::spawn(nap(300));
    let mut short = tokio::spawn(nap(100));
    println!("{}", (&mut short).await.unwrap());
    let (joined, slept) = tokio::join!(long, sleep(Duration::from_millis(100)));
    println!("{} {slept:?}", joined.unwrap());
    println!("{}", start(100).await.unwrap());
    println!("{}", wait(start(100)).await.unwrap());
    let aborted = start(60_000);
    tokio::task::yield_now().await;
    aborted.abort();
    println!("{}", aborted.await.unwrap_err().is_cancelled());
    let several = [
        tokio::spawn(nap(10)),
        tokio::spawn(nap(20)),
    ];
    for task in several {
        println!("{}", task.await.unwrap());
    }
}
