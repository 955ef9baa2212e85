#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("Hello & welcome, {}", "you");
}
