use futures::future::join_all;

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let one = async { 1 };
    let two = async { 2 };
    println!("{:?}", join_all(vec![one, two]).await);
}
