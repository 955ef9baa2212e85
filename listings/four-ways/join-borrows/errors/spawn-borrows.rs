async fn count(text: &str, letter: char) -> usize {
    text.matches(letter).count()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let text = String::from("one future, two borrows");
    let (o, r) = (
        tokio::spawn(count(&text, 'o')),
        tokio::spawn(count(&text, 'r')),
    );
    println!("{} and {}", o.await.unwrap(), r.await.unwrap());
}
