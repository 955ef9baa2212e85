use std::sync::mpsc::{Sender, channel};

use tokio::task::{spawn, yield_now};

async fn heartbeat(log: Sender<String>) {
    for n in 1..=3 {
        log.send(format!("beat {n}")).unwrap();
        yield_now().await;
    }
}

/// Adds up the numbers to 3,000, a thousand at a time.
async fn add_up(log: Sender<String>) -> u64 {
    let mut sum = 0;
    for n in 1..=3 {
        sum += ((n - 1) * 1_000 + 1..=n * 1_000).sum::<u64>();
        log.send(format!("piece {n}")).unwrap();
    }
    sum
}

/// The sum, and what happened meanwhile, in order.
async fn both() -> (u64, Vec<String>) {
    let (log, happened) = channel();
    let adder = spawn(add_up(log.clone()));
    heartbeat(log).await;
    let sum = adder.await.unwrap();
    (sum, happened.iter().collect())
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sum, happened) = both().await;
    for line in happened {
        println!("{line}");
    }
    println!("The sum is {sum}");
}

#[cfg(test)]
mod tests;
