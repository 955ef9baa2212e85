use std::time::Duration;
use tokio::runtime::Builder;

async fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    tokio::time::sleep(Duration::from_secs(param)).await;
    format!("Result of {param}")
}

fn main() {
    let runtime = Builder::new_current_thread().enable_time().build().unwrap();

    let future = fetch_data(1);
    println!("nothing has run yet");

    let result = runtime.block_on(future);
    println!("{result:?}");
}
