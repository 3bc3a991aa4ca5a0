//! Replays the committed fuzz corpus: what a search once found stays found.

use std::path::Path;

#[path = "../../../../fuzz/checks/botframework.rs"]
mod checks;

/// Runs `check` over every file of a corpus and returns how many there were.
fn replay(corpus: &str, check: fn(&[u8])) -> usize {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(corpus);
    let files = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path());
    files
        .map(|file| {
            let input = std::fs::read(&file).unwrap();
            assert!(input.len() <= 4096, "{} is too large to keep", file.display());
            check(&input);
        })
        .count()
}

#[test]
fn the_activity_corpus_holds() {
    assert!((20..200).contains(&replay("activity", checks::activity)));
}

#[test]
fn the_authorization_corpus_holds() {
    assert!((20..200).contains(&replay("authorization", checks::authorization)));
}

#[test]
fn the_service_url_corpus_holds() {
    assert!((20..200).contains(&replay("service_url", checks::service_url)));
}

/// A search that ends before the signature or before the claims finds nothing
/// there.
#[test]
fn the_authorization_corpus_reaches_signature_and_claims() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/authorization");
    for (seed, verdict) in [
        ("valid", None),
        ("real", Some("signature_wrong")),
        ("aud-list", Some("audience_not_allowed")),
        ("expired", Some("expired")),
        ("early", Some("not_yet_valid")),
        ("foreign-key", Some("key_unknown")),
    ] {
        let input = std::fs::read(folder.join(seed)).unwrap();
        assert_eq!(checks::verdict(&input), verdict, "{seed}");
    }
}
