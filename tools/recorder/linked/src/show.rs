//! What a value looks like: its `Debug` where it has one, else its type's name.
//!
//! Which of these is found by the order in which the compiler looks for methods: `Debug` is a
//! bound of the trait that it tries first. No bound is put on the listing's own types.

use std::any::type_name;
use std::fmt::{self, Debug, Write};
use std::future::Future;

use crate::log::{self, Beginning};

/// The longest value that is kept, in characters.
const LENGTH: usize = 200;

/// Types whose `Debug` tells of this run or of a library's insides, and nothing to a reader.
const OPAQUE: [&str; 5] = [
    "core::pin::",
    "core::task::wake::",
    "std::sync::",
    "std::thread::",
    "std::process::",
];

/// Libraries whose types are made of Tokio's.
const LIBRARIES: [&str; 4] = [
    "tokio_stream::",
    "tokio_util::",
    "futures_util::",
    "futures_channel::",
];

/// What may stand around a value, and shows nothing of itself.
const AROUND: [&str; 6] = [
    "&",
    "mut ",
    "alloc::boxed::Box<",
    "alloc::rc::Rc<",
    "alloc::sync::Arc<",
    "core::option::Option<",
];

/// A reference to a value that is to be shown.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

/// What a value looks like: made out when it is written, because most of them never are.
pub struct Shown<'a> {
    debug: Option<&'a dyn Debug>,
    /// The name of its type.
    name: &'static str,
    is_future: bool,
}

/// Shows what has a `Debug`. Its method is called as no trait of the listing's calls one.
pub trait ViaDebug<'a> {
    /// What it looks like.
    fn recorder_show(&self) -> Shown<'a>;
}

/// Shows what has none, and is a future.
pub trait ViaFuture<'a> {
    /// What made it.
    fn recorder_show(&self) -> Shown<'a>;
}

/// Shows what has neither.
pub trait ViaType<'a> {
    /// The name of its type.
    fn recorder_show(&self) -> Shown<'a>;
}

impl<'a, T: Debug> ViaDebug<'a> for &&Probe<'a, T> {
    fn recorder_show(&self) -> Shown<'a> {
        Shown {
            debug: Some(self.0),
            name: type_name::<T>(),
            is_future: false,
        }
    }
}

impl<'a, T: Future> ViaFuture<'a> for &Probe<'a, T> {
    fn recorder_show(&self) -> Shown<'a> {
        Shown {
            debug: None,
            name: type_name::<T>(),
            is_future: true,
        }
    }
}

impl<'a, T> ViaType<'a> for Probe<'a, T> {
    fn recorder_show(&self) -> Shown<'a> {
        Shown {
            debug: None,
            name: type_name::<T>(),
            is_future: false,
        }
    }
}

impl fmt::Display for Shown<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.name;
        match self.debug {
            Some(value) if !is_opaque(name) => {
                // It fails where it is cut off.
                let _ = write!(Beginning::new(f, LENGTH), "{value:?}");
                Ok(())
            }
            Some(_) => f.write_str(&short(name)),
            // An async block is named after the functions around it.
            None if self.is_future && name.ends_with(NESTED) => f.write_str("async block"),
            None => match name.strip_suffix(CLOSURE) {
                Some(function) if self.is_future => write!(f, "future of {}", short(function)),
                Some(_) => f.write_str("closure"),
                None => f.write_str(&short(name)),
            },
        }
    }
}

/// Whether the `Debug` of a type says something that means nothing to a reader, or something else
/// in every run.
fn is_opaque(name: &str) -> bool {
    let mut bare = name;
    while let Some(inner) = AROUND.iter().find_map(|around| bare.strip_prefix(around)) {
        bare = inner;
    }
    // Of Tokio's types, errors are worth reading.
    let of_tokio = name.match_indices("tokio::").any(|(at, _)| {
        let path = name[at..].split(['<', '>', ',', ' ', ')', ']']).next();
        !path.is_some_and(|path| path.contains("::error::") || path.ends_with("JoinError"))
    });
    let of_libraries = LIBRARIES.iter().any(|library| bare.starts_with(library));
    of_tokio
        || of_libraries
        || OPAQUE.iter().any(|opaque| bare.starts_with(opaque))
        // Hashed anew in every run, and so shown in another order.
        || name.contains("std::collections::hash::")
        || name.contains("std::time::")
}

/// The variable `name` has just got the value that is shown as `text`.
pub fn value(site: u32, name: &str, text: Shown<'_>) {
    log::at(site, 'v', &[&name, &text]);
}

/// What a value looks like, whatever its type.
#[macro_export]
macro_rules! show {
    ($value:expr) => {{
        #[allow(unused_imports)]
        use $crate::{ViaDebug as _, ViaFuture as _, ViaType as _};
        (&&&$crate::Probe(&$value)).recorder_show()
    }};
}

/// What the compiler calls whatever has no name: a closure, an async block, and what an async
/// function returns, after the function that it is in.
pub(crate) const CLOSURE: &str = "::{{closure}}";
/// The same in another one.
pub(crate) const NESTED: &str = "::{{closure}}::{{closure}}";

/// A type's name without the modules it is in and without its parameters' lifetimes; an async
/// function's future has the function's name, and `_` stands for what has none.
pub(crate) fn short(name: &str) -> String {
    let mut short = String::new();
    let mut word = String::new();
    let mut rest = name;
    while let Some(character) = rest.chars().next() {
        if rest.starts_with(CLOSURE) {
            if rest.starts_with(NESTED) {
                word = "_".to_owned();
            }
            while let Some(after) = rest.strip_prefix(CLOSURE) {
                rest = after;
            }
            continue;
        }
        if character.is_alphanumeric() || character == '_' {
            word.push(character);
        } else if character == ':' {
            word.clear();
        } else {
            short.push_str(&word);
            word.clear();
            short.push(character);
        }
        rest = &rest[character.len_utf8()..];
    }
    short + &word
}
