use std::time::Duration;
use tokio::runtime::Builder;

async fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    format!("Result of {param}")
}

fn main() {
    let runtime = Builder::new_current_thread().build().unwrap();

    let result = runtime.block_on(fetch_data(1));
    println!("{result:?}");
}
