#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = String::from("one");
    let task1 = tokio::spawn(async {
        format!("Result of {name}")
    });
    println!("{}", task1.await.unwrap());
}
