//! The Teams app from the command line: the binary as an administrator runs it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use zip::ZipArchive;

use crate::stage::Folder;

const EXAMPLE: &str = include_str!("../../config.example.toml");
const FILES: [&str; 6] =
    ["color.png", "color32.png", "de.json", "en.json", "manifest.json", "outline.png"];

/// A folder with a configuration.
struct Desk(Folder);

impl Desk {
    fn new(configuration: &str) -> Self {
        let desk = Self(Folder::new());
        fs::write(desk.path("beckon.toml"), configuration).unwrap();
        desk
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Runs `beckon manifest …` there: whether it succeeded, and what it said.
    fn manifest(&self, arguments: &[&str]) -> (bool, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_beckon"))
            .current_dir(self.0.path())
            .arg("manifest")
            .args(arguments)
            .output()
            .unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    fn build(&self, arguments: &[&str]) -> Vec<u8> {
        let (done, said) = self.manifest(&[&["build"], arguments].concat());
        assert!(done, "{said}");
        fs::read(self.path("beckon-teams.zip")).unwrap()
    }

    /// Unpacks the package into a folder.
    fn unpack(&self, to: &str) -> PathBuf {
        let file = fs::File::open(self.path("beckon-teams.zip")).unwrap();
        let folder = self.path(to);
        ZipArchive::new(file).unwrap().extract(&folder).unwrap();
        folder
    }
}

fn manifest(folder: &Path) -> Value {
    serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap()
}

#[test]
fn the_same_configuration_gives_the_same_bytes() {
    let (one, other) = (Desk::new(EXAMPLE), Desk::new(EXAMPLE));
    let bytes = one.build(&[]);
    assert_eq!(one.build(&[]), bytes, "a package that is there is replaced");
    assert_eq!(other.build(&[]), bytes);
    assert_ne!(other.build(&["--version", "7.0.0"]), bytes);
}

#[test]
fn an_unpacked_package_is_its_files_and_as_good_as_the_archive() {
    let desk = Desk::new(EXAMPLE);
    desk.build(&[]);
    let folder = desk.unpack("unpacked");
    let mut names: Vec<_> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    assert_eq!(names, FILES, "all at the root");
    for icon in ["color.png", "color32.png", "outline.png"] {
        let drawn = Path::new(env!("CARGO_MANIFEST_DIR")).join("manifests/icons").join(icon);
        assert_eq!(fs::read(folder.join(icon)).unwrap(), fs::read(drawn).unwrap(), "{icon}");
    }
    for package in [&["check"][..], &["check", "unpacked"]] {
        let (done, said) = desk.manifest(package);
        assert!(done && said.ends_with("is fit for Teams\n"), "{said}");
    }
}

#[test]
fn options_win_over_the_configuration() {
    let section = "[manifest]\nversion = \"2.0.0\"\nname = \"Acme Desk\"\n[[tenant]]";
    let desk = Desk::new(&EXAMPLE.replace("[[tenant]]", section));
    desk.build(&[]);
    let built = manifest(&desk.unpack("one"));
    assert_eq!(built["version"], "2.0.0");
    assert_eq!(built["name"]["short"], "Acme Desk");
    assert_eq!(built["id"], built["bots"][0]["botId"]);

    let id = "44444444-4444-4444-8444-444444444444";
    desk.build(&["--version", "2.0.1", "--id", id]);
    let built = manifest(&desk.unpack("other"));
    assert_eq!((built["version"].as_str(), built["id"].as_str()), (Some("2.0.1"), Some(id)));
}

#[test]
fn nothing_is_written_for_an_address_that_teams_cannot_reach() {
    let local = EXAMPLE.replace("https://beckon.example.com", "http://127.0.0.1:3978");
    let desk = Desk::new(&local);
    let (done, said) = desk.manifest(&["build"]);
    assert!(!done && said.contains("server.public_url") && said.contains("set it to"), "{said}");
    assert!(!desk.path("beckon-teams.zip").exists());

    let desk = Desk::new(EXAMPLE);
    for (arguments, word) in [(["--version", "1.0"], "such as 1.4.0"), (["--id", "beckon"], "--id")]
    {
        let (done, said) = desk.manifest(&[&["build"], &arguments[..]].concat());
        assert!(!done && said.contains(word), "{said}");
    }
    assert!(!desk.path("beckon-teams.zip").exists());
}

#[test]
fn a_package_that_was_spoiled_is_told_everything_that_is_wrong() {
    let desk = Desk::new(EXAMPLE);
    desk.build(&[]);
    let folder = desk.unpack("spoiled");
    let mut spoiled = manifest(&folder);
    spoiled["developer"]["privacyUrl"] = "http://example.com".into();
    spoiled["validDomains"][0] = "localhost".into();
    fs::write(folder.join("manifest.json"), spoiled.to_string()).unwrap();
    fs::remove_file(folder.join("outline.png")).unwrap();
    let (done, said) = desk.manifest(&["check", "spoiled"]);
    assert!(!done && said.contains("spoiled has 3 errors"), "{said}");
    for line in [
        "error: manifest.json /developer/privacyUrl: begins with http:; give it over https\n",
        "error: manifest.json /icons/outline: \"outline.png\" is not in the package; put the file \
         into the package\n",
        "error: manifest.json /validDomains/0: \"localhost\" is the reader's own machine;",
    ] {
        assert!(said.contains(line), "{said} lacks {line}");
    }
    let (done, said) = desk.manifest(&["check", "nowhere.zip"]);
    assert!(!done && said.contains("cannot read nowhere.zip"), "{said}");
}
