use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::sleep;

async fn save(what: &str) {
    println!("Saving {what}");
    sleep(Duration::from_millis(200)).await;
    println!("Saved {what}");
}

async fn save_both() {
    let mut tasks = JoinSet::new();
    tasks.spawn(save("one"));
    tasks.spawn(save("two"));
    sleep(Duration::from_millis(100)).await;
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    save_both().await;
    println!("save_both has returned");
    sleep(Duration::from_millis(300)).await;
    println!("main returns");
}
