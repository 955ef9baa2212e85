use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;

/// Asks for a picture. The network may deliver a line in two pieces; here a pause sees to it.
async fn ask(address: SocketAddr) -> io::Result<()> {
    let mut stream = TcpStream::connect(address).await?;
    stream.write_all(b"GET ").await?;
    sleep(Duration::from_millis(500)).await;
    stream.write_all(b"/1 HTTP/1.1\r\n").await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;

    let asking = tokio::spawn(ask(address));
    let (mut stream, _) = listener.accept().await?;
    let mut buffer = [0; 1024];
    let length = stream.read(&mut buffer).await?;
    println!("One read: {:?}", String::from_utf8_lossy(&buffer[..length]));
    asking.await.unwrap()?;

    let asking = tokio::spawn(ask(address));
    let (stream, _) = listener.accept().await?;
    let mut line = String::new();
    BufReader::new(stream).read_line(&mut line).await?;
    println!("One line: {line:?}");
    asking.await.unwrap()
}
