//! URLs: which may be linked, and where one stands in a text. A URL is never taken apart or put
//! together again, so it leaves byte for byte as it came.

use std::ops::Range;

use super::chars::is_dropped;

/// The longest URL that becomes a link, in bytes; a longer one stays text.
const MAX_URL: usize = 4096;

/// Whether a URL may be linked: http and https with a host, mailto and tel, and in it nothing that
/// ends a URL where people or machines read it.
pub(super) fn is_link(url: &str) -> bool {
    let after = |scheme: &str| strip_scheme(url, scheme);
    let known = ["http://", "https://", "mailto:", "tel:"]
        .into_iter()
        .filter_map(after)
        .any(|rest| !rest.is_empty());
    known && url.len() <= MAX_URL && !url.chars().any(|c| c.is_whitespace() || is_dropped(c))
}

fn strip_scheme<'a>(text: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// The first URL of a text at or after a byte, written out with its scheme (http, https, mailto).
/// Punctuation that ends the sentence, and brackets that were opened before the URL, stay outside.
pub(super) fn find(text: &str, from: usize) -> Option<Range<usize>> {
    let mut at = from;
    while let Some(colon) = text.get(at..)?.find(':').map(|offset| at + offset) {
        at = colon + 1;
        let Some(start) = scheme_start(text, colon) else { continue };
        if start < from {
            continue;
        }
        let end = end_of(text, start);
        let url = &text[start..end];
        if is_link(url) && is_whole(url) {
            return Some(start..end);
        }
        at = at.max(end);
    }
    None
}

/// Where the scheme before this colon begins, if it is one that we look for and no longer word
/// ends in it.
fn scheme_start(text: &str, colon: usize) -> Option<usize> {
    let before = &text[..colon];
    let starts = ["https", "http", "mailto"].into_iter().filter_map(|scheme| {
        let start = colon.checked_sub(scheme.len())?;
        before.get(start..)?.eq_ignore_ascii_case(scheme).then_some(start)
    });
    let start = starts.max_by_key(|start| colon - start)?;
    (!before[..start].ends_with(char::is_alphanumeric)).then_some(start)
}

/// Whether there is something behind the scheme that can be meant as a place.
fn is_whole(url: &str) -> bool {
    match strip_scheme(url, "mailto:") {
        Some(address) => address.find('@').is_some_and(|at| at > 0 && at + 1 < address.len()),
        None => url
            .split_once("//")
            .is_some_and(|(_, host)| host.starts_with(|c: char| c.is_alphanumeric() || c == '[')),
    }
}

fn end_of(text: &str, start: usize) -> usize {
    let long = text[start..].find(ends_url).map_or(text.len(), |length| start + length);
    let mut url = &text[start..long];
    let count = |c: char| url.matches(c).count();
    let mut open = [
        (')', count('('), count(')')),
        (']', count('['), count(']')),
        ('}', count('{'), count('}')),
    ];
    while let Some(last) = url.chars().next_back() {
        let bracket = open.iter_mut().find(|(close, ..)| *close == last);
        let trimmed = match bracket {
            Some((_, opened, closed)) if *closed > *opened => {
                *closed -= 1;
                true
            }
            Some(_) => false,
            None => "?!.,:;*_~'|".contains(last),
        };
        if !trimmed {
            break;
        }
        url = &url[..url.len() - last.len_utf8()];
    }
    start + url.len()
}

fn ends_url(c: char) -> bool {
    c.is_whitespace() || is_dropped(c) || "<>\"`\u{2060}“”„«»‹›，。、；！？（）【】「」".contains(c)
}
