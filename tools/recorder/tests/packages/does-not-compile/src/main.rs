#[tokio::main(flavor = "current_thread")]
async fn main() {
    let number: u32 = "one";
    println!("{number}");
}
