use std::error::Error;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

/// Asks for a picture in two pieces: the second follows when the first has been read.
async fn ask(
    mut stream: TcpStream,
    first_is_read: oneshot::Receiver<()>,
) -> Result<(), Box<dyn Error + Send + Sync>> {
    stream.write_all(b"GET ").await?;
    first_is_read.await?;
    stream.write_all(b"/1 HTTP/1.1\r\n").await?;
    Ok(())
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let client = TcpStream::connect(listener.local_addr()?).await?;
    let (mut server, _) = listener.accept().await?;
    let (go_on, first_is_read) = oneshot::channel();
    let asking = tokio::spawn(ask(client, first_is_read));

    let mut line = Vec::new();
    server.read_buf(&mut line).await?;
    println!("After one read: {:?}", String::from_utf8_lossy(&line));

    go_on.send(()).unwrap();
    while !line.ends_with(b"\r\n") && server.read_buf(&mut line).await? > 0 {}
    println!("The whole line: {:?}", String::from_utf8_lossy(&line));
    asking.await.unwrap()
}
