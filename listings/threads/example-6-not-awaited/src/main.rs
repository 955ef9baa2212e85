use std::thread;
use std::time::{Duration, Instant};

use tokio::task::spawn_blocking;

fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    thread::sleep(Duration::from_secs(param));
    println!("Done with {param}");
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    let task1 = spawn_blocking(|| fetch_data(1));
    spawn_blocking(|| fetch_data(2));

    let result1 = task1.await.unwrap();
    println!("Thread 1 fully completed");

    println!("{:?}", [result1]);
    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
