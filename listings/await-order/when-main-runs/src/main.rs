use std::future::{Future, poll_fn};
use std::pin::pin;
use std::time::Duration;

async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
}

async fn example_4() {
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));

    task2.await.unwrap();
    println!("Task 2 fully completed");

    task1.await.unwrap();
    println!("Task 1 fully completed");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut example = pin!(example_4());
    poll_fn(|cx| {
        println!("-- main runs");
        let progress = example.as_mut().poll(cx);
        println!(
            "-- main {}",
            if progress.is_ready() {
                "ends"
            } else {
                "suspends"
            }
        );
        progress
    })
    .await;
}
