async fn save(text: &str) {
    println!("Saved {text}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let _saving = save("one");
    save("two").await;
    println!("main returns");
}
