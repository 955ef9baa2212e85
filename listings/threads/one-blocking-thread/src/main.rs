use std::thread;
use std::time::Duration;

use tokio::runtime::Builder;
use tokio::task::spawn_blocking;

fn fetch_data(param: u64) {
    println!("Do something with {param}...");
    thread::sleep(Duration::from_secs(param));
    println!("Done with {param}");
}

async fn fetch_two_of_three() {
    let task1 = spawn_blocking(|| fetch_data(1));
    let task2 = spawn_blocking(|| fetch_data(2));
    let task3 = spawn_blocking(|| fetch_data(3));

    task1.await.unwrap();
    task3.abort();
    println!(
        "3 is cancelled: {}",
        task3.await.unwrap_err().is_cancelled()
    );
    task2.await.unwrap();
}

fn main() {
    let runtime = Builder::new_current_thread()
        .max_blocking_threads(1)
        .build()
        .unwrap();
    runtime.block_on(fetch_two_of_three());
}
