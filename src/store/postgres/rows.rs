//! How columns are read, and how texts are written that anybody may have sent.

use serde::de::DeserializeOwned;
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use super::sql::Answer;
use crate::store::StoreError;
use crate::store::codec::decode;

/// A column's value.
pub(super) fn column<'r, T: FromSql<'r>>(row: &'r Row, index: usize) -> Result<T, StoreError> {
    row.try_get(index).map_err(|error| StoreError::Database(error.to_string()))
}

/// A count, a sequence number or a generation: never negative.
pub(super) fn natural(table: &'static str, row: &Row, index: usize) -> Result<u64, StoreError> {
    let value: i64 = column(row, index)?;
    u64::try_from(value)
        .map_err(|_| StoreError::inconsistent(table, format!("{value} is negative")))
}

/// The document in a column, where there is one.
pub(super) fn document<T: DeserializeOwned>(
    table: &'static str,
    row: &Row,
    index: usize,
) -> Result<Option<T>, StoreError> {
    let text: Option<&str> = column(row, index)?;
    text.map(|text| decode(table, text)).transpose()
}

impl Answer {
    /// The documents of all rows, each in the first column.
    pub(super) fn documents<T: DeserializeOwned>(
        &self,
        table: &'static str,
    ) -> Result<Vec<T>, StoreError> {
        self.rows.iter().map(|row| decode(table, column(row, 0)?)).collect()
    }

    /// The document of the first row, if there is one.
    pub(super) fn document<T: DeserializeOwned>(
        &self,
        table: &'static str,
    ) -> Result<Option<T>, StoreError> {
        self.rows.first().map_or(Ok(None), |row| document(table, row, 0))
    }
}

/// A key that came from outside, as it is stored. PostgreSQL keeps no NUL in a text; here it gets
/// a stand-in, and so does the stand-in's mark, so that two keys never become one.
pub(super) fn key_text(key: &str) -> String {
    if key.contains(['\0', '\u{1}']) {
        key.replace('\u{1}', "\u{1}1").replace('\0', "\u{1}0")
    } else {
        key.to_owned()
    }
}

/// The key that is stored like this.
pub(super) fn text_key(stored: &str) -> String {
    stored.replace("\u{1}0", "\0").replace("\u{1}1", "\u{1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_stay_apart_and_lose_their_nul() {
        let keys = ["a", "a\0", "a\u{1}", "a\u{1}0", "a\u{1}1", "a\0\0", "a\u{1}\u{1}", ""];
        let stored: Vec<String> = keys.iter().map(|key| key_text(key)).collect();
        for (index, key) in stored.iter().enumerate() {
            assert!(!key.contains('\0'), "{key:?}");
            assert!(!stored[..index].contains(key), "{key:?} stands for two");
        }
        for (key, stored) in keys.iter().zip(&stored) {
            assert_eq!(text_key(stored), *key);
        }
        assert_eq!(key_text("+41 79 ☎"), "+41 79 ☎");
    }
}
