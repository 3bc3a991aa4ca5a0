//! Cutting within a paragraph: between lines, then words, then graphemes.

use unicode_segmentation::UnicodeSegmentation;

use crate::text::document::{Run, Span};

/// Cuts the runs of a paragraph so that each part fits. `limit` is no less than the graphemes that
/// can fit: each takes a unit or more.
pub(super) fn cut(spans: &[Span], limit: usize, fits: impl Fn(&[Span]) -> bool) -> Vec<Vec<Span>> {
    let mut parts = Vec::new();
    cut_atoms(&atoms(spans), limit, &fits, &mut parts);
    parts
}

fn cut_atoms(
    atoms: &[Span],
    limit: usize,
    fits: &impl Fn(&[Span]) -> bool,
    parts: &mut Vec<Vec<Span>>,
) {
    let mut rest = atoms;
    while !rest.is_empty() {
        let mut count = longest(rest.len().min(limit), |count| fits(&joined(&rest[..count])));
        if count == 0 {
            // A link or a cluster that fits nowhere is cut between its characters.
            let characters = characters(&rest[0]);
            if characters.len() > 1 {
                cut_atoms(&characters, limit, fits, parts);
            } else {
                parts.push(characters);
            }
            count = 1;
        } else {
            if count < rest.len() {
                count = best_border(rest, count);
            }
            let part = joined(trimmed(&rest[..count]));
            if !part.is_empty() {
                parts.push(part);
            }
        }
        rest = &rest[count..];
        let white = rest.iter().take_while(|atom| is_white(atom)).count();
        rest = &rest[white..];
    }
}

/// Cuts preformatted text so that each part fits.
pub(super) fn cut_text(text: &str, limit: usize, fits: impl Fn(&str) -> bool) -> Vec<String> {
    let mut rest = text;
    let mut parts = Vec::new();
    loop {
        // A part keeps its indentation, but not the line end at the cut.
        rest = rest.trim_matches('\n');
        if rest.trim().is_empty() {
            return parts;
        }
        let ends: Vec<usize> =
            rest.grapheme_indices(true).map(|(at, g)| at + g.len()).take(limit).collect();
        let count = longest(ends.len(), |count| fits(&rest[..ends[count - 1]]));
        let mut end = match count {
            // A cluster that fits nowhere is cut between its characters.
            0 => rest.chars().next().map_or(rest.len(), char::len_utf8),
            _ => ends[count - 1],
        };
        if end < rest.len()
            && let Some(line) = rest[..end].rfind('\n').filter(|line| *line >= end / 2)
        {
            end = line;
        }
        parts.push(rest[..end].to_owned());
        rest = &rest[end..];
    }
}

/// The largest count up to `most` that fits; what fits stays fitting when it gets shorter.
fn longest(most: usize, fits: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low).div_ceil(2);
        if fits(middle) {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    low
}

/// Where to cut at or before a count: after a line, else after a word, unless that leaves less
/// than half.
fn best_border(atoms: &[Span], count: usize) -> usize {
    let back_to = |is_border: fn(&Span) -> bool| {
        // The atom behind the cut may be the border itself.
        (count / 2..=count).rev().find(|at| *at > 0 && atoms.get(*at).is_some_and(is_border))
    };
    back_to(|atom| atom.run == Run::Break).or_else(|| back_to(is_white)).unwrap_or(count)
}

fn is_white(atom: &Span) -> bool {
    match &atom.run {
        Run::Break => true,
        Run::Text(text) => text.trim().is_empty(),
        _ => false,
    }
}

/// The runs taken apart into what should not be cut.
fn atoms(spans: &[Span]) -> Vec<Span> {
    let mut atoms = Vec::new();
    for Span { run, marks } in spans {
        let atom = |run| Span { run, marks: *marks };
        match run {
            Run::Text(text) => {
                atoms.extend(text.graphemes(true).map(|part| atom(Run::Text(part.to_owned()))));
            }
            Run::Code(text) => {
                atoms.extend(text.graphemes(true).map(|part| atom(Run::Code(part.to_owned()))));
            }
            _ => atoms.push(atom(run.clone())),
        }
    }
    atoms
}

/// An atom as characters of text.
fn characters(atom: &Span) -> Vec<Span> {
    let text = match &atom.run {
        Run::Text(text) | Run::Code(text) => text.clone(),
        Run::Link { text, url } if text == url => url.clone(),
        Run::Link { text, url } => format!("{text} ({url})"),
        Run::Mention(name) => format!("@{name}"),
        Run::Picture(alt) => alt.clone(),
        Run::Break => " ".to_owned(),
    };
    text.chars().map(|c| Span { run: Run::Text(c.to_string()), marks: atom.marks }).collect()
}

fn trimmed(part: &[Span]) -> &[Span] {
    let end = part.iter().rposition(|atom| !is_white(atom)).map_or(0, |last| last + 1);
    &part[..end]
}

/// Atoms as runs again.
fn joined(atoms: &[Span]) -> Vec<Span> {
    let mut out: Vec<Span> = Vec::new();
    for atom in atoms {
        let last = out.last_mut().filter(|last| last.marks == atom.marks);
        match (last.map(|last| &mut last.run), &atom.run) {
            (Some(Run::Text(text)), Run::Text(more)) | (Some(Run::Code(text)), Run::Code(more)) => {
                text.push_str(more);
            }
            _ => out.push(atom.clone()),
        }
    }
    out
}
