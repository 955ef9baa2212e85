use std::time::Duration;

use tokio::time::sleep;

async fn count(text: &str, letter: char) -> usize {
    sleep(Duration::from_millis(100)).await;
    text.matches(letter).count()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = String::from("one future, two borrows");
    let (o, r) = tokio::join!(count(&text, 'o'), count(&text, 'r'));
    println!("{text}: {o} times o, {r} times r");
}
