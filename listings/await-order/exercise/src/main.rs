use std::time::Duration;

use tokio::time::{Instant, sleep};

async fn fetch_data(param: u64) -> u64 {
    sleep(Duration::from_secs(param)).await;
    param
}

/// Which task `main` got past, in order.
async fn order() -> Vec<u64> {
    let task1 = tokio::spawn(fetch_data(1));
    let task2 = tokio::spawn(fetch_data(2));
    let task3 = tokio::spawn(fetch_data(3));

    vec![
        task1.await.unwrap(),
        task2.await.unwrap(),
        task3.await.unwrap(),
    ]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    println!("{:?}", order().await);
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
