use std::fs::{self, File};
use std::io::{self, ErrorKind, Write};
use std::path::{Component, Path, PathBuf};

use tempfile::{Builder, TempDir};

use super::Error;
use super::atomic_file::{followed, parent_of, prefix_of, sync_folder};
use crate::matrix_file::{to_npy, vector_to_npy};
use lowrank::{DenseMatrix, Scalar};

/// A folder that is written whole or not at all: until [`commit`](Self::commit), its files are in a hidden folder
/// beside it, which is removed when this value is dropped.
#[derive(Debug)]
pub struct ModelFolder {
    /// The path as it was given.
    path: PathBuf,
    /// The path with links resolved.
    target: PathBuf,
    parent: PathBuf,
    temporary: TempDir,
    force: bool,
}

impl ModelFolder {
    /// Prepares the folder at `path` and checks that it can be written; call it before the long work. With `force`, an
    /// existing folder is replaced if it contains no other folders.
    ///
    /// # Errors
    /// - [`Error::NotEmpty`] if the folder is not empty, without `force`.
    /// - [`Error::NotAFolder`], [`Error::NotAModel`] if the content of the path must not be replaced.
    /// - [`Error::NoParent`], [`Error::Unwritable`] if no folder can be created there.
    pub fn create(path: &Path, force: bool) -> Result<Self, Error> {
        let mut target = followed(path).map_err(Error::unwritable(path))?;
        if target.file_name().is_none() {
            // `.` and `..` are resolved to the folders that they name.
            target = fs::canonicalize(&target).map_err(Error::unwritable(path))?;
        }
        let parent = parent_of(&target)?;
        check_replaceable(path, &target, force)?;
        let temporary = hidden_folder(&target, &parent).map_err(Error::unwritable(path))?;
        Ok(Self {
            path: path.to_owned(),
            target,
            parent,
            temporary,
            force,
        })
    }

    /// Writes the file `name`.
    ///
    /// # Errors
    /// [`Error::FileName`] and [`Error::Unwritable`].
    pub fn write(&mut self, name: &str, bytes: &[u8]) -> Result<(), Error> {
        let mut parts = Path::new(name).components();
        let (Some(Component::Normal(_)), None) = (parts.next(), parts.next()) else {
            return Err(Error::FileName {
                name: name.to_owned(),
            });
        };
        write_synced(&self.temporary.path().join(name), bytes)
            .map_err(Error::unwritable(self.path.join(name)))
    }

    /// Writes `a` as the .npy file `name`, in its own precision.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_matrix<T: Scalar>(&mut self, name: &str, a: &DenseMatrix<T>) -> Result<(), Error> {
        self.write(name, &to_npy(a))
    }

    /// Writes `x` as the .npy file `name`, of one dimension.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_vector<T: Scalar>(&mut self, name: &str, x: &[T]) -> Result<(), Error> {
        self.write(name, &vector_to_npy(x))
    }

    /// Moves the folder into place and returns its path. With `force`, the old folder is removed last.
    ///
    /// # Errors
    /// - [`Error::NotEmpty`], [`Error::NotAFolder`], [`Error::NotAModel`] if the path was occupied in the meantime.
    /// - [`Error::Unwritable`]; the old content is unchanged.
    /// - [`Error::Aside`] if the old content could not be moved back.
    /// - [`Error::Remains`] if only removing the old folder failed; the error holds its path.
    pub fn commit(self) -> Result<PathBuf, Error> {
        let is_empty = check_replaceable(&self.path, &self.target, self.force)?;
        let new = self.temporary.path();
        sync_folder(new).map_err(Error::unwritable(&self.path))?;
        if is_empty {
            put(new, &self.target).map_err(Error::unwritable(&self.path))?;
        } else {
            self.replace()?;
        }
        // The folder has its final name: nothing is left to remove.
        let _ = self.temporary.keep();
        sync_folder(&self.parent).map_err(Error::unwritable(&self.path))?;
        Ok(self.path)
    }

    /// Moves the old folder aside, and back if the new one cannot take its place.
    fn replace(&self) -> Result<(), Error> {
        let refused = |source| Error::unwritable(&self.path)(source);
        let holder = hidden_folder(&self.target, &self.parent).map_err(refused)?;
        let aside = holder.path().join("old");
        fs::rename(&self.target, &aside).map_err(refused)?;
        if let Err(source) = fs::rename(self.temporary.path(), &self.target) {
            return Err(match fs::rename(&aside, &self.target) {
                Ok(()) => refused(source),
                Err(source) => Error::Aside {
                    path: holder.keep().join("old"),
                    source,
                },
            });
        }
        let path = holder.path().to_owned();
        holder
            .close()
            .map_err(|source| Error::Remains { path, source })
    }
}

fn hidden_folder(target: &Path, parent: &Path) -> io::Result<TempDir> {
    Builder::new().prefix(&prefix_of(target)).tempdir_in(parent)
}

/// Renames the folder `new` to `target`, which does not exist or is an empty folder.
fn put(new: &Path, target: &Path) -> io::Result<()> {
    // On other systems the rename replaces an empty folder atomically.
    if cfg!(windows) && target.is_dir() {
        fs::remove_dir(target)?;
    }
    fs::rename(new, target)
}

