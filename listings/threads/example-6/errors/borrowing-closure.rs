use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words = vec!["one", "two"];
    let task = spawn_blocking(|| println!("{}", words.join(" ")));
    task.await.unwrap();
}
