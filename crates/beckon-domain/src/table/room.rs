//! Rooms that are made elsewhere, without the console as a fallback. Where the console is one, a
//! room that fails or is lost becomes an open one in the console instead.

use super::worlds::{At, Scene, Standing};
use super::{Cell, Table, cell, rows};
use crate::command::{CommandKind, RoomReport};
use crate::room::RoomState;
use crate::step::tests::world::agent;
use crate::timer::TimerKey;

pub(super) const TABLE: Table = Table {
    name: "room",
    columns: &["none", "wanted", "opening", "open", "closing", "closed", "failed", "lost"],
    row,
    world: |column, kind| {
        let mut scene = Scene::at(if column == 0 { At::Ringing } else { At::Connected });
        for report in reports(column) {
            scene.world.room(scene.session, report);
        }
        if column == 4 || column == 5 {
            scene.world.act(scene.invitation, crate::command::Action::Terminate);
        }
        if column == 5 {
            scene.world.room(scene.session, RoomReport::Closed);
        }
        if column > 5 {
            // The session waits, and rings again.
            scene.world.service.members = vec![agent(1)];
            assert_eq!(scene.world.offer(scene.session), None, "they had it already");
            scene.world.fire(TimerKey::Offer(scene.session));
            scene.invitation = scene.world.ring(scene.session);
        }
        match kind {
            // About the room as it stands in this column.
            CommandKind::RoomLost | CommandKind::RoomClosed => scene,
            _ => scene.expecting(kind),
        }
    },
    read: |scene| match scene.world.rooms.get(&scene.session) {
        None => Standing::new("none", &()),
        Some(room) => {
            let name = match room.state {
                // One column each: a new state needs a column.
                RoomState::Wanted { .. } => "wanted",
                RoomState::Opening { .. } => "opening",
                RoomState::Open { .. } => "open",
                RoomState::Closing { .. } => "closing",
                RoomState::Closed { .. } => "closed",
                RoomState::Failed { .. } => "failed",
                RoomState::Lost { .. } => "lost",
            };
            Standing::new(name, &room)
        }
    },
};

fn reports(column: usize) -> Vec<RoomReport> {
    let opened = RoomReport::Opened { reference: "19:room".to_owned() };
    let reason = "403".to_owned();
    match column {
        2 => vec![RoomReport::Opening],
        3..=5 => vec![opened],
        6 => vec![RoomReport::Failed { reason }],
        7 => vec![opened, RoomReport::Lost { reason }],
        _ => vec![],
    }
}