/// Returns true if `target` does not exist or is an empty folder, false if it is a folder that may be replaced. Errors
/// name `path`.
fn check_replaceable(path: &Path, target: &Path, force: bool) -> Result<bool, Error> {
    let path = || path.to_owned();
    match fs::metadata(target) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(true),
        Err(error) => return Err(Error::unwritable(path())(error)),
        Ok(found) if !found.is_dir() => return Err(Error::NotAFolder { path: path() }),
        Ok(_) => {}
    }
    let mut is_empty = true;
    for entry in fs::read_dir(target).map_err(Error::unwritable(path()))? {
        let entry = entry.map_err(Error::unwritable(path()))?;
        if !force {
            return Err(Error::NotEmpty { path: path() });
        }
        // A folder with folders in it is not the output of a factorization.
        if entry.path().is_dir() {
            return Err(Error::NotAModel {
                path: path(),
                inner: entry.file_name().to_string_lossy().into_owned(),
            });
        }
        is_empty = false;
    }
    Ok(is_empty)
}

fn write_synced(path: &Path, bytes: &[u8]) -> io::Result<()> {
    let mut file = File::create(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model_folder::read_matrix;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let name = |entry: io::Result<fs::DirEntry>| entry.unwrap().file_name();
        let names = entries.map(|entry| name(entry).into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn written(path: &Path, force: bool, text: &str) -> Result<PathBuf, Error> {
        let mut folder = ModelFolder::create(path, force)?;
        folder.write("text", text.as_bytes())?;
        folder.commit()
    }

    #[test]
    fn a_model_is_there_as_a_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("model");
        let h = DenseMatrix::from_fn(3, 2, |i, j| i as f64 - 0.1 * j as f64);
        let mut folder = ModelFolder::create(&path, false).unwrap();
        folder.write_matrix("h.npy", &h).unwrap();
        folder.write_matrix("h32.npy", &h.cast::<f32>()).unwrap();
        assert!(!path.exists());
        drop(folder);
        assert_eq!(names(root.path()), [""; 0]);
        let mut folder = ModelFolder::create(&path, false).unwrap();
        folder.write_matrix("h.npy", &h).unwrap();
        folder.write_matrix("h32.npy", &h.cast::<f32>()).unwrap();
        assert_eq!(folder.commit().unwrap(), path);
        assert_eq!(names(root.path()), ["model"]);
        assert_eq!(names(&path), ["h.npy", "h32.npy"]);
        assert_eq!(read_matrix::<f64>(&path.join("h.npy")).unwrap(), h);
        assert_eq!(read_matrix::<f32>(&path.join("h32.npy")).unwrap(), h.cast());
    }

    #[test]
    fn what_is_there_is_replaced_only_by_force_and_only_by_a_whole_model() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("model");
        fs::create_dir(&path).unwrap();
        written(&path, false, "an empty folder is free").unwrap();
        fs::write(path.join("more"), b"").unwrap();
        let refused = written(&path, false, "refused").unwrap_err();
        assert!(refused.to_string().contains("not empty"), "{refused}");
        assert!(matches!(refused, Error::NotEmpty { .. }));
        drop(ModelFolder::create(&path, true).unwrap());
        assert_eq!(names(&path), ["more", "text"]);
        written(&path, true, "new").unwrap();
        assert_eq!(names(&path), ["text"]);
        assert_eq!(fs::read(path.join("text")).unwrap(), b"new");
        assert_eq!(names(root.path()), ["model"]);
    }

    #[test]
    fn what_comes_in_the_meantime_stays() {
        let root = tempfile::tempdir().unwrap();
        let path = root.path().join("model");
        let folder = ModelFolder::create(&path, false).unwrap();
        fs::create_dir(&path).unwrap();
        fs::write(path.join("mine"), b"").unwrap();
        assert!(matches!(folder.commit(), Err(Error::NotEmpty { .. })));
        assert_eq!(names(&path), ["mine"]);
        assert_eq!(names(root.path()), ["model"]);
    }

    #[test]
    fn folders_of_others_and_files_are_never_replaced() {
        let root = tempfile::tempdir().unwrap();
        let (file, home) = (root.path().join("file"), root.path().join("home"));
        fs::write(&file, b"").unwrap();
        fs::create_dir_all(home.join("inner")).unwrap();
        let of = |path: &Path| ModelFolder::create(path, true).unwrap_err();
        assert!(matches!(of(&file), Error::NotAFolder { .. }));
        assert!(matches!(of(&home), Error::NotAModel { .. }));
        let (again, nowhere) = (home.join("inner/.."), root.path().join("no/model"));
        assert!(matches!(of(&again), Error::NotAModel { .. }));
        assert!(matches!(of(&nowhere), Error::NoParent { .. }));
        let below = of(&file.join("model"));
        assert!(matches!(
            below,
            Error::Unwritable { .. } | Error::NoParent { .. }
        ));
        assert_eq!(names(root.path()), ["file", "home"]);
    }

    #[test]
    fn names_with_folders_in_them_are_refused() {
        let root = tempfile::tempdir().unwrap();
        let mut folder = ModelFolder::create(&root.path().join("model"), false).unwrap();
        for name in ["", ".", "..", "../a", "a/b", "/a"] {
            let error = folder.write(name, b"").unwrap_err();
            assert!(matches!(error, Error::FileName { .. }), "{error}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn a_link_to_a_folder_stays_a_link() {
        use std::os::unix::fs::symlink;
        let root = tempfile::tempdir().unwrap();
        let (real, link) = (root.path().join("real"), root.path().join("link"));
        fs::create_dir(&real).unwrap();
        fs::write(real.join("old"), b"").unwrap();
        symlink("real", &link).unwrap();
        written(&link, true, "new").unwrap();
        assert!(fs::symlink_metadata(&link).unwrap().is_symlink());
        assert_eq!(names(&real), ["text"]);
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn where_nothing_can_be_written_is_found_out_at_once() {
        let error = ModelFolder::create("/proc/model".as_ref(), false).unwrap_err();
        assert!(matches!(error, Error::Unwritable { .. }), "{error}");
    }
}
