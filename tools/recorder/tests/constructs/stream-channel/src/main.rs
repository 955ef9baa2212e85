//! A channel as a stream, with tokio-stream's combinators.

use std::time::Duration;

use tokio::sync::mpsc;
use tokio::time::sleep;
use tokio_stream::StreamExt;
use tokio_stream::wrappers::ReceiverStream;

async fn produce(sender: mpsc::Sender<u32>) {
    for item in 1..=2 {
        sleep(Duration::from_millis(100)).await;
        sender.send(item).await.unwrap();
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (sender, receiver) = mpsc::channel(4);
    tokio::spawn(produce(sender));
    let mut items = ReceiverStream::new(receiver).map(|item| item * 10);
    while let Some(item) = items.next().await {
        println!("{item}");
    }
}
