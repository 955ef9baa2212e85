use std::thread;
use std::time::{Duration, Instant};

async fn blocking(param: u64) {
    thread::sleep(Duration::from_secs(param));
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    let start = Instant::now();
    tokio::join!(blocking(1), blocking(2));
    println!(
        "two branches took {:.2} seconds",
        start.elapsed().as_secs_f64()
    );

    let start = Instant::now();
    let tasks = [tokio::spawn(blocking(1)), tokio::spawn(blocking(2))];
    for task in tasks {
        task.await.unwrap();
    }
    println!(
        "two tasks took {:.2} seconds",
        start.elapsed().as_secs_f64()
    );
}
