use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::sleep;

static PERMITS: Semaphore = Semaphore::const_new(2);

async fn fetch(number: u64, millis: u64) {
    let permit = PERMITS.acquire().await.unwrap();
    println!("{number}: asked for");
    sleep(Duration::from_millis(millis)).await;
    println!("{number}: here");
    drop(permit);
    sleep(Duration::from_millis(1500)).await;
    println!("{number}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let tasks = [
        tokio::spawn(fetch(1, 500)),
        tokio::spawn(fetch(2, 1000)),
        tokio::spawn(fetch(3, 1100)),
    ];
    for task in tasks {
        task.await.unwrap();
    }
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
