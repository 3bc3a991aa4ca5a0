//! The published rate limits, and the report of how they were kept.

use serde::Serialize;

/// At most `calls` calls in any `ms` milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Window {
    /// Length in milliseconds.
    pub ms: i64,
    /// Calls allowed.
    pub calls: usize,
}

/// Which windows hold where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Budgets {
    /// Whether a call over budget is refused with 429; it is reported either way.
    pub enforce: bool,
    /// Send, reply, update and delete, and creating a conversation: per thread and kind.
    pub send: Vec<Window>,
    /// Reading rosters: per thread.
    pub members: Vec<Window>,
    /// All connector calls of the app in the tenant.
    pub tenant: Vec<Window>,
    /// All Graph calls of the app in the tenant.
    pub graph: Vec<Window>,
    /// Deletions of chats through Graph.
    pub graph_delete_chat: Vec<Window>,
}

const fn window(ms: i64, calls: usize) -> Window {
    Window { ms, calls }
}

impl Default for Budgets {
    /// The published limits (Teams docs, `rate-limit.md`; Graph docs, `throttling-limits.md`).
    /// Updates and deletes have no row of their own there and are counted as sends.
    fn default() -> Self {
        let published = |factor: usize| {
            let rows = [(1_000, 7), (2_000, 8), (30_000, 60), (3_600_000, 1_800)];
            rows.map(|(ms, calls)| window(ms, calls * factor)).to_vec()
        };
        Self {
            enforce: true,
            send: published(1),
            members: published(2),
            tenant: vec![window(1_000, 50)],
            graph: vec![window(1_000, 30)],
            graph_delete_chat: vec![window(1_000, 1)],
        }
    }
}

/// What a call is counted under: a family of windows and the thread, empty for the whole tenant.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Scope {
    /// `send`, `create`, `members`, `tenant`, `graph` or `graphDeleteChat`.
    pub family: &'static str,
    /// The conversation id, or empty.
    pub thread: String,
}

impl Scope {
    pub(crate) fn new(family: &'static str, thread: &str) -> Self {
        Self { family, thread: thread.to_owned() }
    }
}

impl Budgets {
    pub(crate) fn windows(&self, family: &str) -> &[Window] {
        match family {
            "send" | "create" => &self.send,
            "members" => &self.members,
            "tenant" => &self.tenant,
            "graph" => &self.graph,
            "graphDeleteChat" => &self.graph_delete_chat,
            _ => &[],
        }
    }
}

/// A call that was one too many.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Overrun {
    /// Where.
    pub scope: Scope,
    /// Which window was full.
    pub window: Window,
    /// When, in epoch milliseconds.
    pub at_ms: i64,
    /// Milliseconds until the call would have fitted.
    pub wait_ms: i64,
}

/// The most calls ever seen in one window.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Peak {
    /// Where.
    pub scope: Scope,
    /// Which window.
    pub window: Window,
    /// How many calls it held at its fullest, the refused one included.
    pub seen: usize,
}

/// What the accounting found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct LimitReport {
    /// Every call over a budget, in order.
    pub overruns: Vec<Overrun>,
    /// The fullest moment of each window, by scope.
    pub peaks: Vec<Peak>,
}
