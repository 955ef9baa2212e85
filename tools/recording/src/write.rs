//! A recording as text: one record a line, so that a diff can be read.

use std::fs;
use std::io;
use std::path::Path;

use serde::Serialize;

use crate::Recording;

/// The recording as it stands in a file.
pub fn to_text(recording: &Recording) -> String {
    let mut text = String::new();
    line(&mut text, &recording.header);
    recording
        .sites
        .iter()
        .for_each(|site| line(&mut text, site));
    recording
        .threads
        .iter()
        .for_each(|thread| line(&mut text, thread));
    recording
        .tasks
        .iter()
        .for_each(|task| line(&mut text, task));
    recording
        .events
        .iter()
        .for_each(|event| line(&mut text, event));
    text
}

/// Writes the recording to `path` in one move: whoever reads it sees the old one or the new one
/// whole, also when this is interrupted.
///
/// # Errors
///
/// When the file cannot be written. What stood there before stands there still.
pub fn write(path: &Path, recording: &Recording) -> io::Result<()> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(format!(".{}", std::process::id()));
    let written = fs::write(&beside, to_text(recording)).and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        let _ = fs::remove_file(&beside);
    }
    written
}

fn line(text: &mut String, record: &impl Serialize) {
    // Records are structs of numbers and strings, which JSON always has a form for.
    text.push_str(&serde_json::to_string(record).expect("a record can be written"));
    text.push('\n');
}
