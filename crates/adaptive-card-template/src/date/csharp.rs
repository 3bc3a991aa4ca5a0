//! From .NET's date formats to the tokens that [`format`](super::format())
//! prints.

/// Translates a format. `None` where it asks for what there is no token for;
/// the engine then prints the format as if it were made of tokens already.
pub(crate) fn to_tokens(format: &str) -> Option<String> {
    let format = match format {
        "R" | "r" | "U" | "u" => return None,
        "O" | "o" => "YYYY-MM-DDTHH:mm:ss.SSS0000Z",
        other => other,
    };
    // Tokens are about as long as what they stand for.
    let mut out = String::with_capacity(format.len() + 8);
    let mut chars = format.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '\'' | '`' => loop {
                // Whatever stands in quotes is not protected any further: the
                // printer takes its letters for tokens.
                match chars.next()? {
                    end if end == c => break,
                    literal => out.push(literal),
                }
            },
            '\\' => out.push(chars.next()?),
            '%' => {}
            'K' => out.push('Z'),
            letter => {
                let longest = longest_run(letter);
                let mut length = 1;
                while longest > 0 && chars.next_if_eq(&letter).is_some() {
                    length += 1;
                }
                if longest == 0 {
                    out.push(letter);
                } else {
                    out.push_str(token(letter, length.min(longest))?);
                }
            }
        }
    }
    Some(out)
}

/// How many of a letter in a row make one token; more count as that many.
fn longest_run(letter: char) -> usize {
    match letter {
        'd' | 'M' | 'y' => 4,
        'f' | 'F' | 'z' => 3,
        'h' | 'H' | 'm' | 's' | 't' => 2,
        'g' => 1,
        _ => 0,
    }
}

fn token(letter: char, length: usize) -> Option<&'static str> {
    Some(match (letter, length) {
        ('d', 1) => "D",
        ('d', 2) => "DD",
        ('d', 3) => "ddd",
        ('d', _) => "dddd",
        ('f' | 'F', 3) => "SSS",
        ('h', 1) => "h",
        ('h', _) => "hh",
        ('H', 1) => "H",
        ('H', _) => "HH",
        ('m', 1) => "m",
        ('m', _) => "mm",
        ('M', 1) => "M",
        ('M', 2) => "MM",
        ('M', 3) => "MMM",
        ('M', _) => "MMMM",
        ('s', 1) => "s",
        ('s', _) => "ss",
        ('t', _) => "A",
        ('y', 1 | 2) => "YY",
        ('y', _) => "YYYY",
        ('z', 1 | 2) => "ZZ",
        ('z', _) => "Z",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_become_tokens() {
        for (format, tokens) in [
            ("yyyy-MM-ddTHH:mm:ss.fff", "YYYY-MM-DDTHH:mm:ss.SSS"),
            ("dddd d MMMM yy h:m tt zzz", "dddd D MMMM YY h:m A Z"),
            ("ddddd MMMMM yyyyy", "dddd MMMM YYYY"),
            ("'at' h \\h %d", "at h h D"),
        ] {
            assert_eq!(to_tokens(format).as_deref(), Some(tokens), "{format}");
        }
    }

    #[test]
    fn what_has_no_token_fails_the_whole_format() {
        for format in ["R", "u", "f", "ss.ff", "g", "'open", "d\\"] {
            assert_eq!(to_tokens(format), None, "{format}");
        }
    }
}
