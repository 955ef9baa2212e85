async fn fetch_data(param: u64) {
    println!("Do something with {param}...");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(fetch_data(1));
    println!("main, after spawn 1");

    let task2 = tokio::spawn(fetch_data(2));
    println!("main, after spawn 2");

    task1.await.unwrap();
    task2.await.unwrap();
}
