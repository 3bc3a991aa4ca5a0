//! Putting a tree together from what a parser meets, however badly it is nested.

use super::document::{Block, Document, MAX_DEPTH, Marks, Run, Span};

/// The most a parser reads, in bytes. A Teams message holds about 100 KB of UTF-16, which is
/// less; what is longer is cut, and shows that it was.
pub(super) const MAX_INPUT: usize = 256 * 1024;

/// The start of a text, and whether anything had to be left out.
pub(super) fn bounded(text: &str) -> (&str, bool) {
    let end = text.floor_char_boundary(MAX_INPUT);
    (&text[..end], end < text.len())
}

/// What is open around the place where the parser stands.
#[derive(Debug)]
enum Frame {
    Root(Vec<Block>),
    Quote(Vec<Block>),
    List { first: Option<u32>, items: Vec<Vec<Block>> },
    Item(Vec<Block>),
}

/// Takes runs and the opening and closing of blocks, and gives the document.
#[derive(Debug)]
pub(super) struct Builder {
    frames: Vec<Frame>,
    /// How many lists and quotes were opened beyond [`MAX_DEPTH`], and so not at all.
    too_deep: usize,
    line: Vec<Span>,
}

impl Builder {
    pub(super) fn new() -> Self {
        Self { frames: vec![Frame::Root(Vec::new())], too_deep: 0, line: Vec::new() }
    }

    pub(super) fn push(&mut self, run: Run, marks: Marks) {
        self.line.push(Span { run, marks });
    }

    /// The runs since the last block, as a paragraph (or several, where empty lines are in it).
    pub(super) fn flush(&mut self) {
        if !self.line.is_empty() {
            let spans = std::mem::take(&mut self.line);
            self.put(Block::Paragraph(spans));
        }
    }

    pub(super) fn block(&mut self, block: Block) {
        self.flush();
        self.put(block);
    }

    pub(super) fn open_quote(&mut self) {
        self.open(Frame::Quote(Vec::new()));
    }

    pub(super) fn open_list(&mut self, first: Option<u32>) {
        self.open(Frame::List { first, items: Vec::new() });
    }

    /// Begins an item, and ends the one before where nobody did. Outside a list it is a block like
    /// any other.
    pub(super) fn open_item(&mut self) {
        self.flush();
        if self.too_deep > 0 {
            return;
        }
        if matches!(self.frames.last(), Some(Frame::Item(_))) {
            self.pop();
        }
        if matches!(self.frames.last(), Some(Frame::List { .. })) {
            self.frames.push(Frame::Item(Vec::new()));
        }
    }

    pub(super) fn close_item(&mut self) {
        self.flush();
        if self.too_deep == 0 && matches!(self.frames.last(), Some(Frame::Item(_))) {
            self.pop();
        }
    }

    pub(super) fn close_quote(&mut self) {
        self.close(|frame| matches!(frame, Frame::Quote(_)));
    }

    pub(super) fn close_list(&mut self) {
        self.close(|frame| matches!(frame, Frame::List { .. }));
    }

    pub(super) fn finish(mut self) -> Document {
        self.flush();
        while self.frames.len() > 1 {
            self.pop();
        }
        match self.frames.pop() {
            Some(Frame::Root(blocks)) => Document::new(blocks),
            _ => Document::default(),
        }
    }

    fn open(&mut self, frame: Frame) {
        self.flush();
        let shapes = self.frames.iter().filter(|frame| !matches!(frame, Frame::Item(_)));
        if self.too_deep > 0 || shapes.count() > MAX_DEPTH {
            self.too_deep += 1;
        } else {
            self.frames.push(frame);
        }
    }

    fn close(&mut self, is_it: fn(&Frame) -> bool) {
        self.flush();
        if self.too_deep > 0 {
            self.too_deep -= 1;
        } else if let Some(place) = self.frames.iter().rposition(is_it) {
            while self.frames.len() > place {
                self.pop();
            }
        }
    }

    fn pop(&mut self) {
        match self.frames.pop() {
            Some(Frame::Quote(blocks)) => self.put(Block::Quote(blocks)),
            Some(Frame::List { first, items }) => self.put(Block::List { first, items }),
            Some(Frame::Item(blocks)) => {
                if let Some(Frame::List { items, .. }) = self.frames.last_mut() {
                    items.push(blocks);
                }
            }
            Some(root @ Frame::Root(_)) => self.frames.push(root),
            None => {}
        }
    }

    fn put(&mut self, block: Block) {
        match self.frames.last_mut() {
            Some(Frame::Root(blocks) | Frame::Quote(blocks) | Frame::Item(blocks)) => {
                blocks.push(block);
            }
            // Between the items of a list: it belongs to the item above.
            Some(Frame::List { items, .. }) => match items.last_mut() {
                Some(item) => item.push(block),
                None => items.push(vec![block]),
            },
            None => {}
        }
    }
}
