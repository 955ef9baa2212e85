use std::rc::Rc;
use std::time::Duration;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let task1 = tokio::spawn(async {
        let name = Rc::new("one");
        tokio::time::sleep(Duration::from_secs(1)).await;
        format!("Result of {name}")
    });
    println!("{}", task1.await.unwrap());
}
