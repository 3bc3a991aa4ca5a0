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

/// The page with every table as it is, and the names of those that were not.
fn brought_up_to_date(page: &str) -> (String, Vec<&'static str>) {
    let mut wanted = page.to_owned();
    let mut stale = Vec::new();
    for table in &TABLES {
        let (from, to) = (format!("<!-- table:{} -->\n", table.name), "<!-- end -->");
        let start = wanted.find(&from).expect("each table has its place") + from.len();
        let end = start + wanted[start..].find(to).expect("and its end");
        let fresh = render(table);
        if wanted[start..end] != fresh {
            stale.push(table.name);
            wanted.replace_range(start..end, &fresh);
        }
    }
    (wanted, stale)
}

#[test]
fn the_documentation_shows_the_tables_as_they_are() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/states.md");
    let known = std::fs::read_to_string(file).expect("docs/states.md can be read");
    let (wanted, stale) = brought_up_to_date(&known);
    if !stale.is_empty() {
        // What was built may be elsewhere.
        let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../target");
        let written = std::fs::create_dir_all(folder)
            .and_then(|()| std::fs::write([folder, "/states.md"].concat(), wanted));
        panic!(
            "docs/states.md lags behind the tables {stale:?}, as it does after a merge of new \
             commands; cp target/states.md docs/states.md mends it (written: {written:?})"
        );
    }
}

/// As after a merge of two branches, of which one brought a command and the other the page.
#[test]
fn a_page_that_lags_behind_is_told_by_its_tables() {
    let section = |table: &Table| {
        ["<!-- table:", table.name, " -->\n", &render(table), "<!-- end -->\n"].concat()
    };
    let page = TABLES.iter().map(section).collect::<Vec<_>>().concat();
    assert_eq!(brought_up_to_date(&page), (page.clone(), vec![]));
    for table in &TABLES {
        let start = page.find(&format!("<!-- table:{} -->", table.name)).expect("it is there");
        let says = CommandKind::ALL[0].says();
        let lagging = [&page[..start], &page[start..].replacen(says, "something old", 1)].concat();
        assert_eq!(brought_up_to_date(&lagging), (page.clone(), vec![table.name]));
    }
}
