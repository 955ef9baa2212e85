use std::ops::Range;

use tokio::task::spawn_blocking;

fn count_primes(numbers: Range<u32>) -> usize {
    let is_prime = |&n: &u32| n > 1 && (2..n).all(|divisor| n % divisor != 0);
    numbers.filter(is_prime).count()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let low = spawn_blocking(|| count_primes(0..3_000));
    let high = spawn_blocking(|| count_primes(3_000..6_000));

    let parts = [low.await.unwrap(), high.await.unwrap()];
    println!("two threads: {} primes", parts.iter().sum::<usize>());
    println!("one thread: {} primes", count_primes(0..6_000));
}
