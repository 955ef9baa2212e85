//! A mutex, a lock for readers and writers, and a semaphore.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, RwLock, Semaphore};
use tokio::time::sleep;

async fn add(total: Arc<Mutex<u32>>, amount: u32) {
    let mut total = total.lock().await;
    let before = *total;
    sleep(Duration::from_millis(100)).await;
    *total = before + amount;
}

async fn write(shared: Arc<RwLock<u32>>) {
    let mut value = shared.write().await;
    *value += 1;
}

async fn with_permit(permits: Arc<Semaphore>, ms: u64) {
    let _permit = permits.acquire().await.unwrap();
    sleep(Duration::from_millis(ms)).await;
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let total = Arc::new(Mutex::new(0));
    let one = tokio::spawn(add(total.clone(), 1));
    let two = tokio::spawn(add(total.clone(), 2));
    one.await.unwrap();
    two.await.unwrap();
    println!("{}", total.lock().await);

    let shared = Arc::new(RwLock::new(7));
    let reading = shared.read().await;
    let writer = tokio::spawn(write(shared.clone()));
    sleep(Duration::from_millis(100)).await;
    println!("{reading}");
    drop(reading);
    writer.await.unwrap();
    println!("{}", shared.read().await);

    let permits = Arc::new(Semaphore::new(2));
    let mut tasks = Vec::new();
    for ms in [100, 300, 400] {
        tasks.push(tokio::spawn(with_permit(permits.clone(), ms)));
    }
    for task in tasks {
        task.await.unwrap();
    }
}
