use tokio::task::yield_now;

async fn branch(name: &str) {
    println!("  {name}1");
    yield_now().await;
    println!("  {name}2");
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("join:");
    tokio::join!(branch("a"), branch("b"));

    println!("biased join:");
    tokio::join!(biased; branch("a"), branch("b"));
}
