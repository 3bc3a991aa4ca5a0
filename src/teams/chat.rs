//! What an agent can tell the bot in their own chat with it.

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

/// Reads `/invites on`, `/invites off` and `/invites default`. `None`: something else was written.
pub(super) fn invites(text: &str) -> Option<Invites> {
    let mut words = text.split_whitespace();
    let mut next = || words.next().map(str::to_lowercase);
    match (next()?.as_str(), next()?.as_str(), next()) {
        ("/invites", "on", None) => Some(Invites::On),
        ("/invites", "off", None) => Some(Invites::Off),
        ("/invites", "default", None) => Some(Invites::Default),
        _ => None,
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
            ("/invites on", Some(Invites::On)),
            (" /Invites\u{a0}OFF \n", Some(Invites::Off)),
            ("/invites default", Some(Invites::Default)),
            ("/invites", None),
            ("/invites off please", None),
            ("invites off", None),
            ("/invite off", None),
            ("", None),
        ] {
            assert_eq!(invites(text), expected, "{text:?}");
        }
    }
}
