//! No card is larger than Teams takes (28 KB), whatever customers and agents bring.

use std::sync::LazyLock;

use beckon_domain::face::Parameter;
use beckon_domain::session::MAX_PARAMETERS;
use beckon_domain::settings::Label;
use beckon_domain::wrap_up::{self, WrapUp};
use proptest::prelude::*;

use super::*;
use crate::config::Config;
use crate::teams::cards::check::{MAX_BYTES, bytes};
use crate::teams::cards::longest::at_the_limit;

/// What takes the most room for what it shows: quotes, families, heaps of marks, joiners.
const PIECES: [&str; 9] = [
    "x",
    "\"",
    "\\",
    "](",
    "{{",
    "\u{4e16}",
    "\u{1f600}",
    "\u{1f469}\u{200d}\u{1f469}\u{200d}\u{1f467}\u{200d}\u{1f466}",
    "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}\u{307}",
];

fn parameter(piece: &str) -> Parameter {
    Parameter { title: piece.repeat(64).as_str().into(), value: String::new() }
}

/// The largest of all cards with texts made of this.
fn largest(cards: &Cards, piece: &str) -> (usize, Sample) {
    let zone = TimeZone::UTC;
    let every = Sample::all().into_iter().filter(|sample| {
        sample.hostile() && !matches!(sample.kind(), Kind::Foreign | Kind::Explain)
    });
    every
        .flat_map(|sample| ["en", "de"].map(|language| (sample, language)))
        .map(|(sample, language)| {
            let language = cards.looks.built_in().language([language]).unwrap();
            let mut data = sample.data();
            data.parameters = vec![parameter(piece); MAX_PARAMETERS];
            let data = at_the_limit(data, piece);
            let name = piece.repeat(200);
            let drawn = sample.draw_with(&data, &name, language, &zone).unwrap();
            (bytes(&drawn.card), sample)
        })
        .max_by_key(|(bytes, _)| *bytes)
        .unwrap()
}

/// The largest that is measured.
static WIDEST: LazyLock<usize> = LazyLock::new(|| largest(&built_in(), "\u{1f600}").0);

#[test]
fn every_card_fits_with_every_text_at_its_limit() {
    let cards = built_in();
    for piece in PIECES {
        let (bytes, sample) = largest(&cards, piece);
        assert!(bytes < MAX_BYTES, "{sample:?} with {piece:?} has {bytes} bytes");
        assert!(bytes <= *WIDEST, "{sample:?} with {piece:?} is larger than what is measured");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    /// What is measured at the start is never less than what comes, whatever it is made of.
    #[test]
    fn every_card_fits_whatever_its_texts_are_made_of(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..6),
        any in "\\PC{0,8}",
    ) {
        let cards = built_in();
        let (bytes, sample) = largest(&cards, &format!("{}{any}", pieces.concat()));
        prop_assert!(bytes < MAX_BYTES, "{:?} has {} bytes", sample, bytes);
        prop_assert!(bytes <= *WIDEST, "{:?} has {} bytes, more than is measured", sample, bytes);
    }
}

/// A service whose two lists have so many codes, with ids and labels of so many characters.
fn with_codes(codes: usize, id: usize, label: usize) -> Result<Cards, CardError> {
    with_label(codes, id, &"\u{e4}".repeat(label).as_str().into())
}

fn with_label(codes: usize, id: usize, label: &Label) -> Result<Cards, CardError> {
    let code = |n| wrap_up::Code { id: format!("{n:0id$}"), label: label.clone() };
    let list = wrap_up::CodeList {
        name: "Topic".into(),
        codes: (0..codes).map(code).collect(),
        required: true,
    };
    let wrap_up = WrapUp {
        length: Some(jiff::SignedDuration::from_mins(4)),
        extensions: 2,
        codes: Some(wrap_up::CodeList { codes: list.codes[..1].to_vec(), ..list.clone() }),
        codes2: Some(list),
        tags: true,
        ..WrapUp::default()
    };
    let service = ServiceLook {
        service: "support".into(),
        folder: None,
        language: None,
        wrap_up,
        parameters: Vec::new(),
    };
    let tenant = TenantId(uuid::Uuid::from_u128(9));
    let services = vec![service];
    let look = Look { tenant, folder: None, language: None, zone: TimeZone::UTC, services };
    Cards::new(String::new(), vec![look])
}

#[test]
fn a_service_with_more_codes_than_a_card_holds_is_refused() {
    with_codes(100, 8, 16).expect("a hundred codes of a usual length");
    let error = with_codes(100, 16, 90).unwrap_err();
    let CardError::TooLarge { list, card, bytes, .. } = &error else { panic!("{error}") };
    assert_eq!((*list, *card), ("codes2", "terminated"));
    let away = (bytes - MAX_BYTES).div_ceil(2);
    let text = error.to_string();
    assert!(text.contains("service support, wrap_up.codes2: list: "), "{text}");
    assert!(text.contains(&format!("by {away} characters in all")), "{text}");

    // What the mend says is enough, and no more than that.
    let each = away / 100;
    with_codes(100, 16, 90 - each - 1).expect("as much is away as was said");
    with_codes(100, 16, 90 - each + 1).expect_err("less than that is not enough");
}

/// An agent whose client speaks German has the German labels on their card.
#[test]
fn labels_count_in_every_language_that_cards_are_shown_in() {
    let mut label = Label::from("short");
    label.by_language.insert("fr".to_owned(), "x".repeat(400));
    with_label(60, 4, &label).expect("no card is in French");
    label.by_language.insert("de".to_owned(), "x".repeat(400));
    let error = with_label(60, 4, &label).unwrap_err();
    assert!(matches!(&error, CardError::TooLarge { language, .. } if language == "de"), "{error}");
}

/// From the file to the refusal, as `beckon check` and a start go.
#[test]
fn codes_in_the_configuration_are_measured() {
    let example = include_str!("../../../../config.example.toml");
    let code = |n| format!("{{ id = \"code-{n:059}\", label = \"{}\" }}", "x".repeat(60));
    let load = |codes: usize| {
        let list = (0..codes).map(code).collect::<Vec<_>>().join(", ");
        let section = format!(
            "[tenant.service.wrap_up]\ncodes = {{ name = \"A\", list = [{list}] }}\n\
             codes2 = {{ name = \"B\", list = [{list}] }}\n[tenant.service.silence]"
        );
        let text = example.replacen("[tenant.service.silence]", &section, 1);
        let secret = |name: &str| (name == "BECKON_BOT_SECRET").then(|| "hush".to_owned());
        let config = Config::parse(&text, &secret).unwrap();
        Cards::new(String::new(), config.looks())
    };
    load(20).unwrap();
    let error = load(100).unwrap_err().to_string();
    assert!(error.contains("wrap_up.codes: list: "), "{error}");
}
