//! The kinds of commands: what a reader of the tables, a metric or a log line calls them.

use super::{Action, CardFailure, Command, FlowStep, RoomReport, SystemEnd};
use crate::agent::Duty;
use crate::timer::TimerKey;
use crate::transfer::{TransferMode, TransferTo};

macro_rules! kinds {
    ($($kind:ident, $name:literal, $says:literal;)*) => {
        /// What a command is about, as fine as the rules tell commands apart.
        #[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
        pub enum CommandKind {
            $(
                #[doc = concat!("When ", $says, ".")]
                $kind,
            )*
        }

        impl CommandKind {
            /// Every kind, in the order of a session's life.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// The name in metrics and logs.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$kind => $name,)*
                }
            }

            /// The kind in words, as the tables of the documentation show it.
            pub fn says(self) -> &'static str {
                match self {
                    $(Self::$kind => $says,)*
                }
            }
        }
    };
}

kinds! {
    CustomerMessage, "customer_message", "a customer writes";
    ContactAgent, "contact_agent", "a customer asks for one agent";
    CustomerLeft, "customer_left", "the customer leaves";
    StartOutbound, "start_outbound", "we write first";
    FlowAccepted, "flow_accepted", "the workflow accepts";
    FlowQueued, "flow_queued", "the workflow queues";
    FlowLeftQueue, "flow_left_queue", "the workflow takes it out of the queue";
    FlowEnded, "flow_ended", "the workflow ends it";
    Offer, "offer", "the matcher offers";
    CardShown, "card_shown", "a card is on display";
    CardRefused, "card_refused", "a card cannot be put on display";
    CardLater, "card_later", "a card needs another try";
    Accept, "accept", "the agent accepts";
    Decline, "decline", "the agent declines";
    Terminate, "terminate", "the agent terminates";
    Finish, "finish", "the agent finishes the after-call work";
    Extend, "extend", "the agent extends the after-call work";
    SetCodes, "set_codes", "codes and tags are set";
    LeaveWrapUp, "leave_wrap_up", "the agent goes on with the customer instead of wrapping up";
    Park, "park", "the agent parks";
    Unpark, "unpark", "the agent takes it up again";
    HandBack, "hand_back", "the agent hands it back";
    AgentMessage, "agent_message", "the agent writes";
    TransferToService, "transfer_to_service", "the agent moves it to a service";
    TransferBlind, "transfer_blind", "the agent moves it to a colleague, blindly";
    TransferSafe, "transfer_safe", "the agent moves it to a colleague, safely";
    TransferOutside, "transfer_outside", "the agent moves it outside";
    TransferDelivered, "transfer_delivered", "the provider moved it outside";
    TransferRefused, "transfer_refused", "the provider refuses to move it outside";
    Return, "return", "a rule gives it back to the queue";
    WithdrawInvitation, "withdraw_invitation", "the offer is withdrawn";
    TakeOver, "take_over", "a supervisor takes over";
    StandbyAccepted, "standby_accepted", "an agent on call takes it";
    TaskCancelled, "task_cancelled", "the task is cancelled";
    Spam, "spam", "a block list refuses";
    ChannelFailed, "channel_failed", "the channel fails";
    InternalFailed, "internal_failed", "a broken rule is found";
    Sweep, "sweep", "the sweep finds it silent";
    AdminEnd, "admin_end", "an administrator ends it";
    RoomOpening, "room_opening", "the room is being made";
    RoomProgress, "room_progress", "the making of a room goes on";
    RoomOpened, "room_opened", "the room is open";
    RoomFailed, "room_failed", "the room cannot be made";
    RoomClosed, "room_closed", "the room is closed";
    RoomLost, "room_lost", "the room is gone";
    RoomMessage, "room_message", "the agent writes in the room";
    RoomEdited, "room_edited", "the agent edits what they wrote in the room";
    AgentReachable, "agent_reachable", "the agent installs the bot";
    AgentUnreachable, "agent_unreachable", "the agent removes the bot";
    OnDuty, "on_duty", "the agent goes on duty";
    OffDuty, "off_duty", "the agent goes off duty";
    SetPresence, "set_presence", "Teams says: do not disturb, or offline";
    ResetRona, "reset_rona", "the RONA flag is reset";
    FlagLifted, "flag_lifted", "the RONA flag of an invitation is no more";
    ChatOpened, "chat_opened", "the bot opens the chat";
    ConsoleOpen, "console_open", "the agent opens the console";
    InvitationSeen, "invitation_seen", "the console shows the invitation";
    SetInvites, "set_invites", "the agent wants to be invited in Teams";
    DeliveryTimer, "delivery_timer", "the delivery time is over";
    RingTimer, "ring_timer", "the ring time is over";
    OfferTimer, "offer_timer", "the back-off is over";
    MaxWaitTimer, "max_wait_timer", "max wait is over";
    WrapUpTimer, "wrap_up_timer", "the after-call work is over";
    LateCodesTimer, "late_codes_timer", "the time for late codes is over";
    ParkLimitTimer, "park_limit_timer", "it was parked for too long";
    ReminderTimer, "reminder_timer", "an agent is to be reminded";
    IdleTimer, "idle_timer", "the customer is silent for too long";
    OutboundTimer, "outbound_timer", "the window for an answer is over";
    TransferTimer, "transfer_timer", "nobody outside answers the move";
    EmptyRoomTimer, "empty_room_timer", "the room of an ended session was kept long enough";
    RonaTimer, "rona_timer", "the RONA flag has lasted long enough";
    MessageUndelivered, "message_undelivered", "a message did not arrive";
    NoticeDropped, "notice_dropped", "a notice was given up";
}

