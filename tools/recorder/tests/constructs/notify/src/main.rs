//! Notifications, and a barrier.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Barrier, Notify};
use tokio::time::sleep;

async fn forwards(from: Arc<Notify>, to: Arc<Notify>) {
    from.notified().await;
    println!("forwards");
    to.notify_one();
}

async fn waits(notify: Arc<Notify>) {
    notify.notified().await;
    println!("notified");
}

async fn arrives(barrier: Arc<Barrier>, ms: u64) {
    sleep(Duration::from_millis(ms)).await;
    let leads = barrier.wait().await.is_leader();
    println!("{ms} leads: {leads}");
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let (first, second) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let last = tokio::spawn(waits(second.clone()));
    let middle = tokio::spawn(forwards(first.clone(), second));
    sleep(Duration::from_millis(100)).await;
    first.notify_one();
    last.await.unwrap();
    middle.await.unwrap();

    let barrier = Arc::new(Barrier::new(2));
    let early = tokio::spawn(arrives(barrier.clone(), 100));
    let late = tokio::spawn(arrives(barrier, 200));
    early.await.unwrap();
    late.await.unwrap();
}
