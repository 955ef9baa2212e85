use tokio::task::{Id, id};

async fn runs_in(task: Id) -> bool {
    id() == task
}

async fn compare() {
    let (one, two) = tokio::join!(runs_in(id()), runs_in(id()));
    println!("joined: {:?}", [one, two]);

    let task1 = tokio::spawn(runs_in(id()));
    let task2 = tokio::spawn(runs_in(id()));
    println!(
        "spawned: {:?}",
        [task1.await.unwrap(), task2.await.unwrap()]
    );
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    tokio::spawn(compare()).await.unwrap();
}
