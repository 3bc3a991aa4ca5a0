//! From JavaScript's regular expressions (without the `u` flag) to those of
//! the `regex` crate.

use std::fmt::Write as _;

use super::Flags;

/// JavaScript's white space, as the inside of a class.
const SPACE: &str = "\\t-\\r \\u{a0}\\u{1680}\\u{2000}-\\u{200a}\\u{2028}\\u{2029}\\u{202f}\\u{205f}\\u{3000}\\u{feff}";
/// Groups may be nested so deep.
const MAX_DEPTH: u32 = 60;

type Outcome<T> = Result<T, String>;

/// Translates a pattern; the error says what was expected.
pub(super) fn translate(pattern: &str, flags: Flags) -> Outcome<String> {
    let chars: Vec<char> = pattern.chars().collect();
    let mut translator =
        Translator { chars: &chars, at: 0, depth: 0, flags, groups: None, out: String::new() };
    translator.alternation()?;
    if translator.at < chars.len() {
        return Err("a regular expression with balanced parentheses".to_owned());
    }
    Ok(translator.out)
}

struct Translator<'p> {
    chars: &'p [char],
    at: usize,
    depth: u32,
    flags: Flags,
    /// What groups the pattern has, once that was asked for.
    groups: Option<Groups>,
    out: String,
}

/// The groups of a pattern that a back-reference can name.
#[derive(Clone, Copy)]
struct Groups {
    count: usize,
    any_named: bool,
}

impl Groups {
    fn of(chars: &[char]) -> Self {
        let opens = |index: usize| {
            chars[index] == '('
                && (chars.get(index + 1) != Some(&'?')
                    || (chars.get(index + 2) == Some(&'<')
                        && !matches!(chars.get(index + 3), Some('=' | '!'))))
        };
        Self {
            count: (0..chars.len()).filter(|index| opens(*index)).count(),
            any_named: chars.windows(3).any(|w| w == ['(', '?', '<']),
        }
    }
}

/// Whether a term may be repeated.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Term {
    Atom,
    Assertion,
}

