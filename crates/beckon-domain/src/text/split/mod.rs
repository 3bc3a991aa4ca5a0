//! Cutting a document into posts.

mod paragraph;

use super::document::{Block, Document};
use super::render::Format;

/// The least a post may be allowed to hold, in UTF-16 units: below it, tags and prefixes would
/// leave no room for words.
const MIN_UNITS: usize = 200;

/// What may stand between two blocks, in units: `<br><br>` is the longest.
const SEPARATOR: usize = 8;

/// Cuts a document into posts that each fit, in order and without losing or doubling a word.
///
/// `max_units` counts UTF-16 code units of two bytes in what [`Document::render`] gives for the
/// format (Teams' 28 KB are 14 000), at least 200. Posts end between blocks where they can, then
/// between items, lines, words, and only then between graphemes; links, mentions and pictures stay
/// whole unless one alone is too long. Only the white space at a cut is lost. What continues a
/// cut item begins without the item's bullet. An empty document has no posts.
pub fn split(document: &Document, format: Format, max_units: usize) -> Vec<Document> {
    let limit = max_units.max(MIN_UNITS);
    if document.is_empty() {
        return Vec::new();
    }
    if document.units(format) <= limit {
        return vec![document.clone()];
    }
    let posts = Cutter { format }.groups(document.blocks(), limit, &|blocks| blocks);
    posts.into_iter().map(Document::of_canonical).collect()
}

struct Cutter {
    format: Format,
}

/// Puts blocks where they stand in the document, so that they can be measured with all that
/// surrounds them.
type Around<'a> = &'a dyn Fn(Vec<Block>) -> Vec<Block>;

impl Cutter {
    fn cost(&self, blocks: Vec<Block>, around: Around<'_>) -> usize {
        Document::of_canonical(around(blocks)).units(self.format) + SEPARATOR
    }

    /// The blocks in groups of which each fits.
    fn groups(&self, blocks: &[Block], limit: usize, around: Around<'_>) -> Vec<Vec<Block>> {
        let mut packer = Packer { limit, groups: Vec::new(), used: 0 };
        for block in blocks {
            let cost = self.cost(vec![block.clone()], around);
            if cost <= limit {
                packer.add(block.clone(), cost);
                continue;
            }
            for (index, piece) in self.pieces(block, limit, around).into_iter().enumerate() {
                // Pieces of one block are parted by the cut alone; together they would show a gap.
                if index > 0 {
                    packer.close();
                }
                let cost = self.cost(piece.clone(), around);
                packer.add_all(piece, cost);
            }
        }
        packer.groups
    }

    /// A block that is too long, in groups that each fit.
    fn pieces(&self, block: &Block, limit: usize, around: Around<'_>) -> Vec<Vec<Block>> {
        match block {
            Block::Paragraph(spans) => {
                let fits = |spans: &[_]| {
                    self.cost(vec![Block::Paragraph(spans.to_vec())], around) <= limit
                };
                let parts = paragraph::cut(spans, limit, fits);
                parts.into_iter().map(|spans| vec![Block::Paragraph(spans)]).collect()
            }
            Block::Preformatted(text) => {
                let fits = |text: &str| self.cost(vec![preformatted(text)], around) <= limit;
                let parts = paragraph::cut_text(text, limit, fits);
                parts.iter().map(|text| vec![preformatted(text)]).collect()
            }
            Block::Quote(inner) => {
                let quoted = |blocks| around(vec![Block::Quote(blocks)]);
                let parts = self.groups(inner, limit, &quoted);
                parts.into_iter().map(|blocks| vec![Block::Quote(blocks)]).collect()
            }
            Block::List { first, items } => self.items(*first, items, limit, around),
            Block::Rule => vec![vec![Block::Rule]],
        }
    }

    fn items(
        &self,
        first: Option<u32>,
        items: &[Vec<Block>],
        limit: usize,
        around: Around<'_>,
    ) -> Vec<Vec<Block>> {
        let mut packer = Packer { limit, groups: Vec::new(), used: 0 };
        for (index, item) in (0_u32..).zip(items) {
            let first = first.map(|first| first.saturating_add(index));
            let listed = |item| Block::List { first, items: vec![item] };
            let cost = self.cost(vec![listed(item.clone())], around);
            if cost <= limit {
                packer.add(listed(item.clone()), cost);
                continue;
            }
            let in_item = |blocks| around(vec![listed(blocks)]);
            for (index, piece) in self.groups(item, limit, &in_item).into_iter().enumerate() {
                let piece = if index == 0 { vec![listed(piece)] } else { piece };
                let cost = self.cost(piece.clone(), around);
                packer.close();
                packer.add_all(piece, cost);
            }
        }
        packer.groups
    }
}

fn preformatted(text: &str) -> Block {
    Block::Preformatted(text.to_owned())
}

/// Fills one group after the other.
struct Packer {
    limit: usize,
    groups: Vec<Vec<Block>>,
    /// What the last group costs.
    used: usize,
}

impl Packer {
    fn close(&mut self) {
        self.used = usize::MAX;
    }

    fn add(&mut self, block: Block, cost: usize) {
        self.add_all(vec![block], cost);
    }

    fn add_all(&mut self, blocks: Vec<Block>, cost: usize) {
        match self.groups.last_mut() {
            Some(group) if self.used.saturating_add(cost) <= self.limit => {
                for block in blocks {
                    join(group, block);
                }
                self.used += cost;
            }
            _ => {
                self.groups.push(blocks);
                self.used = cost;
            }
        }
    }
}

/// Adds a block to a group; items of one list that were counted apart are one list again.
fn join(group: &mut Vec<Block>, block: Block) {
    match (group.last_mut(), block) {
        (Some(Block::List { first: before, items }), Block::List { first, items: more })
            if first == before.map(|number| number.saturating_add(items.len() as u32)) =>
        {
            items.extend(more);
        }
        (_, block) => group.push(block),
    }
}
