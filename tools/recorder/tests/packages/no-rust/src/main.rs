fn main( {
    println!("an unclosed bracket");
}
