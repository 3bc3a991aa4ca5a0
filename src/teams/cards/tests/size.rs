//! No card is larger than Teams takes (28 KB), whatever customers and agents bring.

use beckon_domain::face::{CardData, Parameter, on_card_within};
use proptest::prelude::*;

use super::*;
use crate::teams::cards::check::MAX_BYTES;

/// As many as a service can show.
const PARAMETERS: usize = 20;

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

/// The card with every text that comes from outside at its limit: 1,000 characters for a value, 64
/// for its name, 64 for each of 20 tags, 10,000 for a message.
fn at_the_limit(mut data: CardData, piece: &str) -> CardData {
    let of = |chars: usize| -> String { piece.chars().cycle().take(chars).collect() };
    let one = Parameter { title: of(64).as_str().into(), value: of(1_000) };
    data.parameters = vec![one; PARAMETERS];
    // As the domain cuts them.
    data.customer = on_card_within(&of(1_000), 120);
    data.service = on_card_within(&of(1_000), 120);
    data.preview = data.preview.map(|_| of(10_000));
    if let Some(codes) = &mut data.codes {
        codes.tags = vec![of(64); 20];
    }
    data
}

fn bytes(card: &Value) -> usize {
    card.to_string().encode_utf16().count() * 2
}

/// The largest of all cards with texts made of this.
fn largest(cards: &Cards, piece: &str) -> (usize, Sample) {
    let zone = TimeZone::UTC;
    let every = Sample::all().into_iter().filter(|sample| {
        sample.fill_name() == "hostile" && !matches!(sample.kind(), Kind::Foreign | Kind::Explain)
    });
    every
        .flat_map(|sample| ["en", "de"].map(|language| (sample, language)))
        .map(|(sample, language)| {
            let language = cards.looks.built_in().language([language]).unwrap();
            let data = at_the_limit(sample.data(), piece);
            let name = piece.repeat(200);
            let drawn = sample.draw_with(&data, &name, language, &zone).unwrap();
            (bytes(&drawn.card), sample)
        })
        .max_by_key(|(bytes, _)| *bytes)
        .unwrap()
}

#[test]
fn every_card_fits_with_every_text_at_its_limit() {
    let cards = built_in();
    for piece in PIECES {
        let (bytes, sample) = largest(&cards, piece);
        assert!(bytes < MAX_BYTES, "{sample:?} with {piece:?} has {bytes} bytes");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(4))]

    #[test]
    fn every_card_fits_whatever_its_texts_are_made_of(
        pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 1..6),
        any in "\\PC{0,8}",
    ) {
        let cards = built_in();
        let (bytes, sample) = largest(&cards, &format!("{}{any}", pieces.concat()));
        prop_assert!(bytes < MAX_BYTES, "{:?} has {} bytes", sample, bytes);
    }
}
