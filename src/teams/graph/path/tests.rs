use proptest::prelude::*;
use url::Url;

use super::*;

#[test]
fn an_id_stays_in_its_segment() {
    let path = Path::chat("19:a/b?c#d%2e@thread.v2").unwrap().then("members");
    assert_eq!(path.as_str(), "/chats/19%3Aa%2Fb%3Fc%23d%252e%40thread.v2/members");
    for climbing in ["", ".", ".."] {
        assert_eq!(Path::chat(climbing).unwrap_err(), NoSegment);
    }
}

#[test]
fn options_are_encoded_and_joined() {
    let path = Path::of("chats").query("$top", "50").query("$filter", "externalId eq 'a&b'");
    assert_eq!(path.as_str(), "/chats?$top=50&$filter=externalId%20eq%20%27a%26b%27");
}

proptest! {
    #[test]
    fn no_id_adds_or_leaves_a_segment(id in "\\PC{1,40}|[./%2eE\\\\?#;:@]{1,8}") {
        let Ok(path) = Path::chat(&id) else {
            prop_assert!(matches!(id.as_str(), "." | ".."));
            return Ok(());
        };
        let text = format!("https://graph.example/v1.0{}", path.then("members").as_str());
        let url = Url::parse(&text).unwrap();
        let segments: Vec<_> = url.path_segments().unwrap().collect();
        prop_assert_eq!(segments.len(), 4, "{}", url);
        prop_assert_eq!((segments[1], segments[3]), ("chats", "members"));
        let decoded = percent_encoding::percent_decode_str(segments[2]).decode_utf8().unwrap();
        prop_assert_eq!(decoded, id);
        prop_assert_eq!((url.query(), url.fragment()), (None, None));
    }
}
