fn main() {
    let page = "x".repeat(1_000_000);
    for number in 0..100 {
        println!("{number} {page}");
    }
}
