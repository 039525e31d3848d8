//! Atomic replacement of a file.

use std::ffi::OsString;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

use tempfile::{Builder, NamedTempFile};

use super::Error;

/// Writes `bytes` to the file at `path`: first to a temporary file beside it, which then replaces it. A link is
/// followed. Anything but a regular file (a pipe, a terminal) is written to directly.
///
/// # Errors
/// [`Error::NoParent`] and [`Error::Unwritable`]. The file at `path` is then unchanged, and no other file remains.
pub fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let target = followed(path).map_err(Error::unwritable(path))?;
    let parent = parent_of(&target)?;
    // Opened without creating or truncating: this tests the permission to write, which renaming does not.
    let present = match File::options().write(true).open(&target) {
        Ok(file) => Some(file),
        Err(error) if error.kind() == ErrorKind::NotFound => None,
        Err(error) => return Err(Error::unwritable(path)(error)),
    };
    write_beside(present, &target, &parent, bytes).map_err(Error::unwritable(path))
}

fn write_beside(
    present: Option<File>,
    target: &Path,
    parent: &Path,
    bytes: &[u8],
) -> io::Result<()> {
    let found = present.as_ref().map(File::metadata).transpose()?;
    if let (Some(mut pipe), Some(found)) = (present, &found)
        && !found.is_file()
    {
        return pipe.write_all(bytes);
    }
    let mut file = temporary_file(&prefix_of(target), parent)?;
    file.write_all(bytes)?;
    if let Some(found) = found {
        file.as_file().set_permissions(found.permissions())?;
    }
    file.as_file().sync_all()?;
    file.persist(target)?;
    sync_folder(parent)
}

#[cfg(unix)]
fn temporary_file(prefix: &OsString, folder: &Path) -> io::Result<NamedTempFile> {
    use std::os::unix::fs::PermissionsExt;
    // The permissions of any new file; a temporary file's would be the owner's only.
    let permissions = fs::Permissions::from_mode(0o666);
    let mut builder = Builder::new();
    builder.prefix(prefix).permissions(permissions);
    builder.tempfile_in(folder)
}

#[cfg(not(unix))]
fn temporary_file(prefix: &OsString, folder: &Path) -> io::Result<NamedTempFile> {
    Builder::new().prefix(prefix).tempfile_in(folder)
}

/// Resolves `path` if it is a link.
pub(super) fn followed(path: &Path) -> io::Result<PathBuf> {
    match fs::symlink_metadata(path) {
        Ok(found) if found.is_symlink() => fs::canonicalize(path),
        _ => Ok(path.to_owned()),
    }
}

/// Returns the folder that contains `path`.
///
/// # Errors
/// [`Error::NoParent`] if there is none.
pub(super) fn parent_of(path: &Path) -> Result<PathBuf, Error> {
    let parent = match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    match parent.is_dir() {
        true => Ok(parent.to_owned()),
        false => Err(Error::NoParent {
            path: parent.to_owned(),
        }),
    }
}

/// Returns a hidden name that identifies its target, in case a loss of power leaves the file behind.
pub(super) fn prefix_of(target: &Path) -> OsString {
    let mut prefix = OsString::from(".");
    prefix.push(target.file_name().unwrap_or_default());
    prefix.push("-");
    prefix
}

/// Makes the names in a folder durable, where folders can be opened.
pub(super) fn sync_folder(folder: &Path) -> io::Result<()> {
    if cfg!(unix) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_written_and_replaced_and_nothing_is_left_beside_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.csv");
        for bytes in [&b"first"[..], b"", b"second"] {
            write_file(&path, bytes).unwrap();
            assert_eq!(fs::read(&path).unwrap(), bytes);
            assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        }
    }

    #[test]
    fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a");
        fs::create_dir(&path).unwrap();
        let error = write_file(&path, b"").unwrap_err();
        assert!(matches!(error, Error::Unwritable { .. }), "{error}");
        let error = write_file(&folder.path().join("no/b"), b"").unwrap_err();
        assert!(matches!(error, Error::NoParent { .. }), "{error}");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_an_error() {
        let error = write_file("/dev/full".as_ref(), b"a").unwrap_err();
        assert!(matches!(error, Error::Unwritable { .. }), "{error}");
        write_file("/dev/null".as_ref(), b"a").unwrap();
        assert!(!fs::metadata("/dev/null").unwrap().is_file());
    }

    #[cfg(unix)]
    #[test]
    fn links_are_followed_and_permissions_kept() {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let folder = tempfile::tempdir().unwrap();
        let (file, link) = (folder.path().join("file"), folder.path().join("link"));
        fs::write(&file, b"old").unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(0o640)).unwrap();
        symlink("file", &link).unwrap();
        write_file(&link, b"new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(fs::read(&file).unwrap(), b"new");
        let mode = fs::metadata(&file).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o640);
        let dangling = folder.path().join("dangling");
        symlink("nowhere", &dangling).unwrap();
        let error = write_file(&dangling, b"").unwrap_err();
        assert!(matches!(error, Error::Unwritable { .. }), "{error}");
    }
}
