use tokio::runtime::Builder;

async fn fetch_data(param: u64) -> String {
    format!("Result of {param}")
}

fn fetch_now(param: u64) -> String {
    let runtime = Builder::new_current_thread().build().unwrap();
    runtime.block_on(fetch_data(param))
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("main begins");
    println!("{:?}", fetch_now(1));
}
