//! A channel that is full.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;

async fn produce(sender: mpsc::Sender<u32>) {
    for item in 1..=3 {
        sender.send(item).await.unwrap();
        println!("sent {item}");
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (sender, mut receiver) = mpsc::channel(1);
    let producer = tokio::spawn(produce(sender));
    sleep(Duration::from_millis(100)).await;
    while let Some(item) = receiver.recv().await {
        println!("received {item}");
    }
    producer.await.unwrap();
}
