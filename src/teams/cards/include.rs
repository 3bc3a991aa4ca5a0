//! From template files to one template: partials are put in, texts are filled in.
//!
//! `{"$include": "partials/header.json", "$with": {"title": "${text.hello}"}}` is replaced by the
//! file's content, in which `${with.title}` stands for what was given. A property whose whole value
//! is `${with.x}` disappears when no `x` was given. What else stands beside `$include`, such as
//! `$when`, is put on the included object. `${text.KEY}` is replaced by the language's text. All of
//! it happens when templates are loaded; drawing a card costs nothing for it.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::error::CardError;
use super::source::Sources;
use super::texts::Texts;

/// A template in one piece, with the way back to the files it is from.
#[derive(Debug)]
pub(super) struct Resolved {
    pub(super) json: Value,
    sites: Vec<Site>,
}

/// Where a piece of a file begins.
#[derive(Debug)]
struct Site {
    /// The place in the whole.
    at: String,
    file: String,
    /// The place in the file.
    inner: String,
}

impl Resolved {
    /// The file, and the place in it, of a place in the whole.
    pub(super) fn locate(&self, pointer: &str) -> (&str, String) {
        let inside = |at: &str| {
            pointer.strip_prefix(at).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        };
        let site =
            self.sites.iter().filter(|site| inside(&site.at)).max_by_key(|site| site.at.len());
        site.map_or(("", pointer.to_owned()), |site| {
            (&site.file, format!("{}{}", site.inner, &pointer[site.at.len()..]))
        })
    }
}

/// Puts templates together in one language.
#[derive(Debug)]
pub(super) struct Resolver<'a> {
    sources: &'a Sources,
    texts: &'a Texts,
    /// The texts that templates name.
    pub(super) used: BTreeSet<String>,
}

/// Where the resolver is.
struct Spot<'a> {
    /// The files from the template down to here; the last one is being read.
    files: &'a [String],
    /// The place in that file.
    inner: String,
    /// The place in the whole.
    outer: String,
    with: &'a Map<String, Value>,
}

impl Spot<'_> {
    fn file(&self) -> &str {
        self.files.last().map_or("", String::as_str)
    }

    fn site(&self) -> Site {
        let (at, file, inner) = (self.outer.clone(), self.file().to_owned(), self.inner.clone());
        Site { at, file, inner }
    }

    fn fault(&self, problem: impl Into<String>) -> CardError {
        CardError::invalid(self.file(), &self.inner, problem)
    }

    fn down(&self, step: &str) -> Spot<'_> {
        let step = step.replace('~', "~0").replace('/', "~1");
        let (inner, outer) = (format!("{}/{step}", self.inner), format!("{}/{step}", self.outer));
        Spot { files: self.files, inner, outer, with: self.with }
    }
}

impl<'a> Resolver<'a> {
    pub(super) fn new(sources: &'a Sources, texts: &'a Texts) -> Self {
        Self { sources, texts, used: BTreeSet::new() }
    }

    /// The template of that name, e.g. `missed.json`.
    pub(super) fn resolve(&mut self, name: &str) -> Result<Resolved, CardError> {
        let Some(found) = self.sources.find(name)? else {
            return Err(CardError::invalid(name, "", "there is no such file"));
        };
        let (files, with) = ([found.origin], Map::new());
        let (inner, outer) = (String::new(), String::new());
        let spot = Spot { files: &files, inner, outer, with: &with };
        let mut sites = vec![spot.site()];
        let json = self.walk(found.json, &spot, &mut sites)?.unwrap_or_default();
        Ok(Resolved { json, sites })
    }

    fn walk(
        &mut self,
        value: Value,
        spot: &Spot<'_>,
        sites: &mut Vec<Site>,
    ) -> Result<Option<Value>, CardError> {
        Ok(Some(match value {
            Value::String(text) => return self.fill(&text, spot),
            Value::Array(items) => {
                let mut out = Vec::with_capacity(items.len());
                for (index, item) in items.into_iter().enumerate() {
                    let here = spot.down(&index.to_string());
                    // Left out, it would shift what follows away from its place in the file.
                    let item = self.walk(item, &here, sites)?;
                    out.push(item.ok_or_else(|| here.fault("nothing was given for it in $with"))?);
                }
                Value::Array(out)
            }
            Value::Object(object) if object.contains_key("$include") => {
                self.include(object, spot, sites)?
            }
            Value::Object(object) => {
                let mut out = Map::with_capacity(object.len());
                for (key, value) in object {
                    if let Some(value) = self.walk(value, &spot.down(&key), sites)? {
                        out.insert(key, value);
                    }
                }
                Value::Object(out)
            }
            other => other,
        }))
    }

