//! What a value looks like: its `Debug` where it has one, else its type's name.
//!
//! Which of the two is found by the order in which the compiler looks for methods: `Debug` is a
//! bound of the trait that it tries first. No bound is put on the listing's own types.

use std::any::type_name;
use std::fmt::Debug;

use crate::log;

/// The longest value that is kept, in characters.
const LENGTH: usize = 200;

/// Types whose `Debug` tells of this run or of a library's insides, and nothing to a reader.
const OPAQUE: [&str; 7] = [
    "tokio::",
    "core::pin::",
    "core::task::wake::",
    "std::sync::",
    "std::thread::",
    "std::time::",
    "std::process::",
];

/// A reference to a value that is to be shown.
#[derive(Debug)]
pub struct Probe<'a, T: ?Sized>(pub &'a T);

/// Shows what has a `Debug`.
pub trait ViaDebug {
    /// What it looks like.
    fn show(&self) -> String;
}

/// Shows what has none.
pub trait ViaType {
    /// The name of its type.
    fn show(&self) -> String;
}

impl<T: Debug + ?Sized> ViaDebug for Probe<'_, T> {
    fn show(&self) -> String {
        let name = type_name::<T>();
        if OPAQUE
            .iter()
            .any(|opaque| name.trim_start_matches('&').starts_with(opaque))
        {
            return short(name);
        }
        let text = format!("{:?}", self.0);
        if text.chars().count() > LENGTH {
            return text.chars().take(LENGTH).chain(['…']).collect();
        }
        text
    }
}

impl<T: ?Sized> ViaType for &Probe<'_, T> {
    fn show(&self) -> String {
        short(type_name::<T>())
    }
}

/// The variable `name` has just got the value that is shown as `text`.
pub fn value(site: u32, name: &str, text: String) {
    log::at(site, 'v', &[&name, &text]);
}

/// What a value looks like, whatever its type.
#[macro_export]
macro_rules! show {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{ViaDebug as _, ViaType as _};
        (&$crate::Probe(&$value)).show()
    }};
}

/// A type's name without the modules it is in and without its parameters' lifetimes; an async
/// function's future has the function's name.
pub(crate) fn short(name: &str) -> String {
    if let Some(function) = name.strip_suffix("::{{closure}}") {
        return format!("future of {}", short(function));
    }
    let name = name.replace("::{{closure}}", "");
    let mut short = String::new();
    let mut word = String::new();
    for character in name.chars() {
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
        } else if character == ':' {
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(character);
        }
    }
    short + &word
}
