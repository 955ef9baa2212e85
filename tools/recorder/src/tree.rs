//! Folders and their copies.

use std::collections::{BTreeSet, HashSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

/// What belongs to no program: other people's code, and the history of this one.
const APART: [&str; 4] = [".git", ".hg", ".svn", "node_modules"];

/// The files below `folder`, told from there: without packages inside, target folders and the like.
/// What a symbolic link leads to counts as if it stood there.
pub(crate) fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    fn walk(
        top: &Path,
        from: &Path,
        seen: &mut HashSet<PathBuf>,
        found: &mut Vec<PathBuf>,
    ) -> io::Result<()> {
        // A link may lead back to where it stands.
        if !seen.insert(top.join(from).canonicalize()?) {
            return Ok(());
        }
        for entry in fs::read_dir(top.join(from))? {
            let name = entry?.file_name();
            let path = from.join(&name);
            let whole = top.join(&path);
            // A link that leads nowhere is nothing that a program could read.
            let Ok(kind) = fs::metadata(&whole) else {
                continue;
            };
            if kind.is_file() {
                found.push(path);
            } else if kind.is_dir() {
                let apart = APART.iter().any(|apart| name == *apart)
                    || ["CACHEDIR.TAG", "Cargo.toml"]
                        .iter()
                        .any(|sign| whole.join(sign).is_file());
                if !apart {
                    walk(top, &path, seen, found)?;
                }
            }
        }
        Ok(())
    }
    let mut found = Vec::new();
    walk(folder, Path::new(""), &mut HashSet::new(), &mut found)?;
    found.sort();
    Ok(found)
}

/// Makes `into` a copy of those files of `from`; what else stands in `into` goes, but not what
/// `keep` names.
pub(crate) fn mirror(
    from: &Path,
    into: &Path,
    files: &BTreeSet<PathBuf>,
    keep: &BTreeSet<PathBuf>,
) -> io::Result<()> {
    fs::create_dir_all(into)?;
    prune(into, Path::new(""), &|path| {
        files.contains(path) || keep.contains(path)
    })?;
    for path in files.iter().filter(|path| !keep.contains(*path)) {
        copy(&from.join(path), &into.join(path))?;
    }
    Ok(())
}

/// Copies a file, with its permissions, if the copy is not the same already: cargo goes by the time.
fn copy(from: &Path, into: &Path) -> io::Result<()> {
    let size = |path: &Path| fs::metadata(path).map(|known| known.len());
    if size(into).is_ok_and(|old| size(from).is_ok_and(|new| old == new))
        && fs::read(from)? == fs::read(into)?
    {
        return Ok(());
    }
    if let Some(folder) = into.parent() {
        fs::create_dir_all(folder)?;
    }
    remove(into)?;
    fs::copy(from, into)?;
    Ok(())
}

/// Writes a file if it is not the same already.
pub(crate) fn put(path: &Path, text: impl AsRef<[u8]>) -> io::Result<()> {
    if fs::read(path).is_ok_and(|old| old == text.as_ref()) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    remove(path)?;
    fs::write(path, text)
}

/// Takes a file away, if it is there.
pub(crate) fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Takes away the files below `top` that are not known.
fn prune(top: &Path, from: &Path, known: &impl Fn(&Path) -> bool) -> io::Result<()> {
    for entry in fs::read_dir(top.join(from))? {
        let entry = entry?;
        let path = from.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            prune(top, &path, known)?;
            // Only an empty one can go.
            let _ = fs::remove_dir(entry.path());
        } else if !known(&path) {
            fs::remove_file(entry.path())?;
        }
    }
    Ok(())
}

/// A path with forward slashes.
pub(crate) fn slashes(path: &Path) -> String {
    path.to_string_lossy().replace('\\', "/")
}
