async fn say(word: &str) {
    println!("{word}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("await a call:");
    let b = tokio::spawn(say("  b"));
    for _ in 0..3 {
        say("  a").await;
    }
    b.await.unwrap();

    println!("await a task:");
    let b = tokio::spawn(say("  b"));
    for _ in 0..3 {
        tokio::spawn(say("  a")).await.unwrap();
    }
    b.await.unwrap();
}
