use std::thread;
use std::time::{Duration, Instant};

async fn fetch_data(param: u64, t1: Instant) {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    println!(
        "Done with {param} after {:.2} seconds",
        t1.elapsed().as_secs_f64()
    );
}

async fn fetch_data_blocking(param: u64, t1: Instant) {
    println!("Do something with {param}...");
    thread::sleep(Duration::from_secs(param));
    println!(
        "Done with {param} after {:.2} seconds",
        t1.elapsed().as_secs_f64()
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let task1 = tokio::spawn(fetch_data(1, t1));
    let task2 = tokio::spawn(fetch_data_blocking(2, t1));

    task1.await.unwrap();
    task2.await.unwrap();
}
