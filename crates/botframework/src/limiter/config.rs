//! What the limiter counts, and how much of it Teams allows.

use std::time::Duration;

use super::window::Window;

/// Kind of connector call, as Teams counts them: each kind has its own windows.
///
/// Updates and deletes have no row of their own in the vendor's table; they are counted as
/// sends, which is the careful reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Send, reply, update and delete in one conversation.
    Send,
    /// Creation of a conversation; counted for the member or channel it is created with.
    Create,
    /// Roster and conversation look-ups.
    Read,
}

impl Operation {
    /// Number of kinds: the length of a table indexed by [`Operation::index`].
    pub(crate) const COUNT: usize = 3;

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Send => 0,
            Self::Create => 1,
            Self::Read => 2,
        }
    }
}

/// Who waits for the request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Priority {
    /// A person is looking at the screen: goes before all background work and may use the whole
    /// budget of the tenant.
    #[default]
    Interactive,
    /// Nobody waits: sweeps, mass updates, reminders. Never touches the reserved share.
    Background,
}

impl Priority {
    /// Highest first.
    pub(crate) const ALL: [Self; 2] = [Self::Interactive, Self::Background];

    pub(crate) const fn index(self) -> usize {
        match self {
            Self::Interactive => 0,
            Self::Background => 1,
        }
    }
}

/// The windows of a [`Limiter`](super::Limiter).
///
/// The defaults are the vendor's published limits for one bot in one thread and the careful
/// one of the two published tenant limits (30/s; 50/s in newer text).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LimiterConfig {
    /// Windows of [`Operation::Send`], for each conversation.
    pub send: Vec<Window>,
    /// Windows of [`Operation::Create`], for each member or channel.
    pub create: Vec<Window>,
    /// Windows of [`Operation::Read`], for each conversation.
    pub read: Vec<Window>,
    /// Requests a tenant may receive from this bot in any second: 1 or more, 30 by default.
    pub tenant_per_second: u32,
    /// Per cent of the tenant's second that background work leaves free: 0–99, 30 by default.
    pub reserved_percent: u8,
    /// Added to every window, 50 ms by default. Windows are kept at the moment of sending but
    /// counted at the moment of arrival, and the network may push two requests closer together.
    pub margin: Duration,
}

impl Default for LimiterConfig {
    fn default() -> Self {
        let writes = vec![
            Window::per_seconds(7, 1),
            Window::per_seconds(8, 2),
            Window::per_seconds(60, 30),
            Window::per_seconds(1800, 3600),
        ];
        let reads = vec![
            Window::per_seconds(14, 1),
            Window::per_seconds(16, 2),
            Window::per_seconds(120, 30),
            Window::per_seconds(3600, 3600),
        ];
        Self {
            send: writes.clone(),
            create: writes,
            read: reads,
            tenant_per_second: 30,
            reserved_percent: 30,
            margin: Duration::from_millis(50),
        }
    }
}

impl LimiterConfig {
    /// Requests of the tenant's second that background work may use: what the reserved share leaves,
    /// at least 1. For a [`TenantGrants`](super::TenantGrants), which keeps that share itself.
    pub fn background_per_second(&self) -> u32 {
        let percent = u64::from(self.reserved_percent.min(99));
        let reserved = (u64::from(self.tenant_per_second) * percent / 100) as u32;
        self.tenant_per_second.saturating_sub(reserved).max(1)
    }
}

/// Why a [`LimiterConfig`] was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LimiterConfigError {
    /// A window of zero requests or zero length would never open, or never close.
    #[error("a window needs a limit of at least 1 and a period above zero")]
    EmptyWindow,
    /// A tenant limit of zero would never let anything through.
    #[error("the tenant limit must be at least 1 request per second")]
    EmptyTenantLimit,
    /// Reserving everything would starve background work for ever.
    #[error("the reserved share must be below 100 per cent")]
    EverythingReserved,
}

/// The checked windows, margin included, as the decision core uses them.
#[derive(Debug)]
pub(crate) struct Rules {
    conversation: [Vec<Window>; Operation::COUNT],
    tenant: [[Window; 1]; 2],
    /// The longest window: what lies further back is of no account.
    pub(crate) horizon: Duration,
    /// The longest window of the tenant.
    pub(crate) tenant_horizon: Duration,
}

impl Rules {
    /// Windows of one conversation for `operation`.
    pub(crate) fn conversation(&self, operation: Operation) -> &[Window] {
        &self.conversation[operation.index()]
    }

    /// Windows of the tenant as `priority` may use them.
    pub(crate) fn tenant(&self, priority: Priority) -> &[Window] {
        &self.tenant[priority.index()]
    }
}

impl TryFrom<LimiterConfig> for Rules {
    type Error = LimiterConfigError;

    fn try_from(config: LimiterConfig) -> Result<Self, Self::Error> {
        if config.tenant_per_second == 0 {
            return Err(LimiterConfigError::EmptyTenantLimit);
        }
        if config.reserved_percent >= 100 {
            return Err(LimiterConfigError::EverythingReserved);
        }
        let background = config.background_per_second();
        let widen = |windows: Vec<Window>| -> Result<Vec<Window>, LimiterConfigError> {
            windows
                .into_iter()
                .map(|window| {
                    if window.limit == 0 || window.period.is_zero() {
                        return Err(LimiterConfigError::EmptyWindow);
                    }
                    Ok(Window::new(window.limit, window.period.saturating_add(config.margin)))
                })
                .collect()
        };
        let conversation = [widen(config.send)?, widen(config.create)?, widen(config.read)?];
        let tenant_horizon = Duration::from_secs(1).saturating_add(config.margin);
        let horizon = conversation
            .iter()
            .flatten()
            .map(|window| window.period)
            .fold(tenant_horizon, Duration::max);
        Ok(Self {
            conversation,
            tenant: [
                [Window::new(config.tenant_per_second, tenant_horizon)],
                [Window::new(background, tenant_horizon)],
            ],
            horizon,
            tenant_horizon,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn background_leaves_the_reserved_share_free() {
        let rules = Rules::try_from(LimiterConfig::default()).unwrap();
        assert_eq!(rules.tenant(Priority::Interactive)[0].limit, 30);
        assert_eq!(rules.tenant(Priority::Background)[0].limit, 21);
    }

    #[test]
    fn background_is_never_shut_out_by_rounding() {
        let config = LimiterConfig {
            tenant_per_second: 1,
            reserved_percent: 99,
            ..LimiterConfig::default()
        };
        assert_eq!(Rules::try_from(config).unwrap().tenant(Priority::Background)[0].limit, 1);
    }

    #[test]
    fn windows_that_cannot_work_are_refused() {
        let refused = |config| Rules::try_from(config).unwrap_err();
        let base = LimiterConfig::default;
        assert_eq!(
            refused(LimiterConfig { send: vec![Window::per_seconds(0, 1)], ..base() }),
            LimiterConfigError::EmptyWindow
        );
        assert_eq!(
            refused(LimiterConfig { read: vec![Window::per_seconds(1, 0)], ..base() }),
            LimiterConfigError::EmptyWindow
        );
        assert_eq!(
            refused(LimiterConfig { tenant_per_second: 0, ..base() }),
            LimiterConfigError::EmptyTenantLimit
        );
        assert_eq!(
            refused(LimiterConfig { reserved_percent: 100, ..base() }),
            LimiterConfigError::EverythingReserved
        );
    }
}
