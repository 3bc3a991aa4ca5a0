//! The canonical form of a tree: one tree for all that looks alike.

use super::chars::{clean, clean_preformatted, is_blank};
use super::document::{Block, MAX_DEPTH, Marks, Run, Span};
use super::{links, one_line};

/// The highest number a list may begin with. `CommonMark` reads nine digits; this leaves room to
/// count on.
const MAX_FIRST: u32 = 100_000_000;

/// Blocks in canonical form. Doing it again changes nothing.
pub(super) fn blocks(raw: Vec<Block>) -> Vec<Block> {
    nested(raw, 0)
}

fn nested(raw: Vec<Block>, depth: usize) -> Vec<Block> {
    let mut out = Vec::with_capacity(raw.len());
    for block in raw {
        match block {
            Block::Paragraph(spans) => {
                out.extend(paragraphs(spans).into_iter().map(Block::Paragraph));
            }
            Block::List { items, .. } if depth >= MAX_DEPTH => {
                out.extend(items.into_iter().flat_map(|item| nested(item, depth)));
            }
            Block::List { first, items } => {
                let items = items.into_iter().map(|item| nested(item, depth + 1));
                let items = items.filter(|item| !item.is_empty()).collect();
                push_list(&mut out, first.map(|first| first.min(MAX_FIRST)), items);
            }
            Block::Quote(inner) if depth >= MAX_DEPTH => out.extend(nested(inner, depth)),
            Block::Quote(inner) => {
                let inner = nested(inner, depth + 1);
                if !inner.is_empty() {
                    out.push(Block::Quote(inner));
                }
            }
            Block::Preformatted(text) => {
                let text = clean_preformatted(&text);
                if !is_blank(&text) {
                    out.push(Block::Preformatted(text.trim_matches('\n').to_owned()));
                }
            }
            Block::Rule if out.last() == Some(&Block::Rule) => {}
            Block::Rule => out.push(Block::Rule),
        }
    }
    out
}

/// Adds a list, or continues the one before it: bullets under bullets are one list, and so are
/// numbers that go on counting.
fn push_list(out: &mut Vec<Block>, first: Option<u32>, items: Vec<Vec<Block>>) {
    if items.is_empty() {
        return;
    }
    if let Some(Block::List { first: before, items: list }) = out.last_mut()
        && first == before.map(|number| number.saturating_add(list.len() as u32))
    {
        list.extend(items);
        return;
    }
    out.push(Block::List { first, items });
}

/// The paragraphs that these runs are: an empty line ends one.
fn paragraphs(spans: Vec<Span>) -> Vec<Vec<Span>> {
    let mut out: Vec<Vec<Span>> = Vec::new();
    let mut open = false;
    for line in lines(spans) {
        match out.last_mut() {
            _ if line.is_empty() => open = false,
            Some(paragraph) if open => {
                paragraph.push(Span::line_end());
                paragraph.extend(line);
            }
            _ => {
                out.push(line);
                open = true;
            }
        }
    }
    out
}

fn lines(spans: Vec<Span>) -> Vec<Vec<Span>> {
    let mut done = Vec::new();
    let mut line = Vec::new();
    for Span { run, marks } in spans {
        match tidy(run) {
            Some(Run::Break) => done.push(finish(std::mem::take(&mut line))),
            Some(Run::Text(text)) => {
                for (number, part) in text.split('\n').enumerate() {
                    if number > 0 {
                        done.push(finish(std::mem::take(&mut line)));
                    }
                    push(&mut line, Run::Text(part.to_owned()), marks);
                }
            }
            Some(run) => push(&mut line, run, marks),
            None => {}
        }
    }
    done.push(finish(line));
    done
}

/// A run with harmless characters only, or nothing where it says nothing.
fn tidy(run: Run) -> Option<Run> {
    let some = |text: String| (!text.is_empty()).then_some(text);
    Some(match run {
        Run::Text(text) => Run::Text(some(clean(&text))?),
        Run::Code(text) => Run::Code(some(clean(&text).replace('\n', " "))?),
        Run::Link { text, url } if links::is_link(&url) => {
            Run::Link { text: some(line_of(&text)).unwrap_or_else(|| url.clone()), url }
        }
        Run::Link { text, .. } => Run::Text(some(line_of(&text))?),
        Run::Mention(name) => Run::Mention(some(line_of(&name))?),
        Run::Picture(alt) => Run::Picture(line_of(&alt)),
        Run::Break => Run::Break,
    })
}

/// What must stay within a line, with single spaces.
fn line_of(text: &str) -> String {
    one_line(&clean(text))
}

fn push(line: &mut Vec<Span>, run: Run, marks: Marks) {
    let marks = if matches!(run, Run::Picture(_)) { Marks::default() } else { marks };
    match (line.last_mut().filter(|last| last.marks == marks).map(|last| &mut last.run), &run) {
        (_, Run::Text(more)) if more.is_empty() => {}
        (Some(Run::Text(text)), Run::Text(more)) | (Some(Run::Code(text)), Run::Code(more)) => {
            text.push_str(more);
        }
        _ => line.push(Span { run, marks }),
    }
}

/// A whole line: no white space at the borders of code, nothing blank at the end, and URLs links.
fn finish(raw: Vec<Span>) -> Vec<Span> {
    let mut line = Vec::with_capacity(raw.len());
    for Span { run, marks } in raw {
        if let Run::Code(code) = run {
            let (head, core) = code.split_at(code.len() - code.trim_start().len());
            let (core, tail) = core.split_at(core.trim_end().len());
            push(&mut line, Run::Text(head.to_owned()), marks);
            if !core.is_empty() {
                push(&mut line, Run::Code(core.to_owned()), marks);
            }
            push(&mut line, Run::Text(tail.to_owned()), marks);
        } else {
            push(&mut line, run, marks);
        }
    }
    while let Some(Span { run: Run::Text(text), .. }) = line.last_mut() {
        text.truncate(text.trim_end().len());
        if !text.is_empty() {
            break;
        }
        line.pop();
    }
    let mut out = Vec::with_capacity(line.len());
    for span in line {
        match span.run {
            Run::Text(text) => link_urls(&mut out, &text, span.marks),
            _ => out.push(span),
        }
    }
    out
}

fn link_urls(out: &mut Vec<Span>, text: &str, marks: Marks) {
    let mut rest = 0;
    let plain = |text: &str| Span { run: Run::Text(text.to_owned()), marks };
    while let Some(found) = links::find(text, rest) {
        if found.start > rest {
            out.push(plain(&text[rest..found.start]));
        }
        let url = text[found.clone()].to_owned();
        out.push(Span { run: Run::Link { text: url.clone(), url }, marks });
        rest = found.end;
    }
    if rest < text.len() {
        out.push(plain(&text[rest..]));
    }
}
