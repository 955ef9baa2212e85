fn main() {
    println!("{}", broken::number());
}
