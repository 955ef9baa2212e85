fn main() {
    let runtime = kettle::runtime();
    println!("{}", runtime.block_on(async { kettle::boil(20).await }));
}