    fn include(
        &mut self,
        mut object: Map<String, Value>,
        spot: &Spot<'_>,
        sites: &mut Vec<Site>,
    ) -> Result<Value, CardError> {
        let name = match object.shift_remove("$include") {
            Some(Value::String(name)) if is_partial(&name) => name,
            _ => return Err(spot.down("$include").fault("must be \"partials/NAME.json\"")),
        };
        let with = match object.shift_remove("$with") {
            None => Map::new(),
            Some(with @ Value::Object(_)) => match self.walk(with, &spot.down("$with"), sites)? {
                Some(Value::Object(with)) => with,
                _ => Map::new(),
            },
            Some(_) => return Err(spot.down("$with").fault("must be an object")),
        };
        let Some(found) = self.sources.find(&name)? else {
            return Err(spot.down("$include").fault(format!("there is no file {name}")));
        };
        if spot.files.contains(&found.origin) {
            let way = [spot.files, &[found.origin]].concat().join(" \u{2192} ");
            return Err(spot.down("$include").fault(format!("includes itself: {way}")));
        }
        let files = [spot.files, &[found.origin]].concat();
        let (inner, outer) = (String::new(), spot.outer.clone());
        let inside = Spot { files: &files, inner, outer, with: &with };
        sites.push(inside.site());
        let content = self.walk(found.json, &inside, sites)?.unwrap_or_default();
        if object.is_empty() {
            return Ok(content);
        }
        let Value::Object(mut content) = content else {
            return Err(spot.fault(format!("{name} is no object; leave away all but $with")));
        };
        for (key, value) in object {
            let here = spot.down(&key);
            sites.push(here.site());
            if let Some(value) = self.walk(value, &here, sites)? {
                content.insert(key, value);
            }
        }
        Ok(Value::Object(content))
    }

    /// Fills in `${with.…}` and `${text.…}`; `None` when all there is was not given.
    fn fill(&mut self, text: &str, spot: &Spot<'_>) -> Result<Option<Value>, CardError> {
        if let Some(name) = text.strip_prefix("${with.").and_then(|rest| rest.strip_suffix('}'))
            && is_key(name)
        {
            return Ok(spot.with.get(name).cloned());
        }
        let (mut out, mut words) = (String::new(), Vec::new());
        let mut rest = text;
        while let Some((before, after)) = rest.split_once("${") {
            out.push_str(before);
            rest = after;
            match after.split_once('}') {
                Some((name, after)) if is_filled_in(name) => {
                    let (from, meaning) = (out.len(), self.meaning(name, spot)?);
                    out.push_str(&meaning);
                    // What was given with bindings in it was escaped where it was filled in.
                    if name.starts_with("text.") || !meaning.contains("${") {
                        words.push(from..out.len());
                    }
                    rest = after;
                }
                _ => out.push_str("${"),
            }
        }
        out.push_str(rest);
        // Beside a binding a bare backtick ends the string early; words are not to know that.
        if out.contains("${") {
            for range in words.into_iter().rev() {
                let escaped = out[range.clone()].replace('`', "\\`");
                out.replace_range(range, &escaped);
            }
        }
        Ok(Some(Value::String(out)))
    }

    fn meaning(&mut self, name: &str, spot: &Spot<'_>) -> Result<String, CardError> {
        if let Some(key) = name.strip_prefix("text.") {
            self.used.insert(key.to_owned());
            let text = self.texts.get(key).map(|(text, _)| text.to_owned());
            return text.ok_or_else(|| {
                let file = self.texts.file();
                spot.fault(format!("there is no text {key:?}; add it to {file}"))
            });
        }
        match name.strip_prefix("with.").and_then(|name| spot.with.get(name)) {
            Some(Value::String(text)) => Ok(text.clone()),
            Some(_) => Err(spot.fault(format!("{name} is no text and cannot stand inside one"))),
            None => Err(spot.fault(format!("{name} was not given in $with"))),
        }
    }
}

/// Whether a binding is filled in when templates are loaded.
fn is_filled_in(name: &str) -> bool {
    let key = name.strip_prefix("text.").or_else(|| name.strip_prefix("with."));
    key.is_some_and(is_key)
}

fn is_key(name: &str) -> bool {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.');
    !name.is_empty() && name.chars().all(fits)
}

/// Only files of the folder of partials: no way leads out of it.
fn is_partial(name: &str) -> bool {
    let name = name.strip_prefix("partials/").and_then(|name| name.strip_suffix(".json"));
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_');
    name.is_some_and(|name| !name.is_empty() && name.chars().all(fits))
}
