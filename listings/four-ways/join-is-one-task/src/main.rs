use std::thread;
use std::time::Duration;

async fn blocking(name: &str, seconds: u64) {
    println!("{name} begins");
    thread::sleep(Duration::from_secs(seconds));
    println!("{name} ends");
}

#[tokio::main(worker_threads = 2)]
async fn main() {
    tokio::join!(blocking("branch 1", 1), blocking("branch 2", 2));

    let task1 = tokio::spawn(blocking("task 1", 1));
    let task2 = tokio::spawn(blocking("task 2", 2));
    task1.await.unwrap();
    task2.await.unwrap();
}
