//! A Pratt parser for expressions.

use super::ast::{Arena, Const, Expr, Id, PathExpr};
use super::binding::{self, Piece};
use super::check::{self, Refusal};
use super::fault::ParseFault;
use super::lexer::{Kind, Token, token_at, unescape};
use super::precedence::{UNARY, binding_power};
use crate::functions::{self, returns};
use crate::options::{Limit, Limits};

/// Parses one expression; the node of blank text is empty text.
pub(crate) fn parse_expression(
    arena: &mut Arena,
    text: &str,
    limits: &Limits,
) -> Result<Id, ParseFault> {
    Parser::new(arena, text, limits).whole()
}

/// Splits text at its bindings; all searches of a template share one limit.
pub(super) fn split(
    arena: &mut Arena,
    text: &str,
    from: usize,
    limits: &Limits,
) -> Parse<(Vec<Piece>, usize)> {
    let mut left = limits.max_scan.saturating_sub(arena.scanned);
    let split = binding::split(text, from, &mut left);
    arena.scanned = limits.max_scan - left;
    split.map_err(|_| ParseFault::limit(Limit::Scan, from))
}

/// The state of a parser.
pub(super) struct Parser<'p> {
    arena: &'p mut Arena,
    text: &'p str,
    /// Offset of `text` in the template string.
    base: usize,
    /// How many characters stand around `text`, on either side, that the
    /// template string lacks.
    lead: usize,
    limits: &'p Limits,
    depth: u32,
    /// Where the next token is looked for.
    at: usize,
    /// The token found last, and where it was looked for.
    seen: Option<(usize, Token)>,
}

/// What parsing a part of an expression gives.
pub(super) type Parse<T> = Result<T, ParseFault>;

impl<'p> Parser<'p> {
    #[inline]
    pub(super) fn new(arena: &'p mut Arena, text: &'p str, limits: &'p Limits) -> Self {
        Self { arena, text, base: 0, lead: 0, limits, depth: 0, at: 0, seen: None }
    }

    /// As `new`, for a template string with a backtick at either end.
    pub(super) fn quoted(arena: &'p mut Arena, text: &'p str, limits: &'p Limits) -> Self {
        Self { lead: 1, ..Self::new(arena, text, limits) }
    }

    #[inline]
    fn peek(&mut self) -> Token {
        match self.seen {
            Some((at, token)) if at == self.at => token,
            _ => {
                let token = token_at(self.text, self.at);
                self.seen = Some((self.at, token));
                token
            }
        }
    }

    #[inline]
    fn next(&mut self) -> Token {
        let token = self.peek();
        self.at = token.end;
        token
    }

    #[inline]
    fn eat(&mut self, kind: Kind) -> bool {
        let token = self.peek();
        if token.kind == kind {
            self.at = token.end;
        }
        token.kind == kind
    }

    fn expect(&mut self, kind: Kind, expected: &str) -> Parse<Token> {
        let token = self.next();
        if token.kind == kind { Ok(token) } else { Err(self.fault(token.start, expected)) }
    }

    /// Where in the template string an offset in `text` is.
    fn offset(&self, at: usize) -> usize {
        self.base + at.saturating_sub(self.lead).min(self.text.len() - 2 * self.lead)
    }

    fn fault(&self, at: usize, expected: impl Into<String>) -> ParseFault {
        ParseFault { at: self.offset(at), expected: expected.into(), limit: None, strict: false }
    }

    fn too_deep(&self) -> ParseFault {
        ParseFault::limit(Limit::ExpressionDepth, self.offset(self.at))
    }

