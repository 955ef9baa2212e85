async fn main() {
    println!("Done");
}
