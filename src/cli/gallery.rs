//! The page of `beckon card preview`: every card, in one file that needs nothing else.

use anyhow::Context as _;
use rust_embed::RustEmbed;
use serde_json::json;

use crate::teams::cards::{Cards, Sample};

/// `web/dist/gallery`, as Vite leaves it: Microsoft's renderer and the page around it. No route
/// leads to it. A debug build reads it from disk, a release embeds it.
#[derive(RustEmbed)]
#[folder = "web/dist/gallery"]
#[allow_missing = true]
struct Bundle;

/// The page with every sample of these cards in every language.
pub(super) fn page(cards: &Cards) -> anyhow::Result<String> {
    let (script, style) = (file("gallery.js")?, file("gallery.css")?);
    let mut drawn = Vec::new();
    for sample in Sample::all() {
        for (language, _) in cards.languages(sample.kind()) {
            drawn.push(json!({
                "state": sample.kind().name(),
                "sample": sample.name(),
                "fill": sample.fill_name(),
                "language": language,
                "card": cards.draw_sample(&sample, language)?.card,
            }));
        }
    }
    // Nothing that is put in may end the element it stands in.
    let data = serde_json::to_string(&drawn)?.replace('<', "\\u003c");
    let script = script.replace("</script", "<\\/script");
    let style = style.replace("</style", "<\\/style");
    Ok(format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n<title>Beckon: cards</title>\n\
         <style>{style}</style>\n</head>\n<body>\n\
         <script type=\"application/json\" id=\"cards\">{data}</script>\n\
         <script>{script}</script>\n</body>\n</html>\n"
    ))
}

fn file(name: &str) -> anyhow::Result<String> {
    let file = Bundle::get(name)
        .context("this build has no pages inside: run `make web`, then build again")?;
    Ok(String::from_utf8(file.data.into_owned())?)
}
