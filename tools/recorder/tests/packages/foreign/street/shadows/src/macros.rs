macro_rules! println {
    ($($text:tt)*) => { std::println!("> {}", format!($($text)*)) };
}
macro_rules! join {
    ($one:expr, $two:expr) => { $one + $two };
}
