use tokio::sync::Semaphore;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let permits = Semaphore::new(2);
    for number in 1..=3 {
        let permit = permits.acquire().await.unwrap();
        tokio::spawn(async move {
            println!("{number}: asked for");
            drop(permit);
        });
    }
}
