use std::rc::Rc;

use tokio::task::spawn_blocking;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let words = Rc::new(["one", "two"]);
    let task = spawn_blocking(move || println!("{}", words.join(" ")));
    task.await.unwrap();
}
