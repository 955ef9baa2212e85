use std::time::{Duration, Instant};

async fn nap() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let mut tasks = Vec::new();
    for _ in 0..10_000 {
        tasks.push(tokio::spawn(nap()));
    }
    for task in tasks {
        task.await.unwrap();
    }

    let limit = Duration::from_secs(5);
    let verdict = if t1.elapsed() < limit { "less" } else { "more" };
    println!("10000 naps of 1 second took {verdict} than 5 seconds");
}
