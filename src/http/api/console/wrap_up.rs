//! After-call work, codes and tags as the console shows them.

use beckon_domain::face::{self, CodeList, codes};
use beckon_domain::ids::ServiceId;
use beckon_domain::invitation::{Invitation, InvitationState};
use beckon_domain::settings::Service;
use beckon_domain::wrap_up::{LATE, WrapUp};
use jiff::Timestamp;
use serde::Serialize;

/// What the agent may do about their after-call work.
#[derive(Serialize)]
pub(super) struct WrapUpView {
    /// Whether they may end it before its time.
    can_finish: bool,
    /// How often they may still let its time begin anew.
    extensions_left: u32,
    /// Whether its time is over, and it waits for codes.
    held: bool,
}

impl WrapUpView {
    pub(super) fn of(state: &InvitationState, rules: &WrapUp) -> Option<Self> {
        let InvitationState::WrapUp { extended, held, .. } = state else { return None };
        Some(Self {
            can_finish: rules.early_end,
            extensions_left: rules.extensions.saturating_sub(*extended),
            held: *held,
        })
    }
}

/// What can be said about a conversation, and was.
#[derive(Serialize)]
pub(super) struct CodesView {
    /// The service whose choices they are.
    service: ServiceId,
    /// Whether it can still be said.
    open: bool,
    /// Until when, once the conversation is over.
    until: Option<Timestamp>,
    codes: Option<ListView>,
    codes2: Option<ListView>,
    /// `None`: the service has no tags, and none were set.
    tags: Option<Vec<String>>,
}

#[derive(Serialize)]
struct ListView {
    name: String,
    required: bool,
    chosen: Option<String>,
}

/// What the lists of a service offer. An inbox says it once, however many conversations show it.
#[derive(Serialize)]
pub(super) struct ChoicesView {
    codes: Vec<ChoiceView>,
    codes2: Vec<ChoiceView>,
}

#[derive(Serialize)]
struct ChoiceView {
    id: String,
    label: String,
}

impl CodesView {
    /// They, with what the lists offer.
    pub(super) fn of(invitation: &Invitation, service: &Service) -> Option<(Self, ChoicesView)> {
        let face::Codes { lists, tags, takes_tags, open } = codes(invitation, &service.wrap_up)?;
        let [(codes, offered), (codes2, offered2)] = lists.map(|list| match list {
            Some(list) => {
                let (view, offered) = ListView::of(list);
                (Some(view), offered)
            }
            None => (None, Vec::new()),
        });
        let ended = invitation.state.ended();
        let view = Self {
            service: service.id.clone(),
            open,
            until: ended.and_then(|ended| ended.ended_at.checked_add(LATE).ok()),
            codes,
            codes2,
            tags: (takes_tags || !tags.is_empty()).then_some(tags),
        };
        Some((view, ChoicesView { codes: offered, codes2: offered2 }))
    }
}

impl ListView {
    fn of(list: CodeList) -> (Self, Vec<ChoiceView>) {
        let CodeList { name, choices, chosen, required } = list;
        let choices = choices.into_iter();
        let offered =
            choices.map(|choice| ChoiceView { id: choice.id, label: choice.title.plain }).collect();
        (Self { name: name.plain, required, chosen }, offered)
    }
}
