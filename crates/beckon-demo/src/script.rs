//! What happens on a day: who writes when, on which channel, and how it goes.

use beckon_domain::settings::Channel;
use jiff::SignedDuration;

/// A channel account of the demo: its id, as the configuration names it, and its kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Account {
    pub(crate) id: &'static str,
    pub(crate) channel: Channel,
}

/// Where customers write on a played day, beside the phone of the page.
pub(crate) const ACCOUNTS: [Account; 3] = [
    Account { id: "website", channel: Channel::Web },
    Account { id: "whatsapp", channel: Channel::WhatsApp },
    Account { id: "sms", channel: Channel::Sms },
];

/// How a session goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plot {
    /// Accepted after so many seconds, and ended after so many minutes.
    Answered(u16, u16),
    /// The first agent declines, the other one accepts.
    Declined(u16, u16),
    /// The first agent lets it ring out, the other one accepts.
    Missed(u16, u16),
    /// The customer leaves after so many seconds.
    Left(u16),
    /// Nobody accepts, until the longest wait is over.
    NobodyCame,
    /// Accepted and answered, and then nothing more is said: the sweep will find it.
    Forgotten(u16),
}

/// A session of the day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Scene {
    /// When the customer writes, after the morning.
    pub(crate) after: SignedDuration,
    pub(crate) account: Account,
    pub(crate) customer: String,
    pub(crate) plot: Plot,
}

/// How many sessions begin in each hour, from the morning on: a wave before noon, a smaller one
/// after. Teams takes sixty posts in half a minute from a bot to one chat, and a day should not take
/// longer than that.
const PER_HOUR: [usize; 9] = [2, 4, 5, 3, 2, 2, 3, 2, 1];

/// How sessions go, one after the other, again and again.
const PLOTS: [Plot; 11] = [
    Plot::Answered(9, 4),
    Plot::Answered(17, 2),
    Plot::Left(40),
    Plot::Answered(6, 3),
    Plot::Declined(14, 3),
    Plot::Answered(24, 5),
    Plot::Missed(12, 2),
    Plot::Answered(11, 2),
    Plot::Left(15),
    Plot::Answered(31, 3),
    Plot::Answered(7, 6),
];

const FIRST: [&str; 7] = ["Alma", "Bruno", "Carla", "Dario", "Elin", "Farid", "Greta"];
const LAST: [&str; 6] = ["Amsler", "Brunner", "Costa", "Dubois", "Egli", "Fontana"];

/// The sessions of a day, in their order. Each begins when the one before is long over, but for the
/// last two, which nobody ends.
pub(crate) fn day() -> Vec<Scene> {
    let mut scenes = Vec::new();
    for (hour, count) in PER_HOUR.into_iter().enumerate() {
        for place in 0..count {
            let number = scenes.len();
            let minute = hour * 60 + place * 60 / count;
            scenes.push(Scene {
                after: SignedDuration::from_mins(minute as i64),
                // Every second customer writes on the web page.
                account: ACCOUNTS[[0, 1, 0, 2][number % 4]],
                customer: format!("{} {}", FIRST[number % 7], LAST[number % 6]),
                plot: PLOTS[number % PLOTS.len()],
            });
        }
    }
    let last = scenes.len();
    for (scene, plot) in
        scenes[last - 2..].iter_mut().zip([Plot::Forgotten(8), Plot::Forgotten(13)])
    {
        scene.plot = plot;
    }
    // Where there is time for it: the only one in that hour's half.
    if let Some(lunch) = scenes.iter_mut().find(|scene| scene.after.as_hours() == 4) {
        lunch.plot = Plot::NobodyCame;
    }
    scenes
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn a_day_has_its_dozens_and_every_plot_on_every_channel() {
        let day = day();
        assert_eq!(day.len(), PER_HOUR.iter().sum::<usize>());
        assert!(day.is_sorted_by_key(|scene| scene.after));
        let customers: HashSet<_> = day.iter().map(|scene| &scene.customer).collect();
        assert_eq!(customers.len(), day.len(), "nobody comes twice");
        for account in ACCOUNTS {
            let there = |like: fn(&Plot) -> bool| {
                day.iter().any(|scene| scene.account == account && like(&scene.plot))
            };
            assert!(there(|plot| matches!(plot, Plot::Answered(..))), "{account:?}");
            assert!(there(|plot| matches!(plot, Plot::Left(_))), "{account:?}");
        }
        let forgotten = day.iter().filter(|scene| matches!(scene.plot, Plot::Forgotten(_)));
        assert_eq!(forgotten.count(), 2, "one for each agent");
        assert!(day.iter().any(|scene| scene.plot == Plot::NobodyCame));
    }

    #[test]
    fn a_session_is_over_when_the_next_one_begins() {
        let day = day();
        for pair in day.windows(2) {
            let seconds = match pair[0].plot {
                Plot::Answered(wait, minutes) | Plot::Declined(wait, minutes) => {
                    i64::from(wait) + i64::from(minutes) * 60
                }
                Plot::Missed(wait, minutes) => 120 + i64::from(wait) + i64::from(minutes) * 60,
                Plot::Left(wait) | Plot::Forgotten(wait) => wait.into(),
                Plot::NobodyCame => 15 * 60,
            };
            let gap = pair[1].after - pair[0].after;
            assert!(gap > SignedDuration::from_secs(seconds), "{:?}", pair[0]);
        }
    }
}
