//! The print macros, shadowed: they print what they always printed, and say so.

use std::fmt::Arguments;

use crate::log;

/// Prints `text` to stdout (`fd` 1) or stderr (`fd` 2), then records it.
pub fn out(site: u32, fd: u8, text: Arguments<'_>, newline: bool) {
    let mut text = text.to_string();
    if newline {
        text.push('\n');
    }
    if fd == 1 {
        std::print!("{text}");
    } else {
        std::eprint!("{text}");
    }
    log::at(site, 'o', &[&fd, &text]);
}

/// `print!`, recorded.
#[macro_export]
macro_rules! print {
    ($site:expr, $($text:tt)*) => { $crate::out($site, 1, ::std::format_args!($($text)*), false) };
}

/// `println!`, recorded.
#[macro_export]
macro_rules! println {
    ($site:expr, $($text:tt)+) => { $crate::out($site, 1, ::std::format_args!($($text)+), true) };
    ($site:expr, ) => { $crate::out($site, 1, ::std::format_args!(""), true) };
}

/// `eprint!`, recorded.
#[macro_export]
macro_rules! eprint {
    ($site:expr, $($text:tt)*) => { $crate::out($site, 2, ::std::format_args!($($text)*), false) };
}

/// `eprintln!`, recorded.
#[macro_export]
macro_rules! eprintln {
    ($site:expr, $($text:tt)+) => { $crate::out($site, 2, ::std::format_args!($($text)+), true) };
    ($site:expr, ) => { $crate::out($site, 2, ::std::format_args!(""), true) };
}
