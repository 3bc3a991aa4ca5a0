//! What a message says and how it is shaped, whatever the channel it came from.

use serde::{Deserialize, Serialize};

use super::canon;

/// How deep lists and quotes may stand in one another. What is deeper keeps its words and loses
/// its shape.
pub const MAX_DEPTH: usize = 8;

/// The text of a message as a tree: blocks, and in them runs of marked text.
///
/// A document is always canonical, however it was made or read back: characters that do not show
/// are gone, runs that look alike are one run, URLs in the text are links, nothing is empty, and
/// no two empty lines follow one another. Equal documents therefore look equal everywhere.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Block>", into = "Vec<Block>")]
pub struct Document(Vec<Block>);

/// One block of a [`Document`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Block {
    /// Lines that belong together; an empty line separates one paragraph from the next.
    Paragraph(Vec<Span>),
    /// Items with a bullet or a number before each.
    List {
        /// The number of the first item, or nothing for bullets.
        first: Option<u32>,
        /// What stands in each item.
        items: Vec<Vec<Block>>,
    },
    /// What somebody else said.
    Quote(Vec<Block>),
    /// Text whose white space counts, such as program code or a log.
    Preformatted(String),
    /// A line across the message.
    Rule,
}

/// A run and how it is marked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Span {
    /// What is marked.
    pub run: Run,
    /// The marks on it.
    #[serde(default, skip_serializing_if = "Marks::is_none")]
    pub marks: Marks,
}

/// What can stand in a line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Run {
    /// Words; emoji are words too.
    Text(String),
    /// Words in a fixed-width font.
    Code(String),
    /// A link to somewhere.
    Link {
        /// What is shown; the same as `url` where the URL itself was written.
        text: String,
        /// Where it leads: an http, https, mailto or tel URL, byte for byte as it was given.
        url: String,
    },
    /// Somebody was addressed: their name without the `@`. It shows as text and calls nobody.
    Mention(String),
    /// Where a picture stood, with what its sender said of it (may be empty).
    Picture(String),
    /// The end of a line within a paragraph.
    Break,
}

/// How a run is marked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Marks {
    /// Strong.
    #[serde(skip_serializing_if = "is_false")]
    pub bold: bool,
    /// Stressed.
    #[serde(skip_serializing_if = "is_false")]
    pub italic: bool,
    /// Struck through.
    #[serde(skip_serializing_if = "is_false")]
    pub strike: bool,
}

impl Marks {
    /// Whether nothing is marked.
    pub fn is_none(&self) -> bool {
        *self == Self::default()
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_false(value: &bool) -> bool {
    !value
}

impl Span {
    /// A run without marks.
    pub fn plain(run: Run) -> Self {
        Self { run, marks: Marks::default() }
    }

    /// The end of a line.
    pub(super) fn line_end() -> Self {
        Self::plain(Run::Break)
    }
}

impl Document {
    /// The document of these blocks, brought into canonical form. Links that lead anywhere but to
    /// http, https, mailto or tel keep their text alone.
    pub fn new(blocks: Vec<Block>) -> Self {
        Self(canon::blocks(blocks))
    }

    /// Its blocks, in order.
    pub fn blocks(&self) -> &[Block] {
        &self.0
    }

    /// Whether there is nothing to show: such a message is not sent, and its author is told.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The document without its quotes: what the author says in their own words. A typed command
    /// below a quoted message is still a command, see [`command`](super::command).
    #[must_use]
    pub fn without_quotes(&self) -> Self {
        let own = self.0.iter().filter(|block| !matches!(block, Block::Quote(_)));
        Self(canon::blocks(own.cloned().collect()))
    }

    /// A document of blocks that are canonical already.
    pub(super) fn of_canonical(blocks: Vec<Block>) -> Self {
        Self(blocks)
    }
}

impl From<Vec<Block>> for Document {
    fn from(blocks: Vec<Block>) -> Self {
        Self::new(blocks)
    }
}

impl From<Document> for Vec<Block> {
    fn from(document: Document) -> Self {
        document.0
    }
}
