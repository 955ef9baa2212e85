use std::time::Duration;

use tokio::time::{Instant, sleep};

async fn fetch_data(param: u64) -> String {
    sleep(Duration::from_secs(param)).await;
    format!("Result of {param}")
}

/// Fetches all at once; the results come in the order of `params`.
async fn fetch_all(params: Vec<u64>) -> Vec<String> {
    let mut results = Vec::new();
    for param in params {
        results.push(fetch_data(param).await);
    }
    results
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    println!("{:?}", fetch_all(vec![2, 1]).await);
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
