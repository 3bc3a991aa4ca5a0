//! Tokens of a date, as V8 splits them.

use crate::value::text::is_space;

/// A word that means something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Word {
    /// A month, 1 to 12.
    Month(i64),
    /// `am` or `pm`, as the hours to add.
    Meridiem(i64),
    /// A time zone, as hours from UTC.
    Zone(i64),
    /// The `T` between date and time.
    Separator,
    Other,
}

/// A token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Token {
    /// A number and how many digits it has.
    Number(i64, usize),
    Symbol(char),
    /// A word and how many characters it has.
    Word(Word, usize),
    Space,
    Unknown,
    End,
}

/// Digits of a number beyond this many are read but not counted.
const SIGNIFICANT: usize = 9;

/// Reads tokens one by one.
pub(super) struct Scanner<'t> {
    chars: std::iter::Peekable<std::str::Chars<'t>>,
    current: Token,
}

impl<'t> Scanner<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let mut scanner = Self { chars: text.chars().peekable(), current: Token::End };
        scanner.current = scanner.scan();
        scanner
    }

    pub(super) fn peek(&self) -> Token {
        self.current
    }

    pub(super) fn next(&mut self) -> Token {
        let token = self.current;
        self.current = self.scan();
        token
    }

    pub(super) fn skip(&mut self, symbol: char) -> bool {
        let found = self.current == Token::Symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    /// The number at hand, if it has exactly so many digits.
    pub(super) fn fixed(&self, digits: usize) -> Option<i64> {
        match self.current {
            Token::Number(value, length) if length == digits => Some(value),
            _ => None,
        }
    }

    fn scan(&mut self) -> Token {
        let Some(&c) = self.chars.peek() else {
            return Token::End;
        };
        if c.is_ascii_digit() {
            return self.number();
        }
        if !is_space(c) && c >= 'A' {
            return self.word();
        }
        self.chars.next();
        match c {
            ':' | '-' | '+' | '.' | ')' => Token::Symbol(c),
            '(' => {
                self.skip_parentheses();
                Token::Unknown
            }
            c if is_space(c) => Token::Space,
            _ => Token::Unknown,
        }
    }

    fn number(&mut self) -> Token {
        let (mut value, mut length, mut significant) = (0, 0, 0);
        while let Some(digit) = self.chars.peek().and_then(|c| c.to_digit(10)) {
            self.chars.next();
            length += 1;
            if (digit > 0 || significant > 0) && significant < SIGNIFICANT {
                value = value * 10 + i64::from(digit);
                significant += 1;
            }
        }
        Token::Number(value, length)
    }

    fn word(&mut self) -> Token {
        let mut prefix = String::new();
        let mut length = 0;
        while let Some(c) = self.chars.next_if(|c| !is_space(*c) && *c >= 'A') {
            length += 1;
            if length <= 3 {
                prefix.push(c.to_ascii_lowercase());
            }
        }
        Token::Word(known_word(&prefix, length), length)
    }

    fn skip_parentheses(&mut self) {
        let mut open = 1;
        while open > 0 {
            match self.chars.next() {
                None => return,
                Some('(') => open += 1,
                Some(')') => open -= 1,
                Some(_) => {}
            }
        }
    }
}

/// Only the names of months may be longer than the three letters that count.
fn known_word(prefix: &str, length: usize) -> Word {
    const MONTHS: [&str; 12] =
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    if let Some(index) = MONTHS.iter().position(|month| *month == prefix) {
        return Word::Month(index as i64 + 1);
    }
    if length > 3 {
        return Word::Other;
    }
    match prefix {
        "am" => Word::Meridiem(0),
        "pm" => Word::Meridiem(12),
        "ut" | "utc" | "z" | "gmt" => Word::Zone(0),
        "est" | "cdt" => Word::Zone(-5),
        "edt" => Word::Zone(-4),
        "cst" | "mdt" => Word::Zone(-6),
        "mst" | "pdt" => Word::Zone(-7),
        "pst" => Word::Zone(-8),
        "t" => Word::Separator,
        _ => Word::Other,
    }
}
