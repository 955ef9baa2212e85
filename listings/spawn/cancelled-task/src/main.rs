use std::time::Duration;
use tokio::time::sleep;

struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        println!("cleaned up");
    }
}

async fn fetch_data(param: u64) {
    let _guard = Guard;
    println!("Do something with {param}...");
    sleep(Duration::from_secs(param)).await;
    println!("Done with {param}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(fetch_data(2));
    sleep(Duration::from_secs(1)).await;

    task1.abort();
    println!("main has asked");

    if task1.await.is_err_and(|error| error.is_cancelled()) {
        println!("cancelled");
    }
}
