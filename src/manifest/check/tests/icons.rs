//! Pictures that Teams would not like.

use png::{BitDepth, ColorType, Encoder};

use super::*;

type Pixel = [u8; 4];

const NOTHING: Pixel = [0; 4];
const WHITE: Pixel = [255; 4];
const BLUE: Pixel = [0, 0, 255, 255];

fn png(side: u32, paint: impl Fn(u32, u32) -> Pixel) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = Encoder::new(&mut bytes, side, side);
    encoder.set_color(ColorType::Rgba);
    encoder.set_depth(BitDepth::Eight);
    let pixels: Vec<u8> = (0..side)
        .flat_map(|y| (0..side).map(move |x| (x, y)))
        .flat_map(|(x, y)| paint(x, y))
        .collect();
    encoder.write_header().unwrap().write_image_data(&pixels).unwrap();
    bytes
}

/// A cross that reaches every edge.
fn cross(x: u32, y: u32) -> bool {
    x == y || x + y == 31
}

fn with(file: &str, bytes: Vec<u8>) -> Package {
    let mut package = good();
    package.insert(file, bytes);
    package
}

#[test]
fn a_picture_by_the_rules_is_good() {
    let middle = |x, y| (48..144).contains(&x) && (48..144).contains(&y);
    let outline = png(32, |x, y| if cross(x, y) { WHITE } else { NOTHING });
    for (file, bytes) in [
        ("color.png", png(192, |x, y| if middle(x, y) { WHITE } else { BLUE })),
        ("color.png", png(192, |x, y| if middle(x, y) { WHITE } else { [9, 9, 9, 0] })),
        ("outline.png", outline.clone()),
        ("color32.png", outline),
    ] {
        assert_eq!(check(&with(file, bytes)), [], "{file}");
    }
}

#[test]
fn every_rule_of_pictures_is_kept() {
    use Severity::{Error, Warning};
    let corner = |x: u32, y: u32| x + y < 8;
    for (file, bytes, severity, words) in [
        ("color.png", b"GIF89a".to_vec(), Error, "is no PNG"),
        ("color.png", png(32, |_, _| BLUE), Error, "is 32 by 32 pixels, not 192 by 192"),
        ("color.png", png(192, |_, _| [0, 0, 255, 128]), Error, "neither solid nor"),
        (
            "color.png",
            png(192, |x, y| if corner(x, y) { NOTHING } else { BLUE }),
            Warning,
            "round corners",
        ),
        (
            "color.png",
            png(192, |x, y| if (x, y) == (47, 60) { WHITE } else { BLUE }),
            Warning,
            "at 47, 60",
        ),
        ("outline.png", png(192, |_, _| WHITE), Error, "not 32 by 32"),
        ("outline.png", png(32, |_, _| NOTHING), Error, "is empty"),
        (
            "outline.png",
            png(32, |x, y| if cross(x, y) { BLUE } else { NOTHING }),
            Error,
            "not white at 0, 0",
        ),
        ("outline.png", png(32, |_, _| WHITE), Error, "no transparent background"),
        (
            "outline.png",
            png(32, |x, y| if x == 9 && y == 9 { WHITE } else { NOTHING }),
            Warning,
            "room around",
        ),
        ("color32.png", png(32, |_, _| BLUE), Error, "no transparent background"),
        ("color32.png", png(32, |_, _| NOTHING), Error, "is empty"),
    ] {
        only(&with(file, bytes), severity, file, "", words);
    }
    let whole = good();
    let cut = whole.get("color.png").unwrap();
    let cut = cut[..cut.len() / 2].to_vec();
    only(&with("color.png", cut), Error, "color.png", "", "is no PNG that can be read");
}
