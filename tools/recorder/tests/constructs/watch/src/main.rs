//! A watch channel.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::sleep;

async fn follow(name: &'static str, mut receiver: watch::Receiver<u32>) {
    while receiver.changed().await.is_ok() {
        let value = *receiver.borrow_and_update();
        println!("{name} sees {value}");
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (sender, receiver) = watch::channel(0);
    let follower = tokio::spawn(follow("follower", receiver));
    for value in 1..=2 {
        sleep(Duration::from_millis(100)).await;
        sender.send(value).unwrap();
    }
    sleep(Duration::from_millis(100)).await;
    drop(sender);
    follower.await.unwrap();
}
