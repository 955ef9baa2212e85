//! Awaits among a macro's arguments.

use std::time::Duration;

use tokio::time::sleep;

macro_rules! sum {
    ($first:expr $(, $rest:expr)* $(,)?) => {
        $first $(+ $rest)*
    };
}

macro_rules! shown {
    ($value:expr) => {
        println!("{} = {}", stringify!($value), $value)
    };
}

async fn nap(ms: u64) -> u64 {
    sleep(Duration::from_millis(ms)).await;
    ms
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    println!("{} {}", nap(100).await, nap(110).await);
    println!("{}", format!("{:?}", vec![nap(120).await]));
    assert_eq!(nap(130).await, 130, "not {}", nap(1).await);
    println!("{}", sum!(nap(140).await, nap(150).await));
    shown!(nap(160).await);
    println!("{}", matches!(nap(170).await, 1..=200));
}
