/// How long fetches that need `delays` seconds take one after another.
fn in_turn(delays: &[u64]) -> u64 {
    delays.iter().copied().max().unwrap_or(0)
}

fn main() {
    println!("In turn: {} seconds", in_turn(&[1, 2]));
}

#[cfg(test)]
mod tests;
