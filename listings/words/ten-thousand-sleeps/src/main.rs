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

    let seconds = t1.elapsed().as_secs_f64();
    println!("10000 naps of 1 second took about {seconds:.0} second");
}
