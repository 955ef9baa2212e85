use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

async fn fetch_data(param: u64) -> String {
    sleep(Duration::from_millis(param * 500)).await;
    format!("Result of {param}")
}

/// Fetches all at once; the results come in the order of `params`.
async fn fetch_all(params: Vec<u64>) -> Vec<String> {
    let mut tasks = JoinSet::new();
    for param in params {
        tasks.spawn(fetch_data(param));
    }
    tasks.join_all().await
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    println!("{:?}", fetch_all(vec![3, 1, 2]).await);
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
