use tokio::sync::oneshot;

async fn supply(result: oneshot::Sender<&'static str>) {
    println!("supplying nothing");
    drop(result);
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let (sender, receiver) = oneshot::channel();
    tokio::spawn(supply(sender));

    println!("waiting for the result");
    println!("received {:?}", receiver.await);
}
