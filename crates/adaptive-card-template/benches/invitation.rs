//! An invitation card of 4 KB, most of it literal, with five guests:
//! `cargo bench -p adaptive-card-template`.

use adaptive_card_template::{Context, Template};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use serde_json::Value;

fn main() {
    divan::main();
}

fn template() -> Value {
    serde_json::from_str(include_str!("data/invitation.json")).unwrap_or_default()
}

fn data() -> Value {
    serde_json::from_str(include_str!("data/guests.json")).unwrap_or_default()
}

/// One expansion of a compiled template.
#[divan::bench]
fn expand(bencher: Bencher<'_, '_>) {
    let data = data();
    let context = Context::new(&data);
    // A template that does not compile fails the benchmark by name.
    let Ok(template) = Template::compile(&template()) else {
        return;
    };
    bencher.counter(ItemsCount::new(1_u64)).bench(|| template.expand(black_box(&context)));
}

/// Compiling and one expansion.
#[divan::bench]
fn compile_and_expand(bencher: Bencher<'_, '_>) {
    let (template, data) = (template(), data());
    let context = Context::new(&data);
    bencher.counter(ItemsCount::new(1_u64)).bench(|| {
        Template::compile(black_box(&template)).map(|template| template.expand(&context))
    });
}

/// Compiling alone.
#[divan::bench]
fn compile(bencher: Bencher<'_, '_>) {
    let template = template();
    bencher.counter(ItemsCount::new(1_u64)).bench(|| Template::compile(black_box(&template)));
}

/// The floor: copying the finished card.
#[divan::bench]
fn clone_the_card(bencher: Bencher<'_, '_>) {
    let data = data();
    let card = Template::compile(&template())
        .ok()
        .and_then(|template| template.expand(&Context::new(&data)).ok())
        .unwrap_or_default();
    bencher.counter(ItemsCount::new(1_u64)).bench(|| black_box(&card).clone());
}
