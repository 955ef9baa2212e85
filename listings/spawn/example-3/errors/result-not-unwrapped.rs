async fn fetch_data(param: u64) -> u64 {
    param * 10
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(fetch_data(1));
    let result1 = task1.await;
    println!("{}", result1 + 1);
}
