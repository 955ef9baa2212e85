use std::thread;
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    thread::sleep(Duration::from_secs(1)).await;
    println!("Done");
}
