//! Futures that are polled side by side until one is ready.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn first() -> u64 {
    tokio::select! {
        biased;
        winner = nap(100) => winner,
        ms = nap(60_000) => {
            println!("never");
            ms
        }
    }
}

async fn race() {
    tokio::select! {
        biased;
        _ = nap(30_000) => {}
        _ = nap(40_000) => {}
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("{}", first().await);
    let (tx, mut rx) = mpsc::channel(1);
    let sender = tokio::spawn(async move {
        for number in 1..=2 {
            nap(100).await;
            tx.send(number).await.unwrap();
        }
    });
    let deadline = sleep(Duration::from_millis(10_000));
    tokio::pin!(deadline);
    let mut sum = 0;
    loop {
        tokio::select! {
            biased;
            _ = &mut deadline, if sum < 100 => break,
            Some(number) = rx.recv() => sum += number,
            _ = sleep(Duration::from_millis(5_000)) => return,
            else => {
                println!("closed");
                break;
            }
        }
        if sum == 3 {
            break;
        }
    }
    println!("{sum}");
    sender.await.unwrap();
    let late = tokio::time::timeout(Duration::from_millis(100), race()).await;
    println!("{}", late.is_err());
}
