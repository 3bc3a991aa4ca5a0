//! A Teams app package: a few small files, kept as a ZIP archive.

use std::collections::BTreeMap;
use std::fs;
use std::io::{self, Cursor, Read};
use std::path::{Path, PathBuf};

use thiserror::Error;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, System, ZipArchive, ZipWriter};

/// The most files that are read; a package has some ten.
const MOST_FILES: usize = 256;
/// The most bytes that are read, unpacked; a package has some ten thousand. An archive may claim to
/// be small and unpack to more than the memory holds.
const MOST_BYTES: u64 = 16 * 1024 * 1024;

/// The files of a package by their paths, with `/` between the parts.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Package {
    files: BTreeMap<String, Vec<u8>>,
}

/// A package that cannot be read or written.
#[derive(Debug, Error)]
pub enum PackageError {
    /// A file or a folder cannot be read.
    #[error("cannot read {path}: {source}")]
    Read {
        /// The file or folder.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// The archive is damaged, or is none.
    #[error(
        "{path} is no ZIP archive that can be read ({source}); a package is made by `beckon manifest build`"
    )]
    Archive {
        /// The archive.
        path: PathBuf,
        /// Why.
        source: zip::result::ZipError,
    },
    /// There is more than a package can hold.
    #[error(
        "{path} holds more than {MOST_FILES} files or {MOST_BYTES} bytes; a package holds the \
         manifest, its icons and its languages only"
    )]
    TooLarge {
        /// The archive or folder.
        path: PathBuf,
    },
    /// The archive cannot be put together.
    #[error("cannot make the archive: {0}")]
    Make(#[from] zip::result::ZipError),
}

impl Package {
    /// Reads an archive, or the files of a folder.
    ///
    /// # Errors
    /// [`PackageError`], with the path.
    pub fn read(path: &Path) -> Result<Self, PackageError> {
        let fault = |source| PackageError::Read { path: path.into(), source };
        let mut package = Self::default();
        if fs::metadata(path).map_err(fault)?.is_dir() {
            package.read_folder(path, "", path)?;
            return Ok(package);
        }
        let file = fs::File::open(path).map_err(fault)?;
        package.read_archive(file, path)?;
        Ok(package)
    }

    /// A file's content.
    pub fn get(&self, file: &str) -> Option<&[u8]> {
        self.files.get(file).map(Vec::as_slice)
    }

    /// Puts a file in.
    pub fn insert(&mut self, file: impl Into<String>, content: impl Into<Vec<u8>>) {
        self.files.insert(file.into(), content.into());
    }

    /// Takes a file out.
    pub fn remove(&mut self, file: &str) -> Option<Vec<u8>> {
        self.files.remove(file)
    }

    /// The paths, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.files.keys().map(String::as_str)
    }

    /// The archive. The same files give the same bytes: they are sorted, bear the first date that
    /// ZIP knows, and are stored as they are, so that no compressor's version shows. The icons are
    /// compressed in themselves, and the texts are small.
    ///
    /// # Errors
    /// [`PackageError::Make`], for paths that ZIP cannot hold.
    pub fn archive(&self) -> Result<Vec<u8>, PackageError> {
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Stored)
            .last_modified_time(DateTime::default())
            .unix_permissions(0o644)
            .system(System::Unix);
        let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in &self.files {
            writer.start_file(name.as_str(), options)?;
            io::Write::write_all(&mut writer, content).map_err(zip::result::ZipError::from)?;
        }
        Ok(writer.finish()?.into_inner())
    }

    fn read_archive(&mut self, file: fs::File, path: &Path) -> Result<(), PackageError> {
        let damaged = |source| PackageError::Archive { path: path.into(), source };
        let mut archive = ZipArchive::new(file).map_err(damaged)?;
        for index in 0..archive.len() {
            let entry = archive.by_index(index).map_err(damaged)?;
            if entry.is_dir() {
                continue;
            }
            let name = entry.name().map_err(damaged)?.into_owned();
            let content = self.take(entry, path, |error| damaged(error.into()))?;
            self.insert(name, content);
        }
        Ok(())
    }

    /// Reads a folder and those in it; `prefix` is where it lies in the package.
    fn read_folder(
        &mut self,
        folder: &Path,
        prefix: &str,
        whole: &Path,
    ) -> Result<(), PackageError> {
        let fault = |path: &Path, source| PackageError::Read { path: path.into(), source };
        for entry in fs::read_dir(folder).map_err(|error| fault(folder, error))? {
            let entry = entry.map_err(|error| fault(folder, error))?;
            let path = entry.path();
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            // A link is followed as a file is, but never into a folder: it could lead in a circle.
            if entry.file_type().map_err(|error| fault(&path, error))?.is_dir() {
                self.read_folder(&path, &format!("{name}/"), whole)?;
            } else {
                let file = fs::File::open(&path).map_err(|error| fault(&path, error))?;
                let content = self.take(file, whole, |error| fault(&path, error))?;
                self.insert(name, content);
            }
        }
        Ok(())
    }

    /// Reads a file to its end, unless the package would grow too large.
    fn take(
        &self,
        file: impl Read,
        path: &Path,
        fault: impl FnOnce(io::Error) -> PackageError,
    ) -> Result<Vec<u8>, PackageError> {
        let held: usize = self.files.values().map(Vec::len).sum();
        let left = MOST_BYTES.saturating_sub(held as u64);
        let mut content = Vec::new();
        file.take(left + 1).read_to_end(&mut content).map_err(fault)?;
        if content.len() as u64 > left || self.files.len() >= MOST_FILES {
            return Err(PackageError::TooLarge { path: path.into() });
        }
        Ok(content)
    }
}

#[cfg(test)]
mod tests;
