//! What is measured: an invitation card of 4 KB, most of it literal, with five
//! guests. Each figure includes dropping what was made.

use adaptive_card_template::{Context, Template};
use divan::counter::ItemsCount;
use divan::{Bencher, black_box};
use serde_json::Value;

fn template() -> Value {
    serde_json::from_str(include_str!("../data/invitation.json")).unwrap_or_default()
}

fn data() -> Value {
    serde_json::from_str(include_str!("../data/guests.json")).unwrap_or_default()
}

/// Fails loudly: a benchmark of a template that does not compile says nothing.
fn compiled() -> Template {
    match Template::compile(&template()) {
        Ok(template) => template,
        Err(error) => panic!("{error}"),
    }
}

/// One expansion of a compiled template.
#[divan::bench]
fn expand(bencher: Bencher<'_, '_>) {
    let (template, data) = (compiled(), data());
    let context = Context::new(&data);
    bencher
        .counter(ItemsCount::new(1_u64))
        .bench_local(|| drop(black_box(template.expand(black_box(&context)))));
}

/// Compiling and one expansion.
#[divan::bench]
fn compile_and_expand(bencher: Bencher<'_, '_>) {
    let (template, data) = (template(), data());
    let context = Context::new(&data);
    bencher.counter(ItemsCount::new(1_u64)).bench_local(|| {
        let compiled = Template::compile(black_box(&template));
        drop(black_box(compiled.map(|template| template.expand(&context))));
    });
}

/// The floor: copying the finished card.
#[divan::bench]
fn clone_the_card(bencher: Bencher<'_, '_>) {
    let data = data();
    let card = compiled().expand(&Context::new(&data)).unwrap_or_default();
    bencher
        .counter(ItemsCount::new(1_u64))
        .bench_local(|| drop(black_box(black_box(&card).clone())));
}