rows! { 8;
    { CustomerMessage:    -              -             -             -             -              -              -              - }
    { ContactAgent:       -              -             -             -             -              -              -              - }
    { CustomerLeft:       -              Closed        Closing       Closing       -              -              -              - }
    { StartOutbound:      [SessionOpen]  [SessionOpen] [SessionOpen] [SessionOpen] -              -              [SessionOpen]  [SessionOpen] }
    { FlowAccepted:       -              -             -             -             -              -              -              - }
    { FlowQueued:         -              -             -             -             -              -              -              - }
    { FlowLeftQueue:      -              -             -             -             -              -              -              - }
    { FlowEnded:          -              -             -             -             -              -              -              - }
    { Offer:              -              -             -             -             -              -              -              - }
    { CardShown:          -              -             -             -             -              -              -              - }
    { CardRefused:        -              -             -             -             -              -              -              - }
    { CardLater:          -              -             -             -             -              -              -              - }
    { Accept:             Wanted         -             -             -             -              -              Wanted         Wanted }
    { Decline:            -              -             -             -             -              -              -              - }
    { Terminate:          -              Closed        Closing       Closing       -              -              -              - }
    { Finish:             -              -             -             -             -              -              -              - }
    { Extend:             -              -             -             -             -              -              -              - }
    { SetCodes:           [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] -            -              [CodesNotOpen] [CodesNotOpen] }
    { LeaveWrapUp:        -              -             -             -             -              -              -              - }
    { Park:               -              -             -             -             -              -              -              - }
    { Unpark:             -              -             -             -             -              -              -              - }
    { HandBack:           -              -             -             -             -              -              -              - }
    { AgentMessage:       [NotConnected] -             -             -             [NotConnected] [NotConnected] [NotConnected] [NotConnected] }
    { TransferToService:  -              -             -             -             -              -              -              - }
    { TransferBlind:      -              -             -             -             -              -              -              - }
    { TransferSafe:       -              -             -             -             -              -              -              - }
    { TransferOutside:    -              -             -             -             -              -              -              - }
    { TransferDelivered:  -              Closed        Closing       Closing       -              -              -              - }
    { TransferRefused:    -              Closed        Closing       Closing       -              -              -              - }
    { Return:             -              -             -             -             -              -              -              - }
    { WithdrawInvitation: -              -             -             -             -              -              -              - }
    { TakeOver:           [NotConnected] Wanted        Opening       Open          [NotConnected] [NotConnected] [NotConnected] [NotConnected] }
    { StandbyAccepted:    Wanted         -             -             -             -              -              Wanted         Wanted }
    { TaskCancelled:      -              Closed        Closing       Closing       -              -              -              - }
    { Spam:               -              -             -             -             -              -              -              - }
    { ChannelFailed:      -              Closed        Closing       Closing       -              -              -              - }
    { InternalFailed:     -              Closed        Closing       Closing       -              -              -              - }
    { Sweep:              -              Closed        Closing       Closing       -              -              -              - }
    { AdminEnd:           -              Closed        Closing       Closing       -              -              -              - }
    { RoomOpening:        -              Opening       -             -             -              -              -              - }
    { RoomProgress:       -              Wanted        Opening       -             -              -              -              - }
    { RoomOpened:         -              Open          Open          -             -              -              -              - }
    { RoomFailed:         -              Failed        Failed        -             Closed         -              -              - }
    { RoomClosed:         -              -             -             -             Closed         -              -              - }
    { RoomLost:           -              -             -             Lost          Closed         -              -              - }
    { RoomMessage:        -              -             -             -             -              -              -              - }
    { RoomEdited:         -              -             -             -             -              -              -              - }
    { AgentReachable:     -              -             -             -             -              -              -              - }
    { AgentUnreachable:   -              -             -             -             -              -              -              - }
    { OnDuty:             -              -             -             -             -              -              -              - }
    { OffDuty:            -              -             -             -             -              -              -              - }
    { SetPresence:        -              -             -             -             -              -              -              - }
    { ResetRona:          -              -             -             -             -              -              -              - }
    { FlagLifted:         -              -             -             -             -              -              -              - }
    { ChatOpened:         -              -             -             -             -              -              -              - }
    { ConsoleOpen:        -              -             -             -             -              -              -              - }
    { InvitationSeen:     -              -             -             -             -              -              -              - }
    { SetInvites:         -              -             -             -             -              -              -              - }
    { DeliveryTimer:      -              -             -             -             -              -              -              - }
    { RingTimer:          -              -             -             -             -              -              -              - }
    { OfferTimer:         -              -             -             -             -              -              -              - }
    { MaxWaitTimer:       -              -             -             -             -              -              -              - }
    { WrapUpTimer:        -              -             -             -             -              -              -              - }
    { LateCodesTimer:     -              -             -             -             -              -              -              - }
    { ParkLimitTimer:     -              -             -             -             -              -              -              - }
    { ReminderTimer:      -              -             -             -             -              -              -              - }
    { IdleTimer:          -              Closed        Closing       Closing       -              -              -              - }
    { OutboundTimer:      -              -             -             -             -              -              -              - }
    { TransferTimer:      -              Closed        Closing       Closing       -              -              -              - }
    { EmptyRoomTimer:     -              -             -             -             -              -              -              - }
    { RonaTimer:          -              -             -             -             -              -              -              - }
    { MessageUndelivered: -              -             -             -             -              -              -              - }
    { NoticeDropped:      -              -             -             -             -              -              -              - }
}