    fn slice(&self, token: Token) -> &'p str {
        &self.text[token.start..token.end]
    }

    fn add(&mut self, expr: Expr, at: usize, children: &[Id]) -> Parse<Id> {
        self.put(expr, self.offset(at), children)
    }

    /// As `add`, with an offset in the template string.
    fn put(&mut self, expr: Expr, offset: usize, children: &[Id]) -> Parse<Id> {
        let id = self.arena.add(expr, offset, children);
        if self.arena.height(id) > self.limits.max_expression_depth {
            return Err(self.too_deep());
        }
        Ok(id)
    }

    #[inline]
    pub(super) fn whole(&mut self) -> Parse<Id> {
        if self.text.is_empty() {
            return self.add(Expr::Const(Const::Str("".into())), 0, &[]);
        }
        let id = self.expression(0)?;
        self.expect(Kind::End, "an operator or the end of the expression")?;
        Ok(id)
    }

    /// The pieces of a template string as one `concat`, whose first argument
    /// is always empty text.
    #[inline]
    pub(super) fn concat(&mut self, pieces: &[Piece], at: usize) -> Parse<Id> {
        let mut args = Vec::with_capacity(pieces.len() + 1);
        args.push(self.add(Expr::Const(Const::Str("".into())), at, &[])?);
        for piece in pieces {
            args.push(match *piece {
                Piece::Text(start, end) => self.constant(&self.text[start..end], start)?,
                Piece::Escape(at) => self.constant(&self.text[at..=at], at)?,
                Piece::Binding(start, end) => self.binding(start, end)?,
            });
        }
        self.call("concat", &args, at)
    }

    /// The expression between the braces of a binding.
    #[inline]
    pub(super) fn binding(&mut self, start: usize, end: usize) -> Parse<Id> {
        let (text, at) = binding::inner(self.text, start, end);
        let (base, depth) = (self.offset(at), self.depth);
        Parser { base, depth, ..Parser::new(self.arena, text, self.limits) }.whole()
    }

    fn constant(&mut self, text: &str, at: usize) -> Parse<Id> {
        self.add(Expr::Const(Const::Str(text.into())), at, &[])
    }

    fn expression(&mut self, min: u8) -> Parse<Id> {
        self.depth += 1;
        if self.depth > self.limits.max_expression_depth {
            return Err(self.too_deep());
        }
        let mut left = self.unary()?;
        loop {
            let token = self.peek();
            let (name, power, right_power) = match token.kind {
                Kind::Operator(name) => match binding_power(name) {
                    Some(power) => (name, power, power + u8::from(name != "^")),
                    None => break,
                },
                Kind::Question => ("if", 1, 2),
                _ => break,
            };
            if power < min {
                break;
            }
            self.at = token.end;
            let mut args = vec![left];
            if token.kind == Kind::Question {
                args.push(self.expression(0)?);
                self.expect(Kind::Colon, "':' and the other choice")?;
            }
            args.push(self.expression(right_power)?);
            left = self.call(name, &args, token.start)?;
        }
        self.depth -= 1;
        Ok(left)
    }

    fn unary(&mut self) -> Parse<Id> {
        let token = self.peek();
        let Kind::Operator(name @ ("!" | "-" | "+")) = token.kind else {
            return self.primary();
        };
        self.at = token.end;
        // The operand binds tighter than any infix operator.
        let operand = self.expression(UNARY)?;
        if name == "!" {
            return self.call(name, &[operand], token.start);
        }
        let zero = self.add(Expr::Const(Const::Num(0.0)), token.start, &[])?;
        self.call(name, &[zero, operand], token.start)
    }

    fn primary(&mut self) -> Parse<Id> {
        let first = self.next();
        let mut id = if first.kind == Kind::Identifier && self.eat(Kind::Open) {
            // By far the most common call: a plain name.
            let args = self.arguments(Kind::Close, "',' or ')'")?;
            self.call(self.slice(first), &args, first.start)?
        } else {
            self.atom(first)?
        };
        let mut callee = Callee { name: String::new(), end: first.start, calls: 0 };
        loop {
            let token = self.peek();
            match token.kind {
                Kind::Dot => id = self.members(id)?,
                Kind::OpenSquare => {
                    self.at = token.end;
                    let index = self.expression(0)?;
                    self.expect(Kind::CloseSquare, "']'")?;
                    id = self.add(Expr::Index { of: id, at: index }, token.start, &[id, index])?;
                }
                Kind::Open => {
                    self.extend(&mut callee, token.start)?;
                    self.at = token.end;
                    let args = self.arguments(Kind::Close, "',' or ')'")?;
                    id = self.call(&callee.name, &args, first.start)?;
                }
                Kind::Operator("!") if token_at(self.text, token.end).kind == Kind::Open => {
                    self.extend(&mut callee, token.end)?;
                    self.at = token_at(self.text, token.end).end;
                    let args = self.arguments(Kind::Close, "',' or ')'")?;
                    id = self.call(&callee.name, &args, first.start)?;
                }
                _ => return Ok(id),
            }
        }
    }

    /// Everything before a parenthesis, without blanks, is the function's name.
    /// Each call of a chain takes in the name of the one before, so a chain may
    /// be no longer than an expression may be deep.
    fn extend(&self, callee: &mut Callee, end: usize) -> Parse<()> {
        callee.calls += 1;
        if callee.calls > self.limits.max_expression_depth {
            return Err(self.too_deep());
        }
        let mut token = token_at(self.text, callee.end);
        while token.end <= end && token.kind != Kind::End {
            callee.name.push_str(self.slice(token));
            callee.end = token.end;
            token = token_at(self.text, token.end);
        }
        Ok(())
    }

    fn atom(&mut self, token: Token) -> Parse<Id> {
        let at = token.start;
        match token.kind {
            Kind::Number => {
                let number = self.slice(token).parse().unwrap_or(f64::INFINITY);
                self.add(Expr::Const(Const::Num(number)), at, &[])
            }
            Kind::Text => {
                let text = unescape(self.slice(token));
                self.constant(&text, at)
            }
            Kind::Identifier => {
                let constant = match self.slice(token) {
                    "true" => Const::Bool(true),
                    "false" => Const::Bool(false),
                    "null" => Const::Null,
                    "undefined" => Const::Undefined,
                    name => return self.names(name, at),
                };
                self.add(Expr::Const(constant), at, &[])
            }
            Kind::Open => {
                let id = self.expression(0)?;
                self.expect(Kind::Close, "')'")?;
                Ok(id)
            }
            Kind::OpenSquare => {
                let args = self.arguments(Kind::CloseSquare, "',' or ']'")?;
                self.call("createArray", &args, at)
            }
            Kind::OpenCurly => self.object(at),
            Kind::Backtick => {
                let (pieces, end) = split(self.arena, self.text, token.end, self.limits)?;
                if end == self.text.len() {
                    return Err(self.fault(end, "a closing backtick"));
                }
                self.at = end + 1;
                self.concat(&pieces, at)
            }
            _ => Err(self.fault(at, "a value, a name or '('")),
        }
    }

    /// An object literal is a chain of `setProperty` calls on `json('{}')`.
    fn object(&mut self, at: usize) -> Parse<Id> {
        let empty = self.constant("{}", at)?;
        let mut id = self.call("json", &[empty], at)?;
        if self.eat(Kind::CloseCurly) {
            return Ok(id);
        }
        loop {
            let key = self.next();
            let name = match key.kind {
                Kind::Identifier => self.slice(key),
                Kind::Text => &self.text[key.start + 1..key.end - 1],
                _ => return Err(self.fault(key.start, "a key")),
            };
            self.expect(Kind::Colon, "':'")?;
            let key = self.constant(name, key.start)?;
            let value = self.expression(0)?;
            id = self.call("setProperty", &[id, key, value], at)?;
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(Kind::CloseCurly, "',' or '}'")?;
        Ok(id)
    }

    /// Arguments up to a closing token; `x => e` counts as two of them.
    fn arguments(&mut self, close: Kind, expected: &str) -> Parse<Vec<Id>> {
        let mut args = Vec::new();
        if self.eat(close) {
            return Ok(args);
        }
        loop {
            let token = self.peek();
            let arrow = token_at(self.text, token.end);
            if token.kind == Kind::Identifier && arrow.kind == Kind::Arrow {
                self.at = arrow.end;
                args.push(self.variable(self.slice(token), token.start)?);
            }
            args.push(self.expression(0)?);
            if !self.eat(Kind::Comma) {
                break;
            }
        }
        self.expect(close, expected)?;
        Ok(args)
    }

    /// A plain name and all those that follow it, as one path.
    fn names(&mut self, first: &'p str, at: usize) -> Parse<Id> {
        let mut names = vec![first];
        self.more_names(&mut names);
        self.add(Expr::Path(PathExpr::chain(&names)), at, &[])
    }

    /// All names that follow, each after a dot.
    fn more_names(&mut self, names: &mut Vec<&'p str>) {
        loop {
            let dot = self.peek();
            let name = token_at(self.text, dot.end);
            if dot.kind != Kind::Dot || name.kind != Kind::Identifier {
                return;
            }
            self.at = name.end;
            names.push(self.slice(name));
        }
    }

    /// A dot and a name; after a path all that follow, as each path is a copy.
    fn members(&mut self, of: Id) -> Parse<Id> {
        self.expect(Kind::Dot, "'.'")?;
        let name = self.expect(Kind::Identifier, "a name")?;
        let mut names = vec![self.slice(name)];
        if matches!(self.arena.get(of), Expr::Path(_)) {
            self.more_names(&mut names);
        }
        self.member(&names, of, name.start)
    }

    fn variable(&mut self, name: &str, at: usize) -> Parse<Id> {
        self.add(Expr::Path(PathExpr::new(name)), at, &[])
    }

    /// Names looked up one in the other; several of them only in a path.
    fn member(&mut self, names: &[&str], of: Id, at: usize) -> Parse<Id> {
        if check::returns_of(self.arena, of) & returns::OBJECT == 0 {
            return Err(self.fault(at, "an object before the dot"));
        }
        if let Expr::Path(path) = self.arena.get(of) {
            let path = path.descend(names);
            return self.put(Expr::Path(path), self.arena.offset(of) as usize, &[]);
        }
        self.add(Expr::Member { name: names.concat().into(), of }, at, &[of])
    }

    fn call(&mut self, name: &str, args: &[Id], at: usize) -> Parse<Id> {
        match name {
            "Accessor" => return self.accessor(args, at),
            "Element" => {
                if let [of, index] = *args {
                    return self.add(Expr::Index { of, at: index }, at, args);
                }
                return Err(self.fault(at, "2 arguments for Element"));
            }
            _ => {}
        }
        let Some(function) = functions::find(name) else {
            let expr = Expr::Unknown { name: name.into(), args: args.into() };
            return self.add(expr, at, args);
        };
        let regex =
            check::check(self.arena, function, args, self.limits).map_err(
                |refusal| match refusal {
                    Refusal::Call(expected) => self.fault(at, expected),
                    Refusal::Limit(limit) => ParseFault::limit(limit, self.offset(at)),
                },
            )?;
        let expr = Expr::Call { function, args: args.into(), regex };
        self.add(expr, at, args)
    }

    /// The dot, spelt as a function.
    fn accessor(&mut self, args: &[Id], at: usize) -> Parse<Id> {
        let name = args.first().and_then(|id| self.arena.const_text(*id)).map(str::to_owned);
        match (name, args) {
            (Some(name), [_]) => self.variable(&name, at),
            (Some(name), [_, of]) => self.member(&[&name], *of, at),
            _ => Err(self.fault(at, "a name and an object for Accessor")),
        }
    }
}

/// The name of the calls in a chain such as `f(x)(y)`, as far as it is read.
struct Callee {
    name: String,
    /// Where the last token of the name ends.
    end: usize,
    calls: u32,
}
