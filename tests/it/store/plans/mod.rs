//! How the databases carry out our queries: none walks a table, or all rows of a tenant, unless it
//! stands here with its reason.

mod postgres;
mod sqlite;
mod statements;

/// A statement that may walk, by words of it, and why.
type Excused = (&'static str, &'static str);

/// The reason why a statement may walk.
fn excuse(list: &[Excused], statement: &str) -> Option<&'static str> {
    let flat = statement.split_whitespace().collect::<Vec<_>>().join(" ");
    list.iter().find(|(words, _)| flat.contains(words)).map(|(_, reason)| *reason)
}

/// Fails with everything that walks without an excuse, and with excuses that nobody needs.
fn judge(list: &[Excused], walks: &[(String, Vec<String>)]) {
    let without: Vec<String> = walks
        .iter()
        .filter(|(statement, _)| excuse(list, statement).is_none())
        .map(|(statement, how)| format!("{statement}\n    {}", how.join("\n    ")))
        .collect();
    assert!(without.is_empty(), "these walk:\n\n{}\n", without.join("\n\n"));
    for entry in list {
        let needed = walks.iter().any(|(statement, _)| excuse(&[*entry], statement).is_some());
        assert!(needed, "{:?} needs no excuse any more", entry.0);
    }
}
