use proptest::prelude::*;

use super::*;

fn list(ids: &[&str], required: bool) -> CodeList {
    let code = |id: &&str| Code { id: (*id).to_owned(), label: (*id).into() };
    CodeList { name: "Topic".into(), codes: ids.iter().map(code).collect(), required }
}

fn rules() -> WrapUp {
    let codes = Some(list(&["billing", "delivery"], true));
    WrapUp { codes, codes2: Some(list(&["solved"], false)), tags: true, ..WrapUp::default() }
}

fn said(codes: Option<&str>, codes2: Option<&str>, tags: &[&str]) -> Codes {
    let owned = |text: &str| text.to_owned();
    Codes {
        codes: codes.map(owned),
        codes2: codes2.map(owned),
        tags: tags.iter().map(|tag| owned(tag)).collect(),
    }
}

#[test]
fn only_codes_of_the_right_list_are_taken() {
    let taken = rules().take(said(Some("billing"), Some("solved"), &[])).unwrap();
    assert_eq!(taken, said(Some("billing"), Some("solved"), &[]));
    let unknown = |list, id: &str| Err(BadCodes::Unknown { list, id: id.to_owned() });
    assert_eq!(rules().take(said(Some("solved"), None, &[])), unknown("codes", "solved"));
    assert_eq!(rules().take(said(None, Some("billing"), &[])), unknown("codes2", "billing"));
    let bare = WrapUp::default();
    assert_eq!(bare.take(said(Some("billing"), None, &[])), unknown("codes", "billing"));
    assert_eq!(bare.take(said(None, None, &["vip"])), Err(BadCodes::NoTags));
    assert_eq!(bare.take(said(None, None, &[" "])), Ok(Codes::default()));
}

#[test]
fn tags_are_one_line_each_and_stand_once() {
    let taken = rules().take(said(None, None, &[" vip\n now ", "", "VIP now", "late"])).unwrap();
    assert_eq!(taken.tags, ["vip now", "late"]);
}

#[test]
fn the_limits_of_tags_are_theirs_to_the_letter() {
    let long = |chars: usize| "x".repeat(chars);
    let many = |tags: usize| (0..tags).map(|tag| format!("t{tag}")).collect::<Vec<_>>();
    let take = |tags: Vec<String>| rules().take(Codes { tags, ..Codes::default() });
    assert!(take(vec![long(MAX_TAG_CHARS)]).is_ok());
    assert_eq!(take(vec![long(MAX_TAG_CHARS + 1)]), Err(BadCodes::TagTooLong(65)));
    assert!(take(many(MAX_TAGS)).is_ok());
    assert_eq!(take(many(MAX_TAGS + 1)), Err(BadCodes::TooManyTags(21)));
    assert_eq!(take(vec!["a,b".to_owned()]), Err(BadCodes::Comma("a,b".to_owned())));
}

#[test]
fn a_flood_of_tags_is_refused_before_they_are_compared() {
    let repeated = |tags: usize| Codes { tags: vec!["vip".to_owned(); tags], ..Codes::default() };
    assert_eq!(rules().take(repeated(MAX_GIVEN)).unwrap().tags, ["vip"]);
    let flood = MAX_GIVEN + 1;
    assert_eq!(rules().take(repeated(flood)), Err(BadCodes::TooManyTags(flood)));
    assert_eq!(WrapUp::default().take(repeated(flood)), Err(BadCodes::TooManyTags(flood)));
}

#[test]
fn what_has_to_be_chosen_is_missing_until_it_is() {
    assert!(rules().demands() && rules().misses(&said(None, Some("solved"), &["vip"])));
    assert!(!rules().misses(&said(Some("billing"), None, &[])));
    assert!(!WrapUp::default().misses(&Codes::default()));
}

proptest! {
    /// What is taken is taken as it is the next time, keeps every limit, and can be written as a
    /// list with commas and read back.
    #[test]
    fn what_was_taken_stays_as_it_is(tags in prop::collection::vec("[a-cA-C, \n\u{202e}]{0,5}", 0..25)) {
        if let Ok(taken) = rules().take(Codes { tags, ..Codes::default() }) {
            prop_assert!(taken.tags.len() <= MAX_TAGS);
            prop_assert_eq!(rules().take(taken.clone()), Ok(taken.clone()));
            let line = taken.tags.join(",");
            let read: Vec<&str> = line.split(',').filter(|tag| !tag.is_empty()).collect();
            prop_assert_eq!(read, taken.tags);
        }
    }

    /// What is not said stays as it was; what is said takes its place.
    #[test]
    fn saying_more_keeps_the_rest(first in any_said(), second in any_said()) {
        let both = second.clone().or(&first);
        prop_assert_eq!(&both.codes, if second.codes.is_some() { &second.codes } else { &first.codes });
        prop_assert_eq!(&both.tags, if second.tags.is_empty() { &first.tags } else { &second.tags });
        prop_assert_eq!(Codes::default().or(&first), first);
    }
}

fn any_said() -> impl Strategy<Value = Codes> {
    let id = || prop::option::of("[ab]".prop_map(String::from));
    (id(), id(), prop::collection::vec("[a-c]{1,2}", 0..3))
        .prop_map(|(codes, codes2, tags)| Codes { codes, codes2, tags })
}
