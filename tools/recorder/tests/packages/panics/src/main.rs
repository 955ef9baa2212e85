#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task = tokio::spawn(async { panic!("in a task") });
    println!("{}", task.await.is_err());
    panic!("in main");
}
