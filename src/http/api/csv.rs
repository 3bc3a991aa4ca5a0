//! Lists as CSV (RFC 4180), for spreadsheets.

use http::{HeaderMap, header};
use serde_json::Value;

use crate::http::problem::Problem;

/// A column: its header, and where its value stands in a row, as a JSON pointer (RFC 6901).
pub(super) struct Column {
    pub(super) header: String,
    pub(super) pointer: String,
}

impl Column {
    /// A column of a field of that name.
    pub(super) fn of(name: &str) -> Self {
        Self { header: name.to_owned(), pointer: format!("/{name}") }
    }
}

/// Whether CSV is asked for: by `format` of the query, else by `Accept`.
pub(super) fn asked_for(format: Option<&str>, headers: &HeaderMap) -> Result<bool, Problem> {
    match format {
        Some("csv") => Ok(true),
        Some("json") => Ok(false),
        Some(_) => Err(Problem::field("format", "must be json or csv")),
        None => {
            let accepted = headers.get_all(header::ACCEPT).iter();
            let kinds = accepted.filter_map(|value| value.to_str().ok());
            let mut kinds = kinds.flat_map(|value| value.split(','));
            // The first kind that we have.
            let kind = kinds.find_map(|kind| match kind.split(';').next()?.trim() {
                "text/csv" => Some(true),
                "application/json" | "*/*" | "application/*" => Some(false),
                _ => None,
            });
            Ok(kind.unwrap_or(false))
        }
    }
}

/// A line of headers and a line for each row.
pub(super) fn table(columns: &[Column], rows: &[Value]) -> String {
    let mut text = String::new();
    let headers = columns.iter().map(|column| column.header.clone());
    line(&mut text, headers);
    for row in rows {
        line(&mut text, columns.iter().map(|column| cell(row.pointer(&column.pointer))));
    }
    text
}

fn line(text: &mut String, cells: impl Iterator<Item = String>) {
    for (place, cell) in cells.enumerate() {
        if place > 0 {
            text.push(',');
        }
        text.push_str(&quoted(&cell));
    }
    text.push_str("\r\n");
}

/// A value as text. A spreadsheet takes a text for a formula that begins like one, so such a text
/// gets an apostrophe before it; numbers are ours and stay as they are.
fn cell(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']) => {
            format!("'{text}")
        }
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

fn quoted(cell: &str) -> String {
    if cell.contains(['"', ',', '\r', '\n']) {
        format!("\"{}\"", cell.replace('"', "\"\""))
    } else {
        cell.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn two_columns() -> [Column; 2] {
        let pointer = "/deep/er".to_owned();
        [Column::of("name"), Column { header: "deep_er".to_owned(), pointer }]
    }

    #[test]
    fn cells_are_quoted_where_they_must_be_and_formulas_are_words() {
        let rows = [
            json!({ "name": "a,\"b\"\r\nc", "deep": { "er": -4 } }),
            json!({ "name": "=HYPERLINK(\"x\")", "deep": { "er": null } }),
            json!({ "name": "-1", "deep": {} }),
        ];
        assert_eq!(
            table(&two_columns(), &rows),
            "name,deep_er\r\n\"a,\"\"b\"\"\r\nc\",-4\r\n\"'=HYPERLINK(\"\"x\"\")\",\r\n'-1,\r\n"
        );
    }

    #[test]
    fn the_query_decides_before_the_header() {
        let accept = |value: &'static str| {
            HeaderMap::from_iter([(header::ACCEPT, http::HeaderValue::from_static(value))])
        };
        for (format, accepted, csv) in [
            (None, "text/csv", true),
            (None, "text/html, text/csv;q=0.9, application/json", true),
            (None, "application/json, text/csv", false),
            (None, "*/*", false),
            (Some("json"), "text/csv", false),
            (Some("csv"), "application/json", true),
        ] {
            assert_eq!(asked_for(format, &accept(accepted)).unwrap(), csv, "{format:?} {accepted}");
        }
        assert!(asked_for(Some("xml"), &HeaderMap::new()).is_err());
    }

    /// Reads one table as RFC 4180 says.
    fn parsed(text: &str) -> Vec<Vec<String>> {
        let (mut rows, mut row, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut chars, mut inside) = (text.chars().peekable(), false);
        while let Some(char) = chars.next() {
            match char {
                '"' if inside && chars.next_if_eq(&'"').is_some() => cell.push('"'),
                '"' => inside = !inside,
                ',' if !inside => row.push(std::mem::take(&mut cell)),
                '\r' if !inside && chars.next_if_eq(&'\n').is_some() => {
                    row.push(std::mem::take(&mut cell));
                    rows.push(std::mem::take(&mut row));
                }
                other => cell.push(other),
            }
        }
        rows
    }

    proptest! {
        #[test]
        fn what_is_written_reads_back_and_is_no_formula(texts in prop::collection::vec("\\PC{0,6}|[=+@,\"\r\n\t-]{0,5}", 0..5)) {
            let rows: Vec<Value> = texts.iter().map(|text| json!({ "name": text, "deep": { "er": text } })).collect();
            let read = parsed(&table(&two_columns(), &rows));
            prop_assert_eq!(read.len(), texts.len() + 1);
            for (row, text) in read[1..].iter().zip(&texts) {
                prop_assert_eq!(row.len(), 2);
                prop_assert_eq!(row[0].strip_prefix('\'').filter(|rest| rest == text).unwrap_or(&row[0]), text);
                prop_assert!(!row[0].starts_with(['=', '+', '-', '@', '\t', '\r', '\n']));
            }
        }
    }
}
