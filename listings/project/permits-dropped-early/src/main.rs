use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::sleep;

static PERMITS: Semaphore = Semaphore::const_new(2);

async fn fetch(number: u64) {
    let permit = PERMITS.acquire().await.unwrap();
    println!("{number}: asked for");
    sleep(Duration::from_millis(number * 150)).await;
    println!("{number}: here");
    drop(permit);
    sleep(Duration::from_secs(1)).await;
    println!("{number}: done");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    let mut tasks = Vec::new();
    for number in 1..=4 {
        tasks.push(tokio::spawn(fetch(number)));
    }
    for task in tasks {
        task.await.unwrap();
    }
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}
