//! A package as a zip file: what a reader needs to go on with it, and nothing else.

use std::fs;
use std::io::{self, Cursor, Write};
use std::path::{Path, PathBuf};

use crate::package::Package;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

/// The package as the address of a link: a `data:` URL, for a preprocessor has no way to
/// put a file beside the page.
///
/// # Errors
///
/// When a file of the package cannot be read.
pub fn link(package: &Package) -> io::Result<String> {
    let packed = pack(package)?;
    Ok(format!(
        "data:application/zip;base64,{}",
        STANDARD.encode(packed)
    ))
}

/// A zip file that holds the package in a folder of its name. The same files give the same bytes,
/// whenever and wherever it is made.
///
/// # Errors
///
/// When a file of the package cannot be read.
pub fn pack(package: &Package) -> io::Result<Vec<u8>> {
    let Package { name, folder, .. } = package;
    // A file's own time is that of the checkout.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for file in files(folder)? {
        let path: Vec<_> = file.iter().map(|part| part.to_string_lossy()).collect();
        zip.start_file(format!("{name}/{}", path.join("/")), options)?;
        zip.write_all(&fs::read(folder.join(&file))?)?;
    }
    Ok(zip.finish()?.into_inner())
}

/// The files that belong to the package itself, in the order of their paths: its manifest, its
/// sources and its scripts. Not what a book keeps beside them, such as solutions and recordings.
///
/// # Errors
///
/// When a folder cannot be read.
pub fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in folder.read_dir()? {
        let path = entry?.path();
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_script = path.extension().is_some_and(|extension| extension == "py");
        if path.is_dir() {
            if ["src", "tests", "examples", "benches"].contains(&&*name) {
                below(&path, &mut files)?;
            }
        } else if is_script || name == "build.rs" || name == "Cargo.toml" {
            files.push(path);
        }
    }
    let mut files: Vec<_> = files
        .into_iter()
        .filter_map(|path| path.strip_prefix(folder).ok().map(Path::to_owned))
        .collect();
    files.sort();
    Ok(files)
}

fn below(folder: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    for entry in folder.read_dir()? {
        let path = entry?.path();
        if path.is_dir() {
            below(&path, files)?;
        } else {
            files.push(path);
        }
    }
    Ok(())
}
