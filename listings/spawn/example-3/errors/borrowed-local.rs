async fn fetch_data(name: &str) -> String {
    format!("Result of {name}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let name = String::from("one");
    let task1 = tokio::spawn(fetch_data(&name));
    println!("{}", task1.await.unwrap());
}
