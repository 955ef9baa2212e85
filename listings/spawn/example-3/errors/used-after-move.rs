#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = String::from("one");
    let task1 = tokio::spawn(async move { format!("Result of {name}") });
    println!("{name}: {}", task1.await.unwrap());
}