impl Command {
    /// What it is about.
    pub fn kind(&self) -> CommandKind {
        match self {
            Self::CustomerMessage { .. } => CommandKind::CustomerMessage,
            Self::ContactAgent { .. } => CommandKind::ContactAgent,
            Self::CustomerLeft { .. } => CommandKind::CustomerLeft,
            Self::StartOutbound { .. } => CommandKind::StartOutbound,
            Self::Flow { step, .. } => match step {
                FlowStep::Accepted => CommandKind::FlowAccepted,
                FlowStep::Queued => CommandKind::FlowQueued,
                FlowStep::LeftQueue => CommandKind::FlowLeftQueue,
                FlowStep::Ended { .. } => CommandKind::FlowEnded,
            },
            Self::Offer { .. } => CommandKind::Offer,
            Self::Act { action, .. } => of_action(*action),
            Self::AgentMessage { .. } => CommandKind::AgentMessage,
            Self::AdminEnd { .. } => CommandKind::AdminEnd,
            Self::SetCodes { .. } => CommandKind::SetCodes,
            Self::CardShown { .. } => CommandKind::CardShown,
            Self::CardFailed { failure, .. } => match failure {
                CardFailure::Unreachable { .. } | CardFailure::Refused { .. } => {
                    CommandKind::CardRefused
                }
                CardFailure::Gone { .. } | CardFailure::Later { .. } => CommandKind::CardLater,
            },
            Self::Timer(timer) => of_timer(timer.key),
            Self::AgentReachable { .. } => CommandKind::AgentReachable,
            Self::AgentUnreachable { .. } => CommandKind::AgentUnreachable,
            Self::SetDuty { duty: Duty::On, .. } => CommandKind::OnDuty,
            Self::SetDuty { duty: Duty::Off, .. } => CommandKind::OffDuty,
            Self::SetPresence { .. } => CommandKind::SetPresence,
            Self::ResetRona { .. } => CommandKind::ResetRona,
            Self::FlagLifted { .. } => CommandKind::FlagLifted,
            Self::ChatOpened { .. } => CommandKind::ChatOpened,
            Self::ConsoleOpen { .. } => CommandKind::ConsoleOpen,
            Self::InvitationSeen { .. } => CommandKind::InvitationSeen,
            Self::SetInvites { .. } => CommandKind::SetInvites,
            Self::WithdrawInvitation { .. } => CommandKind::WithdrawInvitation,
            Self::MessageUndelivered { .. } => CommandKind::MessageUndelivered,
            Self::NoticeDropped { .. } => CommandKind::NoticeDropped,
            Self::SystemEnd { why, .. } => match why {
                SystemEnd::TaskCancelled => CommandKind::TaskCancelled,
                SystemEnd::Spam => CommandKind::Spam,
                SystemEnd::ChannelFailed { .. } => CommandKind::ChannelFailed,
                SystemEnd::InternalFailed { .. } => CommandKind::InternalFailed,
            },
            Self::Sweep { .. } => CommandKind::Sweep,
            Self::Transfer { target, .. } => of_transfer(target),
            Self::TransferReported { refused: None, .. } => CommandKind::TransferDelivered,
            Self::TransferReported { refused: Some(_), .. } => CommandKind::TransferRefused,
            Self::Return { .. } => CommandKind::Return,
            Self::LeaveWrapUp { .. } => CommandKind::LeaveWrapUp,
            Self::TakeOver { .. } => CommandKind::TakeOver,
            Self::StandbyAccepted { .. } => CommandKind::StandbyAccepted,
            Self::RoomMessage { .. } => CommandKind::RoomMessage,
            Self::RoomEdited { .. } => CommandKind::RoomEdited,
            Self::Room { report, .. } => match report {
                RoomReport::Opening => CommandKind::RoomOpening,
                RoomReport::NotCreated
                | RoomReport::Created { .. }
                | RoomReport::Installed
                | RoomReport::Introduced { .. }
                | RoomReport::Transcribed { .. }
                | RoomReport::Posted { .. }
                | RoomReport::Answered { .. }
                | RoomReport::Reached { .. }
                | RoomReport::Heard
                | RoomReport::Renamed { .. }
                | RoomReport::NotHandedOver { .. }
                | RoomReport::Emptied => CommandKind::RoomProgress,
                RoomReport::Opened { .. } => CommandKind::RoomOpened,
                RoomReport::Failed { .. } => CommandKind::RoomFailed,
                RoomReport::Closed => CommandKind::RoomClosed,
                RoomReport::Lost { .. } => CommandKind::RoomLost,
            },
        }
    }
}

