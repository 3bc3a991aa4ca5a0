//! What reading and writing a message costs: one of usual size, and one as long as Teams lets it be.

use beckon_domain::text::{
    Format, Mentions, from_markdown, from_plain, from_teams_html, split, to_teams, to_web_html,
};
use divan::Bencher;
use divan::counter::BytesCount;

fn main() {
    divan::main();
}

const LINE: &str = "<p><span itemtype=\"http://schema.skype.com/Mention\" itemid=\"0\">Ada</span> \
    please look at <a href=\"https://example.org/a?b=1&amp;c=2\">the order</a>, it is \
    <strong>late&nbsp;again</strong> \
    <img itemtype=\"http://schema.skype.com/Emoji\" alt=\"🙂\"></p>\
    <ul><li>one</li><li>two<ul><li>deeper</li></ul></li></ul>";

const TIMES: [usize; 2] = [1, 100];

#[divan::bench(args = TIMES)]
fn teams_html_to_tree(bencher: Bencher, times: usize) {
    let html = LINE.repeat(times);
    let mentions = Mentions::none().own_name("Beckon");
    bencher.counter(BytesCount::of_str(&html)).bench(|| from_teams_html(&html, &mentions));
}

#[divan::bench(args = TIMES)]
fn markdown_to_tree(bencher: Bencher, times: usize) {
    let text =
        "See **this** [order](https://example.org/a), https://example.org/b\n\n- one\n- two\n\n"
            .repeat(times);
    bencher.counter(BytesCount::of_str(&text)).bench(|| from_markdown(&text));
}

#[divan::bench(args = TIMES)]
fn plain_to_tree(bencher: Bencher, times: usize) {
    let text =
        "Where is my order? It is https://example.org/a?b=1&c=2 (the second).\n".repeat(times);
    bencher.counter(BytesCount::of_str(&text)).bench(|| from_plain(&text));
}

#[divan::bench(args = TIMES)]
fn tree_to_teams(bencher: Bencher, times: usize) {
    let document = from_teams_html(&LINE.repeat(times), &Mentions::none()).document;
    bencher.bench(|| to_teams(&document));
}

#[divan::bench(args = TIMES)]
fn tree_to_web(bencher: Bencher, times: usize) {
    let document = from_teams_html(&LINE.repeat(times), &Mentions::none()).document;
    bencher.bench(|| to_web_html(&document));
}

/// 200 KB in one line, as somebody might paste them.
#[divan::bench]
fn one_long_line_into_posts(bencher: Bencher) {
    let document = from_plain(&"word & word ".repeat(17_000));
    bencher.bench(|| split(&document, Format::Teams, 12_500));
}
