//! Ways to write `join!`, `try_join!` and `select!`: what is inserted must compile in all of them,
//! and change nothing.

use std::pin::{Pin, pin};
use std::time::Duration;

use tokio::sync::{Mutex, mpsc, oneshot};
use tokio::time::sleep;
use tokio::{join, select, try_join};

struct Shared {
    numbers: Mutex<Vec<u64>>,
}

impl Shared {
    async fn push(&self, number: u64) -> usize {
        let mut numbers = self.numbers.lock().await;
        numbers.push(number);
        numbers.len()
    }
}

fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = usize> + Send + 'a>> {
    Box::pin(async move { text.len() })
}

async fn parse(text: &str) -> Result<u64, std::num::ParseIntError> {
    tokio::task::yield_now().await;
    text.parse()
}

async fn sum(texts: [&str; 2]) -> Result<u64, Box<dyn std::error::Error + Send + Sync>> {
    let (a, b) = try_join!(parse(texts[0]), parse(texts[1]),)?;
    let both = try_join! { biased; parse("1"), async { Ok(b) } };
    let (one, b) = both?;
    Ok(a + b + one - 1)
}

async fn next(rx: &mut mpsc::Receiver<Option<u64>>, text: &str) -> Result<u64, String> {
    loop {
        select! {
            biased;
            Some(number @ (Some(1 | 2) | None)) = rx.recv(), if !text.is_empty() => match number {
                Some(1) => continue,
                Some(number) => return Ok(number),
                None => Err("none".to_owned())?,
            },
            _ = boxed(text), if text.len() > 100 => break,
            () = std::future::ready(()), if false => unreachable!(),
            else => return Err("nothing".to_owned()),
        }
    }
    Ok(0)
}

async fn nested(shared: &Shared) -> usize {
    let mut slow = pin!(sleep(Duration::from_secs(60)));
    select! {
        biased;
        _ = &mut slow => 0,
        (a, b) = async { join!(shared.push(1), boxed("four")) } => {
            let c = shared.push(2).await;
            a + b + c
        }
    }
}

async fn work() {
    let (tx, rx) = oneshot::channel();
    let shared = Shared {
        numbers: Mutex::default(),
    };
    let text = String::from("borrowed");
    let ((), number, length) = join!(
        async {
            tx.send(5u8).unwrap();
        },
        rx,
        boxed(&text),
    );
    println!("{} {length}", number.unwrap());
    println!("{}", nested(&shared).await);
    println!("{:?} {}", sum(["1", "2"]).await.ok(), sum(["1", "x"]).await.is_err());
    let mut count = 0;
    let name = 'ticks: loop {
        tokio::select! {
            biased;
            _ = sleep(Duration::from_millis(50)) => { count += 1 }
            _ = sleep(Duration::from_secs(60)) => {}
        }
        if count == 2 {
            break 'ticks "ticks";
        }
    };
    println!("{name} {count}");
    let (tx, mut rx) = mpsc::channel(4);
    for number in [Some(1), Some(2)] {
        tx.send(number).await.unwrap();
    }
    drop(tx);
    println!("{:?}", next(&mut rx, "text").await);
    join!();
}

#[tokio::main(flavor = "current_thread", start_paused = true)]
async fn main() {
    // A spawned future must be able to go from one thread to another, with what is inserted.
    tokio::spawn(work()).await.unwrap();
}
