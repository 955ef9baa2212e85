async fn fetch_data(param: u64) -> String {
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(fetch_data(1));
    let result1 = task1.await.unwrap();
    let again = task1.await.unwrap();
    println!("{result1}, {again}");
}
