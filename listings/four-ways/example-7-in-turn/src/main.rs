use std::time::{Duration, Instant};

use tokio::task::JoinSet;

async fn fetch_data(param: u64) -> String {
    tokio::time::sleep(Duration::from_millis(param * 500)).await;
    format!("Result of {param}")
}

async fn four_ways() -> &'static str {
    // Tasks, awaited one after the other
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));
    let result1 = task1.await.unwrap();
    let result2 = task2.await.unwrap();
    println!("Task 1 and 2 awaited results: {:?}", [result1, result2]);

    // Futures, joined
    let (result1, result2) = (fetch_data(1).await, fetch_data(2).await);
    println!("Coroutine Results: {:?}", [result1, result2]);

    // Tasks, joined
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));
    let (result1, result2) = tokio::try_join!(task1, task2).unwrap();
    println!("Task Results: {:?}", [result1, result2]);

    // A set of tasks
    let mut tasks = JoinSet::new();
    tasks.spawn(fetch_data(1));
    tasks.spawn(fetch_data(2));
    println!("Task Group Results: {:?}", tasks.join_all().await);

    "Main Coroutine Done"
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let t1 = Instant::now();

    println!("{}", four_ways().await);

    println!("Finished in {:.2} seconds", t1.elapsed().as_secs_f64());
}
