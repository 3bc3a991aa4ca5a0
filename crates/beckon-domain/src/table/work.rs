//! The work of an agent on a session: what occupies them, and since when it does not.

use super::worlds::{At, Scene, Standing};
use super::{Cell, Table, cell, rows};
use crate::agent::WorkKind;
use crate::command::CommandKind;
use crate::step::tests::world::agent;

pub(super) const TABLE: Table = Table {
    name: "work",
    columns: &["idle", "ringing", "connected", "parked", "wrap_up"],
    row,
    world: |column, kind| {
        let place = [At::Waiting, At::Ringing, At::Connected, At::Parked, At::WrapUp];
        Scene::at(place[column]).expecting(kind)
    },
    read: |scene| {
        let row = &scene.world.agents[&agent(1)];
        let name = match row.work_on(scene.invitation).map(|work| work.kind) {
            // One column each: a new kind of work needs a column.
            None => "idle",
            Some(WorkKind::Ringing) => "ringing",
            Some(WorkKind::Connected) => "connected",
            Some(WorkKind::Parked) => "parked",
            Some(WorkKind::WrapUp) => "wrap_up",
        };
        Standing::new(name, &row.work_on(scene.invitation))
    },
};

rows! { 5;
    { CustomerMessage:    -              -              -             -              - }
    { ContactAgent:       -              -              -             -              - }
    { CustomerLeft:       -              Idle           WrapUp        WrapUp         - }
    { StartOutbound:      [SessionOpen]  [SessionOpen]  [SessionOpen] [SessionOpen]  - }
    { FlowAccepted:       -              -              -             -              - }
    { FlowQueued:         -              -              -             -              - }
    { FlowLeftQueue:      -              Idle           -             -              - }
    { FlowEnded:          -              Idle           -             -              - }
    { Offer:              -              -              -             -              - }
    { CardShown:          -              -              -             -              - }
    { CardRefused:        -              -              -             -              - }
    { CardLater:          -              -              -             -              - }
    { Accept:             -              Connected      -             -              - }
    { Decline:            -              Idle           -             -              - }
    { Terminate:          -              -              WrapUp        WrapUp         - }
    { Finish:             -              -              -             -              Idle }
    { Extend:             -              -              -             -              - }
    { SetCodes:           [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] - }
    { LeaveWrapUp:        -              -              -             -              Idle }
    { Park:               -              -              Parked        -              - }
    { Unpark:             -              -              -             Connected      - }
    { HandBack:           -              -              Idle          Idle           - }
    { AgentMessage:       [NotConnected] [NotConnected] -             [NotConnected] [NotConnected] }
    { TransferToService:  -              -              Idle          Idle           - }
    { TransferBlind:      -              -              Idle          Idle           - }
    { TransferSafe:       -              -              -             -              - }
    { TransferOutside:    -              -              -             -              - }
    { TransferDelivered:  -              -              Idle          Idle           - }
    { TransferRefused:    -              -              Idle          Idle           - }
    { Return:             -              -              Idle          Idle           - }
    { WithdrawInvitation: -              Idle           -             -              - }
    { TakeOver:           [NotConnected] [NotConnected] Idle          Idle           [NotConnected] }
    { StandbyAccepted:    -              Idle           -             -              - }
    { TaskCancelled:      -              Idle           WrapUp        WrapUp         - }
    { Spam:               -              Idle           -             -              - }
    { ChannelFailed:      -              Idle           Idle          Idle           - }
    { InternalFailed:     -              Idle           Idle          Idle           - }
    { Sweep:              -              -              Idle          Idle           - }
    { AdminEnd:           -              Idle           WrapUp        WrapUp         Idle }
    { RoomOpening:        -              -              -             -              - }
    { RoomProgress:       -              -              -             -              - }
    { RoomOpened:         -              -              -             -              - }
    { RoomFailed:         -              -              Idle          Idle           - }
    { RoomClosed:         -              -              -             -              - }
    { RoomLost:           -              -              Idle          Idle           - }
    { RoomMessage:        -              -              -             -              - }
    { RoomEdited:         -              -              -             -              - }
    { AgentReachable:     -              -              -             -              - }
    { AgentUnreachable:   -              Idle           -             -              - }
    { OnDuty:             -              -              -             -              - }
    { OffDuty:            -              Idle           -             Idle           - }
    { SetPresence:        -              -              -             -              - }
    { ResetRona:          -              -              -             -              - }
    { FlagLifted:         -              -              -             -              - }
    { ChatOpened:         -              -              -             -              - }
    { ConsoleOpen:        -              -              -             -              - }
    { InvitationSeen:     -              -              -             -              - }
    { SetInvites:         -              -              -             -              - }
    { DeliveryTimer:      -              -              -             -              - }
    { RingTimer:          -              Idle           -             -              - }
    { OfferTimer:         -              -              -             -              - }
    { MaxWaitTimer:       -              -              -             -              - }
    { WrapUpTimer:        -              -              -             -              Idle }
    { LateCodesTimer:     -              -              -             -              - }
    { ParkLimitTimer:     -              -              -             Idle           - }
    { ReminderTimer:      -              -              -             -              - }
    { IdleTimer:          -              -              WrapUp        -              - }
    { OutboundTimer:      -              -              -             -              - }
    { TransferTimer:      -              -              Idle          Idle           - }
    { EmptyRoomTimer:     -              -              -             -              - }
    { RonaTimer:          -              -              -             -              - }
    { MessageUndelivered: -              -              -             -              - }
    { NoticeDropped:      -              -              -             -              - }
}
