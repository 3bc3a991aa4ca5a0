//! What an agent can tell the bot in their own chat with it.

use beckon_domain::command::ActResult;

/// Whether an agent is to be invited in Teams.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Invites {
    On,
    Off,
    /// As the configuration says.
    Default,
}

impl Invites {
    /// The agent's own choice, if they have one.
    pub(super) fn chosen(self) -> Option<bool> {
        match self {
            Self::On => Some(true),
            Self::Off => Some(false),
            Self::Default => None,
        }
    }
}

/// What an agent tells the bot.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Told {
    /// Where they want to be invited.
    Invites(Invites),
    /// They are there: the flag for not answering goes (I3).
    Available,
    /// What can be told?
    Help,
}

/// Reads `/invites on`, `/invites off`, `/invites default`, `/available` and `/help`. `None`:
/// something else was written.
pub(super) fn told(text: &str) -> Option<Told> {
    let mut words = text.split_whitespace();
    let mut next = || words.next().map(str::to_lowercase);
    match (next()?.as_str(), next().as_deref(), next()) {
        ("/invites", Some("on"), None) => Some(Told::Invites(Invites::On)),
        ("/invites", Some("off"), None) => Some(Told::Invites(Invites::Off)),
        ("/invites", Some("default"), None) => Some(Told::Invites(Invites::Default)),
        ("/available", None, None) => Some(Told::Available),
        ("/help", None, None) => Some(Told::Help),
        _ => None,
    }
}

/// What `/help` is answered with.
pub(super) const HELP: &str = "/available: I am back; invitations that I missed hold no new ones \
                               back. /invites on, /invites off: get invitations here, or in the \
                               console alone. /invites default: as your administrator says. \
                               /help: this.";

/// The flag for not answering is gone, or there was none.
pub(super) const BACK: &str =
    "Welcome back. Invitations that you missed hold no new ones back any more.";

/// What became of a click on "I am back", for a client that shows no card in answer.
pub(super) fn reset(result: ActResult) -> &'static str {
    match result {
        ActResult::Done => BACK,
        ActResult::Unchanged => {
            "This invitation does not hold new ones back any more. Nothing was changed."
        }
        ActResult::Foreign => "This invitation is not yours. Nothing was changed.",
    }
}

/// How it is from now on, as a sentence.
pub(super) fn now(invited: bool) -> &'static str {
    if invited {
        "Invitations come here from now on."
    } else {
        "Invitations do not come here any more. They ring in the console while you have it open. \
         Write /invites on to get them here again."
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_whole_command_is_one() {
        for (text, expected) in [
            ("/invites on", Some(Told::Invites(Invites::On))),
            (" /Invites\u{a0}OFF \n", Some(Told::Invites(Invites::Off))),
            ("/invites default", Some(Told::Invites(Invites::Default))),
            ("/available", Some(Told::Available)),
            (" /Available\n", Some(Told::Available)),
            ("/available now", None),
            ("available", None),
            ("/help", Some(Told::Help)),
            ("/help me", None),
            ("/invites", None),
            ("/invites off please", None),
            ("invites off", None),
            ("/invite off", None),
            ("", None),
        ] {
            assert_eq!(told(text), expected, "{text:?}");
        }
    }
}
