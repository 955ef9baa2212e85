//! Rust in many forms: what is inserted must compile in all of them, and change nothing.
#![forbid(unsafe_code)]

use std::collections::HashMap;
use std::fmt::Display;
use std::future::Future;
use std::pin::Pin;

mod words;

const fn square(n: usize) -> usize {
    let twice = n * n;
    twice
}

static TABLE: [usize; square(3)] = [0; square(3)];

macro_rules! twice {
    ($e:expr) => {{
        let value = $e;
        value + value
    }};
}

struct Opaque;

struct Counter<'a, T> {
    seen: Vec<&'a T>,
}

impl<'a, T: Display> Counter<'a, T> {
    fn add(&mut self, item: &'a T) -> &mut Self {
        self.seen.push(item);
        self
    }
}

trait Speaks {
    fn name(&self) -> String;
    fn speak(&self) -> String {
        let name = self.name();
        format!("{name} speaks")
    }
}

impl Speaks for Opaque {
    fn name(&self) -> String {
        String::from("größe")
    }
}

fn generic<T>(item: T, items: &mut [T]) -> Option<&mut T> {
    let first = items.first_mut()?;
    *first = item;
    Some(first)
}

fn parse(text: &str) -> Result<i32, std::num::ParseIntError> {
    let number = text.trim().parse::<i32>()?;
    Ok(number)
}

fn boxed(depth: u32) -> Pin<Box<dyn Future<Output = u32> + Send>> {
    Box::pin(async move {
        if depth == 0 {
            return 0;
        }
        boxed(depth - 1).await + 1
    })
}

async fn borrowed<'a>(a: &'a str, (b, _): (&'a str, u8)) -> &'a str {
    if a.len() > b.len() { a } else { b }
}

fn not_shown() -> i32 {
    // That `functions` holds what has no `Debug` is known only lines later.
    let mut functions = Vec::new();
    functions.push(Box::new(|| 7) as Box<dyn Fn() -> i32>);
    functions[0]()
}

#[tokio::main(flavor = "current_thread")]
async fn main() {
    let opaque = Opaque;
    println!("{} {} {}", opaque.speak(), TABLE.len(), twice!(21));
    let (one, two) = (1, 2);
    let mut counter = Counter { seen: vec![] };
    counter.add(&one).add(&two);
    println!("{}", counter.seen.len());
    let Some(last) = counter.seen.last() else {
        return;
    };
    let mut words: HashMap<&str, usize> = HashMap::new();
    'outer: for word in ["a", "b", "a"] {
        loop {
            *words.entry(word).or_default() += 1;
            continue 'outer;
        }
    }
    println!("{last} {:?} {x}", words["a"], x = 5);
    let mut numbers = [1, 2];
    if let Some(number) = generic(7, &mut numbers) {
        *number += 1;
    } else {
        unreachable!();
    }
    let text = match parse(" 12 ") {
        Ok(number) if number > 10 => format!("{number}"),
        Ok(_) => String::new(),
        Err(error) => panic!("{error}"),
    };
    println!("{text} {numbers:?}");
    let closure = |n: u32| async move { boxed(n).await };
    println!("{}", closure(2).await);
    println!("{}", borrowed("abc", ("de", 0)).await);
    let mut count = 0;
    while count < 2 {
        count += 1;
    }
    let nested = { let inner = count; inner + 1 };
    print!("{nested}");
    println!();
    eprintln!("done {}", not_shown());
    std::println!("{}", { let block = 1; block });
    #[allow(clippy::let_and_return)]
    let ready = std::future::ready(async { 3 }.await).await;
    assert_eq!(ready, 3, "in {}", "words");
    println!("{}", words::words());
    println!("\ttab \\ backslash \u{1f980}");
}