fn of_action(action: Action) -> CommandKind {
    match action {
        Action::Accept => CommandKind::Accept,
        Action::Decline => CommandKind::Decline,
        Action::Terminate => CommandKind::Terminate,
        Action::Finish => CommandKind::Finish,
        Action::Extend => CommandKind::Extend,
        Action::Park => CommandKind::Park,
        Action::Unpark => CommandKind::Unpark,
        Action::HandBack => CommandKind::HandBack,
    }
}

fn of_timer(key: TimerKey) -> CommandKind {
    match key {
        TimerKey::Delivery(_) => CommandKind::DeliveryTimer,
        TimerKey::Ring(_) => CommandKind::RingTimer,
        TimerKey::Offer(_) => CommandKind::OfferTimer,
        TimerKey::MaxWait(_) => CommandKind::MaxWaitTimer,
        TimerKey::WrapUp(_) => CommandKind::WrapUpTimer,
        TimerKey::LateCodes(_) => CommandKind::LateCodesTimer,
        TimerKey::ParkLimit(_) => CommandKind::ParkLimitTimer,
        TimerKey::Reminder(_) => CommandKind::ReminderTimer,
        TimerKey::Idle(_) => CommandKind::IdleTimer,
        TimerKey::Outbound(_) => CommandKind::OutboundTimer,
        TimerKey::Transfer(_) => CommandKind::TransferTimer,
        TimerKey::EmptyRoom(_) => CommandKind::EmptyRoomTimer,
        TimerKey::Rona(_) => CommandKind::RonaTimer,
    }
}

fn of_transfer(target: &TransferTo) -> CommandKind {
    match target {
        TransferTo::Service { .. } => CommandKind::TransferToService,
        TransferTo::Agent { mode: TransferMode::Blind, .. } => CommandKind::TransferBlind,
        TransferTo::Agent { mode: TransferMode::Safe, .. } => CommandKind::TransferSafe,
        TransferTo::Outside { .. } => CommandKind::TransferOutside,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_two_kinds_are_called_the_same() {
        for called in [CommandKind::name, CommandKind::says] {
            let names: HashSet<_> = CommandKind::ALL.iter().map(|kind| called(*kind)).collect();
            assert_eq!(names.len(), CommandKind::ALL.len());
        }
    }

    #[test]
    fn a_verb_names_its_action() {
        for action in Action::ALL {
            assert_eq!(Action::from_verb(action.verb()), Some(action));
        }
        assert_eq!(Action::from_verb("explode"), None);
    }
}
