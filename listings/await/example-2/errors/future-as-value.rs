async fn fetch_data(param: u64) -> String {
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let result1: String = fetch_data(1);
    println!("{result1}");
}
