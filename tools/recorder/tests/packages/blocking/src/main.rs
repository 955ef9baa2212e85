fn add(a: u32, b: u32) -> u32 {
    a + b
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let sum = tokio::task::spawn_blocking(|| add(1, 1)).await.unwrap();
    println!("{sum}");
}
