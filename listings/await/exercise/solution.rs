use std::future::Future;
use std::time::Duration;

use tokio::time::{Instant, sleep};

fn fetch_data(param: u64) -> impl Future<Output = String> {
    let sleep = sleep(Duration::from_secs(param));
    async move {
        sleep.await;
        format!("Result of {param}")
    }
}

async fn fetch_both() -> [String; 2] {
    let first = fetch_data(1);
    let second = fetch_data(2);
    [first.await, second.await]
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let start = Instant::now();
    println!("{:?}", fetch_both().await);
    println!("Finished in {:.2} seconds", start.elapsed().as_secs_f64());
}

#[cfg(test)]
mod tests;
