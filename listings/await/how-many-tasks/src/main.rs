use tokio::runtime::Handle;

async fn count(place: &str) {
    let tasks = Handle::current().metrics().num_alive_tasks();
    println!("{place}: {tasks}");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    count("tasks, while main awaits a call").await;
    tokio::spawn(count("tasks, while main awaits a task"))
        .await
        .unwrap();
}
