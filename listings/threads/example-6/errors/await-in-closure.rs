use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = spawn_blocking(|| {
        tokio::task::yield_now().await;
    });
    task.await.unwrap();
}
