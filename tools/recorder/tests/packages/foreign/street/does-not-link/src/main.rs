mod inner;

fn main() {
    println!("{}", inner::number());
}
