//! Channels, sets of tasks, time limits and aborts, in `join!` and `select!`.

use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn answer(after: u64, to: oneshot::Sender<u64>) {
    nap(after).await;
    to.send(after).unwrap();
    nap(100).await;
}

async fn produce(to: mpsc::Sender<u64>) {
    for number in 0..3 {
        to.send(number).await.unwrap();
    }
}

async fn consume(mut from: mpsc::Receiver<u64>) -> u64 {
    let mut sum = 0;
    while let Some(number) = from.recv().await {
        sum += number;
    }
    sum
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (to, mut from) = oneshot::channel();
    let answering = tokio::spawn(answer(100, to));
    let answer = tokio::select! {
        biased;
        answer = &mut from => answer.unwrap(),
        _ = nap(60_000) => 0,
    };
    println!("{answer}");
    answering.await.unwrap();

    let (to, from) = mpsc::channel(1);
    let producer = tokio::spawn(produce(to));
    let (sum, made) = tokio::join!(biased; consume(from), producer);
    println!("{sum} {}", made.is_ok());

    let mut set = JoinSet::new();
    set.spawn(nap(200));
    set.spawn(nap(100));
    while let Some(done) = set.join_next().await {
        println!("{}", done.unwrap());
    }

    let mut slow = tokio::spawn(nap(60_000));
    println!("{}", timeout(Duration::from_millis(100), &mut slow).await.is_err());
    slow.abort();
    println!("{}", slow.await.unwrap_err().is_cancelled());
}
