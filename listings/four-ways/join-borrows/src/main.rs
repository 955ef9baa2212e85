use tokio::task::yield_now;

async fn count(text: &str, letter: char) -> usize {
    yield_now().await;
    text.matches(letter).count()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = String::from("one future, two borrows");
    let (o, r) = tokio::join!(count(&text, 'o'), count(&text, 'r'));
    println!("{text}: {o} times o, {r} times r");
}
