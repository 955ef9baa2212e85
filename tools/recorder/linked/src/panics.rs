//! Panics, told before anything is dropped on their account.

use std::panic;

use crate::log;

/// Listens from now on, unless the program sets a hook of its own. What is printed stays the same.
pub(crate) fn install() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let (file, line, column) = match info.location() {
            Some(at) => (at.file(), at.line(), at.column()),
            None => ("", 0, 0),
        };
        let text = info.payload_as_str().unwrap_or("Box<dyn Any>");
        log::write('N', &[&file, &line, &column, &text]);
        previous(info);
    }));
}
