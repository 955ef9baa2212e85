use std::thread;
use std::time::Duration;

use tokio::task::spawn_blocking;
use tokio::time::timeout;

fn fetch_data(param: u64) -> String {
    println!("Do something with {param}...");
    thread::sleep(Duration::from_secs(param));
    println!("Done with {param}");
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = spawn_blocking(|| fetch_data(2));
    match timeout(Duration::from_secs(1), task).await {
        Ok(result) => println!("{}", result.unwrap()),
        Err(_) => println!("Gave up"),
    }
    println!("main returns");
}
