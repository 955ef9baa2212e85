//! A pipe in memory, and a file that is read.

use std::io;

use tokio::fs::File;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader, DuplexStream, duplex};

async fn write(mut to: DuplexStream) -> io::Result<()> {
    to.write_all(b"one\ntwo\n").await?;
    to.write_all(b"three\n").await
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> io::Result<()> {
    let (near, far) = duplex(8);
    let writer = tokio::spawn(write(near));
    let mut lines = BufReader::new(far).lines();
    while let Some(line) = lines.next_line().await? {
        println!("{line}");
    }
    writer.await??;

    let mut file = File::open("Cargo.toml").await?;
    let mut text = String::new();
    file.read_to_string(&mut text).await?;
    println!("{}", text.starts_with("[package]"));
    Ok(())
}
