use std::time::Duration;

use tokio::time::{sleep, timeout};

async fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    match timeout(Duration::from_secs(1), fetch_data(2)).await {
        Ok(result) => println!("{result}"),
        Err(_) => println!("Gave up"),
    }
    sleep(Duration::from_secs(2)).await;
    println!("main returns");
}
