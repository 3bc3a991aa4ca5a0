//! Bounds on a request body, checked before any of it is interpreted.

/// How large and how deep a request body may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ParseLimits {
    /// Longest body, in bytes. Default 1 MiB: a message of Teams' own maximum
    /// (100 KB as UTF-16), its HTML copy and a card submission fit.
    pub max_bytes: usize,
    /// Deepest nesting of arrays and objects. Default 64, at most 120: the
    /// JSON reader itself refuses 128.
    pub max_depth: usize,
}

impl Default for ParseLimits {
    fn default() -> Self {
        Self { max_bytes: 1024 * 1024, max_depth: 64 }
    }
}

impl ParseLimits {
    /// Whether `json` nests deeper than allowed. Counts brackets outside
    /// strings; it need not be valid JSON.
    pub(super) fn too_deep(&self, json: &[u8]) -> bool {
        let max_depth = self.max_depth.min(120);
        let (mut depth, mut in_string, mut escaped) = (0_usize, false, false);
        for byte in json {
            match byte {
                _ if escaped => escaped = false,
                b'\\' if in_string => escaped = true,
                b'"' => in_string = !in_string,
                _ if in_string => {}
                b'{' | b'[' => {
                    depth += 1;
                    if depth > max_depth {
                        return true;
                    }
                }
                b'}' | b']' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_brackets_outside_strings_nest() {
        let limits = ParseLimits { max_depth: 2, ..ParseLimits::default() };
        for fits in ["", "{}", "[[]]", r#"{"a":[],"b":[]}"#, r#"["[[[["]"#, r#"["\"[[["]"#, "]]][["]
        {
            assert!(!limits.too_deep(fits.as_bytes()), "{fits}");
        }
        for deep in ["[[[", r#"{"a":{"b":[1]}}"#, r#"["\\",[["#] {
            assert!(limits.too_deep(deep.as_bytes()), "{deep}");
        }
    }
}
