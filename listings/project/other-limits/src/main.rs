use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::Semaphore;
use tokio::time::sleep;

async fn download(permits: Arc<Semaphore>) {
    let _permit = permits.acquire().await.unwrap();
    sleep(Duration::from_millis(300)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for limit in [1, 4, 12] {
        let t1 = Instant::now();
        let permits = Arc::new(Semaphore::new(limit));
        let mut tasks = Vec::new();
        for _ in 1..=12 {
            tasks.push(tokio::spawn(download(Arc::clone(&permits))));
        }
        for task in tasks {
            task.await.unwrap();
        }
        println!("Limit {limit}: {:.2} seconds", t1.elapsed().as_secs_f64());
    }
}
