//! Panics: of a task, of a future beside others, behind an await.

use std::time::Duration;

use tokio::time::sleep;

async fn fails(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    let missing: Option<u64> = None;
    missing.expect("something")
}

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

async fn beside() -> (u64, u64) {
    tokio::join!(biased; nap(60_000), fails(100))
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    println!("{}", tokio::spawn(fails(100)).await.is_err());
    println!("{}", tokio::spawn(beside()).await.is_err());
    let caught = std::panic::catch_unwind(|| {
        if std::env::args().count() > 0 {
            panic!("caught {}", 1);
        }
    });
    println!("{}", caught.is_err());
}
