fn main() {
    let mut sum = 0_u64;
    for number in 0..100_000_000_u64 {
        sum = sum.wrapping_mul(31) ^ number;
    }
    println!("{}", sum > 0);
}
