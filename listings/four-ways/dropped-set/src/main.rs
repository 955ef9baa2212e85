use std::time::Duration;

use tokio::task::{JoinSet, yield_now};
use tokio::time::sleep;

async fn save(what: &str, millis: u64) {
    println!("Saving {what}");
    sleep(Duration::from_millis(millis)).await;
    println!("Saved {what}");
}

async fn save_both() {
    let mut tasks = JoinSet::new();
    tasks.spawn(save("one", 500));
    tasks.spawn(save("two", 1000));
    yield_now().await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    save_both().await;
    println!("save_both has returned");
    sleep(Duration::from_millis(1500)).await;
    println!("main returns");
}
