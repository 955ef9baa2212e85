//! Two workers, and a thread of the blocking pool.

use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use tokio::time::sleep;

async fn works(name: &'static str, ms: u64, both: Arc<Barrier>) -> u64 {
    both.wait();
    thread::sleep(Duration::from_millis(ms));
    sleep(Duration::from_millis(ms)).await;
    println!("{name}");
    ms
}

#[tokio::main(flavor = "multi_thread", worker_threads = 2)]
async fn main() {
    let both = Arc::new(Barrier::new(2));
    let a = tokio::spawn(works("a", 150, both.clone()));
    let b = tokio::spawn(works("b", 750, both));
    let blocking = tokio::task::spawn_blocking(|| thread::sleep(Duration::from_millis(100)));
    println!("{}", a.await.unwrap() + b.await.unwrap());
    blocking.await.unwrap();
}
