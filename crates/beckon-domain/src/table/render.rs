//! The tables as `docs/states.md` shows them.

use super::check::snake;
use super::{Cell, TABLES, Table};
use crate::command::CommandKind;

/// A table as Markdown: a line for each kind that changes something somewhere, then the others.
fn render(table: &Table) -> String {
    let mut out = String::from("| When |");
    for column in table.columns {
        out.push_str(&[" ", &column.replace('_', " "), " |"].concat());
    }
    out.push_str("\n|---|");
    out.push_str(&"---|".repeat(table.columns.len()));
    let mut without = Vec::new();
    for kind in CommandKind::ALL {
        let cells = (table.row)(*kind);
        let idle = |cell: &Cell| match cell {
            Cell::Same | Cell::NoRow => true,
            // Once is enough: the other tables are about the same sessions.
            Cell::Refused(_) => table.name != "session",
            Cell::To(_) | Cell::Ends(_) => false,
        };
        if cells.iter().all(idle) {
            without.push(kind.says());
            continue;
        }
        out.push_str(&["\n| ", kind.says(), " |"].concat());
        for cell in cells {
            let text = match cell {
                Cell::Same | Cell::NoRow => "·".to_owned(),
                Cell::To(name) => snake(name).replace('_', " "),
                Cell::Ends(name) => format!("**{}**", snake(name)),
                Cell::Refused(name) => format!("*{}*", snake(name).replace('_', " ")),
            };
            out.push_str(&[" ", &text, " |"].concat());
        }
    }
    out + "\n\nNothing changes when: " + &without.join("; ") + ".\n"
}

#[test]
fn the_documentation_shows_the_tables_as_they_are() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
    let known = std::fs::read_to_string(file).expect("docs/states.md can be read");
    let mut wanted = known.clone();
    for table in &TABLES {
        let (from, to) = (format!("<!-- table:{} -->\n", table.name), "<!-- end -->");
        let start = wanted.find(&from).expect("each table has its place") + from.len();
        let length = wanted[start..].find(to).expect("and its end");
        wanted.replace_range(start..start + length, &render(table));
    }
    let fresh = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target/states.md");
    if known != wanted {
        let written = std::fs::write(fresh, &wanted);
        panic!(
            "docs/states.md is out of date; target/states.md shows how it should be: {written:?}"
        );
    }
}
