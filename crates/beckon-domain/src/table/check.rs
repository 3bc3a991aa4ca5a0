//! Every cell of every table is what the rules do.

use super::worlds::{Scene, Standing};
use super::{Cell, TABLES, Table};
use crate::command::CommandKind;
use crate::step::Rejection;

/// What a command really does.
pub(super) fn play(table: &Table, column: usize, kind: CommandKind) -> String {
    let mut scene: Scene = (table.world)(column, kind);
    let before = (table.read)(&scene);
    let phase = table.columns[column].split([',', ' ']).next().unwrap_or_default();
    assert_eq!(before.name, phase, "{}: the scene is set as its column says", table.name);
    let command = scene.command(kind);
    assert_eq!(command.kind(), kind);
    let result = scene.world.run(&command);
    let after: Standing = (table.read)(&scene);
    match result {
        Err(Rejection::NotFound(_)) => "_".to_owned(),
        Err(rejection) => {
            let name = format!("{rejection:?}");
            let name: String = name.chars().take_while(|c| c.is_alphanumeric()).collect();
            format!("[{}]", snake(&name))
        }
        Ok(_) if before == after => "-".to_owned(),
        Ok(_) => after.ends.map_or(after.name.to_owned(), |outcome| format!("({outcome})")),
    }
}

fn says(cell: Cell) -> String {
    match cell {
        Cell::Same => "-".to_owned(),
        Cell::NoRow => "_".to_owned(),
        Cell::To(name) => snake(name),
        Cell::Ends(name) => format!("({})", snake(name)),
        Cell::Refused(name) => format!("[{}]", snake(name)),
    }
}

/// `UserAccepted` as rows and reports write it: `user_accepted`.
pub(super) fn snake(name: &str) -> String {
    let mut out = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !out.is_empty() {
            out.push('_');
        }
        out.extend(c.to_lowercase());
    }
    out
}

#[test]
fn every_cell_is_what_the_rules_do() {
    let mut wrong = Vec::new();
    let mut played = 0;
    for table in &TABLES {
        for kind in CommandKind::ALL {
            let cells = (table.row)(*kind);
            assert_eq!(cells.len(), table.columns.len());
            for (column, cell) in cells.into_iter().enumerate() {
                let (expected, done) = (says(cell), play(table, column, *kind));
                played += 1;
                if expected != done {
                    let phase = table.columns[column];
                    wrong
                        .push(format!("{}: {kind:?} in {phase}: {expected} is {done}", table.name));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} of {played} cells:\n{}", wrong.len(), wrong.join("\n"));
}
