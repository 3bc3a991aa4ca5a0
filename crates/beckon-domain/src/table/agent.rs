//! Whether an agent can be rung: what a command makes of somebody who can, or who cannot for one
//! reason. The session is one that waits.

use super::worlds::{At, Scene, Standing};
use super::{Cell, Table, cell, rows};
use crate::agent::NotSelectable;
use crate::command::CommandKind;
use crate::step::tests::world::agent;
use crate::timer::TimerKey;

/// The reasons, in the order of the columns.
const REASONS: [Option<NotSelectable>; 7] = [
    None,
    Some(NotSelectable::Unreachable),
    Some(NotSelectable::OffDuty),
    Some(NotSelectable::Absent),
    Some(NotSelectable::Rona),
    Some(NotSelectable::NotAvailable),
    Some(NotSelectable::Busy),
];

pub(super) const TABLE: Table = Table {
    name: "agent",
    columns: &["selectable", "unreachable", "off_duty", "absent", "rona", "not_available", "busy"],
    row,
    world: |column, kind| {
        let mut scene = Scene::at(At::Waiting);
        scene.hinder(REASONS[column]);
        if kind == CommandKind::RonaTimer && scene.world.has_timer(TimerKey::Rona(agent(1))) {
            scene.world.pass(600);
        }
        scene
    },
    read: |scene| {
        let row = &scene.world.agents[&agent(1)];
        let verdict = row.selectable(&scene.world.service.distribution, scene.world.now).err();
        Standing::new(name(verdict), &verdict)
    },
};

/// One column each: a new reason needs a column.
fn name(verdict: Option<NotSelectable>) -> &'static str {
    match verdict {
        None => "selectable",
        Some(NotSelectable::Unreachable) => "unreachable",
        Some(NotSelectable::OffDuty) => "off_duty",
        Some(NotSelectable::Absent) => "absent",
        Some(NotSelectable::Rona) => "rona",
        Some(NotSelectable::NotAvailable) => "not_available",
        Some(NotSelectable::Busy) => "busy",
        // Of one session, not of the agent.
        Some(NotSelectable::AlreadyTried) => "already_tried",
    }
}

rows! { 7;
    { CustomerMessage:    -              -              -              -              -              -              - }
    { ContactAgent:       -              -              -              -              -              -              - }
    { CustomerLeft:       -              -              -              -              -              -              - }
    { StartOutbound:      [SessionOpen]  [SessionOpen]  [SessionOpen]  [SessionOpen]  [SessionOpen]  [SessionOpen]  [SessionOpen] }
    { FlowAccepted:       -              -              -              -              -              -              - }
    { FlowQueued:         -              -              -              -              -              -              - }
    { FlowLeftQueue:      -              -              -              -              -              -              - }
    { FlowEnded:          -              -              -              -              -              -              - }
    { Offer:              -              -              -              -              -              -              - }
    { CardShown:          -              -              -              -              -              -              - }
    { CardRefused:        -              -              -              -              -              -              - }
    { CardLater:          -              -              -              -              -              -              - }
    { Accept:             -              -              -              -              -              Selectable     - }
    { Decline:            -              -              -              -              -              Selectable     - }
    { Terminate:          -              -              -              -              -              Selectable     - }
    { Finish:             -              -              -              -              -              Selectable     - }
    { Extend:             -              -              -              -              -              Selectable     - }
    { SetCodes:           [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] }
    { LeaveWrapUp:        -              -              -              -              -              -              - }
    { Park:               -              -              -              -              -              Selectable     - }
    { Unpark:             -              -              -              -              -              Selectable     - }
    { HandBack:           -              -              -              -              -              Selectable     - }
    { AgentMessage:       [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] }
    { TransferToService:  -              -              -              -              -              -              - }
    { TransferBlind:      -              -              -              -              -              -              - }
    { TransferSafe:       -              -              -              -              -              -              - }
    { TransferOutside:    -              -              -              -              -              -              - }
    { TransferDelivered:  -              -              -              -              -              -              - }
    { TransferRefused:    -              -              -              -              -              -              - }
    { Return:             -              -              -              -              -              -              - }
    { WithdrawInvitation: -              -              -              -              -              -              - }
    { TakeOver:           [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] [NotConnected] }
    { StandbyAccepted:    -              -              -              -              -              -              - }
    { TaskCancelled:      -              -              -              -              -              -              - }
    { Spam:               -              -              -              -              -              -              - }
    { ChannelFailed:      -              -              -              -              -              -              - }
    { InternalFailed:     -              -              -              -              -              -              - }
    { Sweep:              -              -              -              -              -              -              - }
    { AdminEnd:           -              -              -              -              -              -              - }
    { RoomOpening:        -              -              -              -              -              -              - }
    { RoomProgress:       -              -              -              -              -              -              - }
    { RoomOpened:         -              -              -              -              -              -              - }
    { RoomFailed:         -              -              -              -              -              -              - }
    { RoomClosed:         -              -              -              -              -              -              - }
    { RoomLost:           -              -              -              -              -              -              - }
    { RoomMessage:        -              -              -              -              -              -              - }
    { RoomEdited:         -              -              -              -              -              -              - }
    { AgentReachable:     -              Selectable     -              -              -              Selectable     - }
    { AgentUnreachable:   Unreachable    -              Unreachable    Unreachable    Unreachable    Unreachable    Unreachable }
    { OnDuty:             -              -              Selectable     -              -              -              - }
    { OffDuty:            OffDuty        -              -              OffDuty        OffDuty        OffDuty        OffDuty }
    { SetPresence:        Absent         -              -              -              Absent         Absent         Absent }
    { ResetRona:          -              -              -              -              Selectable     Selectable     - }
    { FlagLifted:         -              -              -              -              -              -              - }
    { ChatOpened:         -              -              -              -              -              -              - }
    { ConsoleOpen:        -              Selectable     -              -              -              -              - }
    { InvitationSeen:     -              -              -              -              -              -              - }
    { SetInvites:         -              -              -              -              -              Selectable     - }
    { DeliveryTimer:      -              -              -              -              -              -              - }
    { RingTimer:          -              -              -              -              -              -              - }
    { OfferTimer:         -              -              -              -              -              -              - }
    { MaxWaitTimer:       -              -              -              -              -              -              - }
    { WrapUpTimer:        -              -              -              -              -              -              - }
    { LateCodesTimer:     -              -              -              -              -              -              - }
    { ParkLimitTimer:     -              -              -              -              -              -              - }
    { ReminderTimer:      -              -              -              -              -              -              - }
    { IdleTimer:          -              -              -              -              -              -              - }
    { OutboundTimer:      -              -              -              -              -              -              - }
    { TransferTimer:      -              -              -              -              -              -              - }
    { EmptyRoomTimer:     -              -              -              -              -              -              - }
    { RonaTimer:          -              -              -              -              Selectable     -              - }
    { MessageUndelivered: -              -              -              -              -              -              - }
    { NoticeDropped:      -              -              -              -              -              -              - }
}
