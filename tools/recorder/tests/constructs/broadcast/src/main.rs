//! A broadcast channel with two receivers.

use std::time::Duration;

use tokio::sync::broadcast;
use tokio::time::sleep;

async fn listen(name: &'static str, mut receiver: broadcast::Receiver<u32>) -> u32 {
    let mut sum = 0;
    while let Ok(value) = receiver.recv().await {
        println!("{name} hears {value}");
        sum += value;
    }
    sum
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (sender, receiver) = broadcast::channel(4);
    let first = tokio::spawn(listen("first", receiver));
    let second = tokio::spawn(listen("second", sender.subscribe()));
    sleep(Duration::from_millis(100)).await;
    sender.send(1).unwrap();
    sleep(Duration::from_millis(100)).await;
    sender.send(2).unwrap();
    drop(sender);
    println!("{}", first.await.unwrap() + second.await.unwrap());
}
