async fn fetch_data(param: u64) -> String {
    if param == 0 {
        panic!("there is nothing to fetch");
    }
    format!("Result of {param}")
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    for param in [0, 1] {
        match tokio::spawn(fetch_data(param)).await {
            Ok(result) => println!("{result}"),
            Err(error) => println!("The task has panicked: {}", error.is_panic()),
        }
    }
    println!("main returns");
}
