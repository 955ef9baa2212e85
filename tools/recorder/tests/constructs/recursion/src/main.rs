//! Async functions that call themselves.

use std::pin::Pin;
use std::time::Duration;

use tokio::time::sleep;

async fn countdown(from: u64) -> u64 {
    if from == 0 {
        return 0;
    }
    sleep(Duration::from_millis(100 * from)).await;
    1 + Box::pin(countdown(from - 1)).await
}

fn depth(of: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move { if of == 0 { 0 } else { depth(of - 1).await + 1 } })
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{}", countdown(2).await);
    println!("{}", depth(3).await);
}