impl Translator<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek(0) == Some(c);
        self.at += usize::from(found);
        found
    }

    fn alternation(&mut self) -> Outcome<()> {
        while let Some(c) = self.peek(0) {
            match c {
                ')' => break,
                '|' => {
                    self.at += 1;
                    self.out.push('|');
                }
                _ => {
                    let term = self.term(c)?;
                    self.quantifier(term)?;
                }
            }
        }
        Ok(())
    }

    fn term(&mut self, c: char) -> Outcome<Term> {
        if self.braces().is_some() {
            return Err("something to repeat".to_owned());
        }
        self.at += 1;
        match c {
            '(' => return self.group(),
            '[' => self.class()?,
            '\\' => return self.escape(),
            '.' if self.flags.dot_all => self.out.push_str("(?s:.)"),
            '.' => self.out.push_str("[^\\n\\r\\u{2028}\\u{2029}]"),
            '^' => {
                self.out.push_str(if self.flags.multi_line { "(?m:^)" } else { "\\A" });
                return Ok(Term::Assertion);
            }
            '$' => {
                self.out.push_str(if self.flags.multi_line { "(?m:$)" } else { "\\z" });
                return Ok(Term::Assertion);
            }
            '*' | '+' | '?' => return Err("something to repeat".to_owned()),
            literal => self.literal(literal),
        }
        Ok(Term::Atom)
    }

    fn literal(&mut self, c: char) {
        if c.is_ascii_alphanumeric() {
            self.out.push(c);
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.out, "\\u{{{:x}}}", c as u32);
        }
    }

    fn group(&mut self) -> Outcome<Term> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err("a regular expression that is nested less deeply".to_owned());
        }
        self.out.push('(');
        if self.eat('?') {
            self.out.push('?');
            match (self.peek(0), self.peek(1)) {
                (Some(':'), _) => {
                    self.at += 1;
                    self.out.push(':');
                }
                (Some('<'), Some(c)) if c != '=' && c != '!' => self.group_name()?,
                _ => return Err("a group without look-around".to_owned()),
            }
        }
        self.alternation()?;
        if !self.eat(')') {
            return Err("a regular expression with balanced parentheses".to_owned());
        }
        self.out.push(')');
        self.depth -= 1;
        Ok(Term::Atom)
    }

    fn group_name(&mut self) -> Outcome<()> {
        self.at += 1;
        self.out.push('<');
        while let Some(c) = self.peek(0).filter(|c| c.is_ascii_alphanumeric() || *c == '_') {
            self.at += 1;
            self.out.push(c);
        }
        self.out.push('>');
        if self.eat('>') { Ok(()) } else { Err("the name of a group".to_owned()) }
    }

    /// Length and bounds of `{n}`, `{n,}` or `{n,m}` at hand.
    fn braces(&self) -> Option<(usize, u64, Option<u64>)> {
        if self.peek(0) != Some('{') {
            return None;
        }
        let number = |from: usize| {
            let digits: String =
                self.chars[self.at + from..].iter().take_while(|c| c.is_ascii_digit()).collect();
            (digits.len(), digits.parse::<u64>().unwrap_or(u64::MAX))
        };
        let (digits, least) = number(1);
        let mut end = 1 + digits;
        if digits == 0 {
            return None;
        }
        let mut most = Some(least);
        if self.peek(end) == Some(',') {
            let (digits, value) = number(end + 1);
            end += 1 + digits;
            most = (digits > 0).then_some(value);
        }
        (self.peek(end) == Some('}')).then_some((end + 1, least, most))
    }

    fn quantifier(&mut self, term: Term) -> Outcome<()> {
        let (length, text) = match self.peek(0) {
            Some(c @ ('*' | '+' | '?')) => (1, c.to_string()),
            Some('{') => match self.braces() {
                None => return Ok(()),
                Some((_, least, Some(most))) if most < least => {
                    return Err("bounds in order".to_owned());
                }
                Some((length, least, most)) => {
                    let most = most.map_or(String::new(), |most| most.to_string());
                    (length, format!("{{{least},{most}}}"))
                }
            },
            _ => return Ok(()),
        };
        if term == Term::Assertion {
            return Err("something to repeat".to_owned());
        }
        self.at += length;
        self.out.push_str(&text);
        if self.eat('?') {
            self.out.push('?');
        }
        Ok(())
    }

    fn escape(&mut self) -> Outcome<Term> {
        let Some(c) = self.peek(0) else {
            return Err("a character after the backslash".to_owned());
        };
        match c {
            'b' | 'B' => {
                self.at += 1;
                self.out.push_str(if c == 'b' { "(?-u:\\b)" } else { "(?-u:\\B)" });
                return Ok(Term::Assertion);
            }
            '1'..='9' | 'k' if self.is_back_reference(c) => {
                return Err("a regular expression without back-references".to_owned());
            }
            _ => {}
        }
        if let Some(set) = set(c) {
            self.at += 1;
            let _ = write!(self.out, "[{}{}]", if c.is_uppercase() { "^" } else { "" }, set);
        } else {
            let literal = self.character();
            self.literal(literal);
        }
        Ok(Term::Atom)
    }

    /// A number is a back-reference only if there are so many groups.
    fn is_back_reference(&mut self, c: char) -> bool {
        let groups = *self.groups.get_or_insert_with(|| Groups::of(self.chars));
        if c == 'k' {
            return groups.any_named;
        }
        let digits: String =
            self.chars[self.at..].iter().take_while(|c| c.is_ascii_digit()).collect();
        digits.parse().is_ok_and(|number: usize| number <= groups.count)
    }

    /// An escape that stands for one character, here or inside a class.
    fn character(&mut self) -> char {
        let Some(c) = self.peek(0) else {
            return '\\';
        };
        self.at += 1;
        match c {
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'v' => '\u{b}',
            'c' => {
                if let Some(letter) = self.peek(0).filter(char::is_ascii_alphabetic) {
                    self.at += 1;
                    char::from(letter as u8 % 32)
                } else {
                    self.at -= 1;
                    '\\'
                }
            }
            'x' => self.hex(2).unwrap_or('x'),
            'u' => self.hex(4).unwrap_or('u'),
            '0'..='7' => self.octal(c),
            other => other,
        }
    }

    fn hex(&mut self, digits: usize) -> Option<char> {
        let mut value = 0;
        for ahead in 0..digits {
            value = value * 16 + self.peek(ahead)?.to_digit(16)?;
        }
        self.at += digits;
        // Half of a pair never matches valid text; neither does this.
        Some(char::from_u32(value).unwrap_or('\u{fffd}'))
    }

    fn octal(&mut self, first: char) -> char {
        let mut value = first as u32 - '0' as u32;
        let most = if value <= 3 { 2 } else { 1 };
        for _ in 0..most {
            let Some(digit) = self.peek(0).and_then(|c| c.to_digit(8)) else {
                break;
            };
            self.at += 1;
            value = value * 8 + digit;
        }
        char::from_u32(value).unwrap_or('\u{fffd}')
    }

    fn class(&mut self) -> Outcome<()> {
        let negated = self.eat('^');
        if self.eat(']') {
            self.out.push_str(if negated { "(?s:.)" } else { "[a&&b]" });
            return Ok(());
        }
        self.out.push_str(if negated { "[^" } else { "[" });
        while !self.eat(']') {
            let low = self.class_atom()?;
            let is_range = self.peek(0) == Some('-') && !matches!(self.peek(1), None | Some(']'));
            if !is_range {
                self.class_item(low);
                continue;
            }
            self.at += 1;
            let high = self.class_atom()?;
            match (low, high) {
                (ClassAtom::One(low), ClassAtom::One(high)) if low > high => {
                    return Err("a range in order".to_owned());
                }
                (ClassAtom::One(low), ClassAtom::One(high)) => {
                    self.literal(low);
                    self.out.push('-');
                    self.literal(high);
                }
                (low, high) => {
                    self.class_item(low);
                    self.literal('-');
                    self.class_item(high);
                }
            }
        }
        self.out.push(']');
        Ok(())
    }

    fn class_atom(&mut self) -> Outcome<ClassAtom> {
        let Some(c) = self.peek(0) else {
            return Err("a class that is closed".to_owned());
        };
        self.at += 1;
        if c != '\\' {
            return Ok(ClassAtom::One(c));
        }
        match self.peek(0) {
            None => Err("a character after the backslash".to_owned()),
            Some('b') => {
                self.at += 1;
                Ok(ClassAtom::One('\u{8}'))
            }
            Some(c) if set(c).is_some() => {
                self.at += 1;
                Ok(ClassAtom::Set(c))
            }
            Some(_) => Ok(ClassAtom::One(self.character())),
        }
    }

    fn class_item(&mut self, atom: ClassAtom) {
        match atom {
            ClassAtom::One(c) => self.literal(c),
            ClassAtom::Set(c) => {
                let negation = if c.is_uppercase() { "^" } else { "" };
                let _ = write!(self.out, "[{negation}{}]", set(c).unwrap_or(""));
            }
        }
    }
}

#[derive(Clone, Copy)]
enum ClassAtom {
    One(char),
    /// `\d` and its kin, by their letter.
    Set(char),
}

/// The inside of the class that a letter after a backslash names.
fn set(letter: char) -> Option<&'static str> {
    match letter {
        'd' | 'D' => Some("0-9"),
        'w' | 'W' => Some("0-9A-Za-z_"),
        's' | 'S' => Some(SPACE),
        _ => None,
    }
}
