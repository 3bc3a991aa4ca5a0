//! The pictures: what Teams asks of them stands in the manifest's reference, not in its schema.

use std::io::Cursor;

use png::{ColorType, Decoder, Limits, Transformations};
use serde_json::Value;

use super::text;
use crate::manifest::{Finding, Package};

/// The side of the colour icon, in pixels.
const COLOR: u32 = 192;
/// How far the symbol of the colour icon stays from the edge: it keeps within the middle 96.
const MARGIN: u32 = 48;
/// The side of the small icons, in pixels.
const SMALL: u32 = 32;

const WHITE: [u8; 3] = [255; 3];

/// A picture: rows of red, green, blue and alpha.
struct Picture {
    side: u32,
    pixels: Vec<[u8; 4]>,
}

impl Picture {
    /// Each pixel with its column and row.
    fn pixels(&self) -> impl Iterator<Item = (u32, u32, [u8; 4])> {
        (0..).zip(&self.pixels).map(|(i, pixel): (u32, _)| (i % self.side, i / self.side, *pixel))
    }
}

/// Looks at the icons that are in the package.
pub(super) fn check(manifest: &Value, package: &Package, found: &mut Vec<Finding>) {
    for (pointer, side, rule) in [
        ("/icons/color", COLOR, color as fn(&str, &Picture, &mut Vec<Finding>)),
        ("/icons/outline", SMALL, outline),
        ("/icons/color32x32", SMALL, color32),
    ] {
        let Some(file) = text(manifest, pointer) else { continue };
        let Some(bytes) = package.get(file) else { continue };
        match read(bytes, side) {
            Ok(picture) => rule(file, &picture, found),
            Err(problem) => {
                let mend = format!("save it as PNG, {side} by {side} pixels");
                found.push(Finding::error(file, "", problem, mend));
            }
        }
    }
}

/// The background is one colour, or nothing, up to the edges; the symbol keeps within the middle.
fn color(file: &str, picture: &Picture, found: &mut Vec<Finding>) {
    let Some((.., ground)) = picture.pixels().next() else { return };
    if !matches!(ground[3], 0 | 255) {
        let problem = "has a background that is neither solid nor wholly transparent";
        found.push(Finding::error(file, "", problem, "fill the square, without round corners"));
        return;
    }
    let middle = MARGIN..COLOR - MARGIN;
    let same = |pixel: [u8; 4]| pixel == ground || (pixel[3] == 0 && ground[3] == 0);
    let stray = picture
        .pixels()
        .find(|(x, y, pixel)| !(middle.contains(x) && middle.contains(y) || same(*pixel)));
    if let Some((x, y, _)) = stray {
        let problem = format!("has something at {x}, {y}, outside the middle 96 by 96 pixels");
        let mend = "keep the symbol within the middle, on one solid square without round corners";
        found.push(Finding::warning(file, "", problem, mend));
    }
}

/// White on nothing, from edge to edge.
fn outline(file: &str, picture: &Picture, found: &mut Vec<Finding>) {
    let mut drawn = picture.pixels().filter(|(.., pixel)| pixel[3] > 0).peekable();
    if drawn.peek().is_none() {
        found.push(Finding::error(file, "", "is empty", "draw the symbol in white"));
        return;
    }
    if let Some((x, y, _)) = drawn.find(|(.., pixel)| pixel[..3] != WHITE) {
        let problem = format!("is not white at {x}, {y}");
        found.push(Finding::error(file, "", problem, "draw in 255, 255, 255 on nothing"));
    }
    transparent(file, picture, found);
    let touches = |edge: &dyn Fn(u32, u32) -> bool| {
        picture.pixels().any(|(x, y, pixel)| pixel[3] > 0 && edge(x, y))
    };
    let wide = touches(&|x, _| x == 0) && touches(&|x, _| x == SMALL - 1);
    let high = touches(&|_, y| y == 0) && touches(&|_, y| y == SMALL - 1);
    if !wide && !high {
        let problem = "has room around the symbol, which Teams adds itself";
        found.push(Finding::warning(file, "", problem, "let the symbol reach from edge to edge"));
    }
}

fn color32(file: &str, picture: &Picture, found: &mut Vec<Finding>) {
    if picture.pixels.iter().all(|pixel| pixel[3] == 0) {
        found.push(Finding::error(file, "", "is empty", "draw the symbol"));
    }
    transparent(file, picture, found);
}

fn transparent(file: &str, picture: &Picture, found: &mut Vec<Finding>) {
    if picture.pixels.iter().all(|pixel| pixel[3] > 0) {
        let problem = "has no transparent background";
        found.push(Finding::error(file, "", problem, "leave out what is behind the symbol"));
    }
}

/// Reads a picture of this size. The header is looked at first: what unpacks to more is not read.
fn read(bytes: &[u8], side: u32) -> Result<Picture, String> {
    let bad = |error: png::DecodingError| format!("is no PNG that can be read: {error}");
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: 1 << 20 });
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let mut reader = decoder.read_info().map_err(bad)?;
    let (width, height) = (reader.info().width, reader.info().height);
    if (width, height) != (side, side) {
        return Err(format!("is {width} by {height} pixels, not {side} by {side}"));
    }
    let mut rows = vec![0; reader.output_buffer_size().unwrap_or_default()];
    let info = reader.next_frame(&mut rows).map_err(bad)?;
    let pixels = match info.color_type {
        ColorType::Rgba => rows.as_chunks::<4>().0.to_vec(),
        ColorType::GrayscaleAlpha => {
            rows.as_chunks::<2>().0.iter().map(|&[gray, alpha]| [gray, gray, gray, alpha]).collect()
        }
        other => return Err(format!("has colours of a kind that is not read: {other:?}")),
    };
    Ok(Picture { side, pixels })
}
