use std::time::Duration;

use tokio::task::JoinSet;

async fn fetch_data(param: u64) -> String {
    tokio::time::sleep(Duration::from_millis(param * 500)).await;
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let mut tasks = JoinSet::new();
    for param in [3, 1, 2] {
        tasks.spawn(fetch_data(param));
    }
    while let Some(result) = tasks.join_next().await {
        println!("{}", result.unwrap());
    }
    println!("all have come");
}
