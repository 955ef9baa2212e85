//! Tasks that make way.

use tokio::task::yield_now;

async fn counts(name: &'static str) {
    for number in 1..=2 {
        println!("{name} {number}");
        yield_now().await;
    }
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    let a = tokio::spawn(counts("a"));
    let b = tokio::spawn(counts("b"));
    yield_now().await;
    a.await.unwrap();
    b.await.unwrap();
}
