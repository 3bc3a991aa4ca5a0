//! The specification as data: what each command does in each phase of a session, an invitation, a
//! room and an agent.
//!
//! A cell for every command and every phase, so that a new one of either does not compile before
//! it is decided what it does. [`check`] holds each cell against [`step`](crate::step::step);
//! [`render`] is how `docs/states.md` shows them.
//!
//! | Cell | means |
//! |---|---|
//! | `-` | nothing changes: too late, twice, or not its business |
//! | `Connected` | the row stands so afterwards; its own name: it changed, and stands so still |
//! | `(UserAccepted)` | the session ends with this outcome |
//! | `[AtCapacity]` | the command is refused |
//! | `_` | there is no such row in this phase |

mod agent;
mod check;
mod invitation;
mod render;
mod room;
mod session;
mod work;
mod worlds;

use crate::command::CommandKind;

/// What a command does to a row that stands in some phase.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cell {
    Same,
    NoRow,
    To(&'static str),
    Ends(&'static str),
    Refused(&'static str),
}

/// A table: its columns are the phases, its rows all kinds of commands.
struct Table {
    /// The name of its place in the documentation.
    name: &'static str,
    /// The names of the columns.
    columns: &'static [&'static str],
    /// The cells of a row.
    row: fn(CommandKind) -> Vec<Cell>,
    /// How rows look in a column, where this kind of command is about to come.
    world: fn(usize, CommandKind) -> worlds::Scene,
    /// How the row stands now, in the words of the cells.
    read: fn(&worlds::Scene) -> worlds::Standing,
}

const TABLES: [Table; 5] =
    [session::TABLE, invitation::TABLE, room::TABLE, agent::TABLE, work::TABLE];

macro_rules! cell {
    (-) => {
        crate::table::Cell::Same
    };
    (_) => {
        crate::table::Cell::NoRow
    };
    (($outcome:ident)) => {
        crate::table::Cell::Ends(stringify!($outcome))
    };
    ([$refused:ident]) => {
        crate::table::Cell::Refused(stringify!($refused))
    };
    ($name:ident) => {
        crate::table::Cell::To(stringify!($name))
    };
}

/// Rows as they stand in the source; every kind has one, and every row all columns.
macro_rules! rows {
    ($columns:literal; $({ $kind:ident: $($cell:tt)* })*) => {
        fn row(kind: CommandKind) -> Vec<Cell> {
            let cells: [Cell; $columns] = match kind {
                $(CommandKind::$kind => [$(cell!($cell)),*],)*
            };
            cells.to_vec()
        }
    };
}

use {cell, rows};
