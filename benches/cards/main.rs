//! Drawing a card: from its facts to the JSON that is sent, for each state and language.

#![expect(clippy::expect_used, reason = "a bench that cannot be set up has to stop")]

use beckon::teams::cards::{Cards, Sample};
use divan::Bencher;

fn main() {
    divan::main();
}

/// The fullest sample of each situation, by the name of its card.
fn names() -> Vec<String> {
    let full = Sample::all().into_iter().filter(|sample| sample.fill_name() == "full");
    full.map(|sample| format!("{}/{}", sample.kind().name(), sample.name())).collect()
}

#[divan::bench(args = names())]
fn draw(bencher: Bencher<'_, '_>, name: &str) {
    let cards = Cards::of_folder(None).expect("the built-in cards");
    let named = |sample: &Sample| format!("{}/{}", sample.kind().name(), sample.name()) == *name;
    let sample = Sample::all().into_iter().find(named).expect("a sample");
    bencher.bench(|| cards.draw_sample(&sample, "de").expect("a card"));
}

/// What a start costs: put together, fill in and compile every card in every language.
#[divan::bench]
fn load(bencher: Bencher<'_, '_>) {
    bencher.bench(|| Cards::of_folder(None).expect("the built-in cards"));
}

/// What a folder of an administrator costs besides: every sample drawn and checked.
#[divan::bench]
fn check(bencher: Bencher<'_, '_>) {
    let cards = Cards::of_folder(None).expect("the built-in cards");
    bencher.bench(|| cards.check().expect("cards"));
}
