//! Reading and writing packages.

use super::*;
use crate::testing::TempDir;

fn package() -> Package {
    let mut package = Package::default();
    package.insert("manifest.json", "{}");
    package.insert("texts/fr.json", "{\"name.short\": \"Phare\"}");
    package.insert("color.png", vec![0, 159, 146, 150]);
    package
}

#[test]
fn an_archive_and_a_folder_read_back_as_they_were_written() {
    let dir = TempDir::new();
    let archive = dir.path().join("package.zip");
    fs::write(&archive, package().archive().unwrap()).unwrap();
    assert_eq!(Package::read(&archive).unwrap(), package());

    let folder = dir.path().join("package");
    fs::create_dir_all(folder.join("texts")).unwrap();
    for name in package().names() {
        fs::write(folder.join(name), package().get(name).unwrap()).unwrap();
    }
    assert_eq!(Package::read(&folder).unwrap(), package());
}

#[test]
fn the_same_files_give_the_same_bytes_in_whatever_order_they_came() {
    let mut backwards = Package::default();
    let all = package();
    let names: Vec<_> = all.names().collect();
    for name in names.iter().rev() {
        backwards.insert(*name, all.get(name).unwrap());
    }
    assert_eq!(backwards.archive().unwrap(), all.archive().unwrap());

    let mut archive = ZipArchive::new(Cursor::new(all.archive().unwrap())).unwrap();
    let read: Vec<_> = (0..archive.len())
        .map(|index| {
            let entry = archive.by_index(index).unwrap();
            assert_eq!(entry.last_modified().map(|at| at.year()), Some(1980));
            assert_eq!(entry.compression(), CompressionMethod::Stored);
            entry.name().unwrap().into_owned()
        })
        .collect();
    assert_eq!(read, ["color.png", "manifest.json", "texts/fr.json"], "sorted");
}

#[test]
fn archives_of_other_tools_are_read() {
    let dir = TempDir::new();
    let path = dir.path().join("package.zip");
    let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    writer.add_directory("texts", options).unwrap();
    writer.start_file("manifest.json", options).unwrap();
    io::Write::write_all(&mut writer, &b"{}".repeat(500)).unwrap();
    writer.finish().unwrap();
    let read = Package::read(&path).unwrap();
    assert_eq!(read.names().collect::<Vec<_>>(), ["manifest.json"], "folders are no files");
    assert_eq!(read.get("manifest.json").unwrap(), b"{}".repeat(500));
}

#[test]
fn what_unpacks_to_more_than_a_package_is_refused() {
    let dir = TempDir::new();
    let path = dir.path().join("bomb.zip");
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let write = |files: usize, bytes: u64| {
        let mut writer = ZipWriter::new(fs::File::create(&path).unwrap());
        for index in 0..files {
            writer.start_file(index.to_string(), options).unwrap();
            io::copy(&mut io::repeat(0).take(bytes), &mut writer).unwrap();
        }
        writer.finish().unwrap();
        Package::read(&path)
    };
    assert!(matches!(write(2, MOST_BYTES / 2 + 1), Err(PackageError::TooLarge { .. })));
    assert!(fs::metadata(&path).unwrap().len() < 100_000, "it looked small");
    assert!(matches!(write(MOST_FILES + 1, 1), Err(PackageError::TooLarge { .. })));
    assert!(write(MOST_FILES, 1).is_ok());
}

#[test]
fn what_is_no_package_is_said_with_its_path() {
    let dir = TempDir::new();
    let path = dir.path().join("package.zip");
    assert!(matches!(Package::read(&path), Err(PackageError::Read { .. })));
    let whole = package().archive().unwrap();
    for bytes in [b"no archive".as_slice(), &whole[..whole.len() - 10]] {
        fs::write(&path, bytes).unwrap();
        let error = Package::read(&path).unwrap_err();
        assert!(matches!(error, PackageError::Archive { .. }), "{error}");
        assert!(error.to_string().contains("package.zip is no ZIP archive"), "{error}");
    }
}
