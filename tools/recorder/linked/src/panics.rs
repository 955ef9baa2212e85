//! What a panic says, and where.

use std::panic;

use crate::log;

/// Listens to panics from now on, before whoever would listen anyway.
pub(crate) fn install() {
    let previous = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let message = info.payload_as_str().unwrap_or("Box<dyn Any>");
        match info.location() {
            Some(at) => log::write('P', &[&message, &at.file(), &at.line(), &at.column()]),
            None => log::write('P', &[&message, &"", &0, &0]),
        }
        previous(info);
    }));
}
