//! The subset of regular expressions that `isMatch` takes.

/// Groups may be nested so deep.
const MAX_DEPTH: u32 = 60;

/// Whether a pattern is of the subset. What it means is not looked at:
/// JavaScript may still refuse it.
pub(super) fn is_common(pattern: &str) -> bool {
    let chars: Vec<char> = pattern.chars().collect();
    let mut reader = Reader { chars: &chars, at: 0, depth: 0 };
    reader.alternation() && reader.at == chars.len()
}

struct Reader<'p> {
    chars: &'p [char],
    at: usize,
    depth: u32,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<char> {
        self.chars.get(self.at + ahead).copied()
    }

    fn eat(&mut self, c: char) -> bool {
        let found = self.peek(0) == Some(c);
        self.at += usize::from(found);
        found
    }

    fn digits(&mut self) -> bool {
        let from = self.at;
        while self.peek(0).is_some_and(|c| c.is_ascii_digit()) {
            self.at += 1;
        }
        self.at > from
    }

    fn alternation(&mut self) -> bool {
        loop {
            while !matches!(self.peek(0), None | Some('|' | ')')) {
                if !self.atom() {
                    return false;
                }
                self.quantifier();
            }
            if !self.eat('|') {
                return true;
            }
        }
    }

    fn quantifier(&mut self) {
        let from = self.at;
        let found = match self.peek(0) {
            Some('?' | '+' | '*') => {
                self.at += 1;
                true
            }
            Some('{') => {
                self.at += 1;
                let mut found = self.digits();
                if found && self.eat(',') {
                    self.digits();
                }
                found = found && self.eat('}');
                found
            }
            _ => false,
        };
        if !found {
            // A brace that is no quantifier is a literal.
            self.at = from;
        } else if matches!(self.peek(0), Some('+' | '?')) {
            self.at += 1;
        }
    }

    fn atom(&mut self) -> bool {
        match self.peek(0) {
            Some('(') => self.group(),
            Some('[') => self.class(),
            Some('\\') => self.escape(),
            Some('?' | '+' | '*') | None => false,
            Some(_) => {
                self.at += 1;
                true
            }
        }
    }

    fn group(&mut self) -> bool {
        self.at += 1;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return false;
        }
        if self.eat('?') {
            match self.peek(0) {
                Some(':') => self.at += 1,
                Some('<') => {
                    self.at += 1;
                    if !self.name() {
                        return false;
                    }
                }
                _ => {
                    self.depth -= 1;
                    return self.options();
                }
            }
        }
        let inside = self.alternation() && self.eat(')');
        self.depth -= 1;
        inside
    }

    fn name(&mut self) -> bool {
        let from = self.at;
        while self.peek(0).is_some_and(|c| c.is_ascii_alphanumeric() || c == '_') {
            self.at += 1;
        }
        let starts_well = self.chars.get(from).is_some_and(|c| !c.is_ascii_digit());
        self.at > from && starts_well && self.eat('>')
    }

    fn options(&mut self) -> bool {
        let from = self.at;
        while matches!(self.peek(0), Some('i' | 'm' | 's')) {
            self.at += 1;
        }
        self.at > from && self.eat(')')
    }

    fn class(&mut self) -> bool {
        self.at += 1;
        let mut count = 0;
        while !self.eat(']') {
            // Ranges need no care: a hyphen is a literal, too.
            let fine = match self.peek(0) {
                None => false,
                Some('\\') => self.escape(),
                Some(_) => {
                    self.at += 1;
                    true
                }
            };
            if !fine {
                return false;
            }
            count += 1;
        }
        count > 0
    }

    fn escape(&mut self) -> bool {
        let length = match self.peek(1) {
            Some('Q') => {
                let rest = &self.chars[self.at + 2..];
                rest.windows(2).position(|pair| pair == ['\\', 'E']).map(|end| end + 4)
            }
            Some('a' | 'e' | 'f' | 'n' | 'r' | 't' | 'c' | 'd' | 'D' | 's' | 'S' | 'w' | 'W') => {
                Some(2)
            }
            Some('x') => self.hex(),
            Some('p' | 'P') => self.property(),
            Some('0'..='7') => self.octal(),
            Some(c) if !c.is_ascii_alphanumeric() => Some(2),
            _ => None,
        };
        self.at += length.unwrap_or(0);
        length.is_some()
    }

    fn hex(&self) -> Option<usize> {
        let digit = |ahead| self.peek(ahead).is_some_and(|c: char| c.is_ascii_hexdigit());
        if digit(2) && digit(3) {
            return Some(4);
        }
        if self.peek(2) != Some('{') {
            return None;
        }
        let count = (3..self.chars.len()).take_while(|ahead| digit(*ahead)).count();
        (count >= 3 && self.peek(3 + count) == Some('}')).then_some(4 + count)
    }

    fn property(&self) -> Option<usize> {
        if self.peek(2) != Some('{') {
            return None;
        }
        let letter =
            |ahead| self.peek(ahead).is_some_and(|c: char| c.is_ascii_alphanumeric() || c == '_');
        let count = (3..self.chars.len()).take_while(|ahead| letter(*ahead)).count();
        (count > 0 && self.peek(3 + count) == Some('}')).then_some(4 + count)
    }

    fn octal(&self) -> Option<usize> {
        let octal = |ahead| matches!(self.peek(ahead), Some('0'..='7'));
        if !octal(2) {
            return None;
        }
        let three = matches!(self.peek(1), Some('0'..='3')) && octal(3);
        Some(if three { 4 } else { 3 })
    }
}
