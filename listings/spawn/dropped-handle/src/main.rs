use std::time::Duration;
use tokio::time::sleep;

async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
    sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    drop(tokio::spawn(fetch_data(1)));
    println!("main has no handle");

    sleep(Duration::from_secs(2)).await;
    println!("main returns");
}
