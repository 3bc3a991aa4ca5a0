//! Invitations. `concluded` stands for every final state: nothing changes them any more.

use super::worlds::{At, Scene, Standing};
use super::{Cell, Table, cell, rows};
use crate::command::{Action, CommandKind};
use crate::invitation::{AgentResult, InvitationState};
use crate::step::tests::outcomes::reach_result;
use crate::step::tests::world::World;

pub(super) const TABLE: Table = Table {
    name: "invitation",
    columns: &[
        "ringing, not delivered",
        "ringing",
        "accepted",
        "accepted, parked",
        "transferring",
        "wrap_up",
        "concluded, or final otherwise",
    ],
    row,
    world: |column, kind| {
        let place = [
            At::Offered,
            At::Ringing,
            At::Connected,
            At::Parked,
            At::Moving,
            At::WrapUp,
            At::Concluded,
        ];
        let scene = Scene::at(place[column]);
        assert_eq!(self::column(scene.world.state(scene.invitation)), column);
        scene.expecting(kind)
    },
    read: |scene| {
        let state = &scene.world.invitations[&scene.invitation].state;
        Standing::new(state.name(), state)
    },
};

/// The column of a state: a new state needs one.
fn column(state: &InvitationState) -> usize {
    match state {
        InvitationState::Ringing { delivered_at: None } => 0,
        InvitationState::Ringing { delivered_at: Some(_) } => 1,
        InvitationState::Accepted { parked: false, .. } => 2,
        InvitationState::Accepted { parked: true, .. } => 3,
        InvitationState::Transferring { .. } => 4,
        InvitationState::WrapUp { .. } => 5,
        InvitationState::Concluded { .. }
        | InvitationState::Declined { .. }
        | InvitationState::Missed { .. }
        | InvitationState::CancelledCustomer { .. }
        | InvitationState::CancelledTaken { .. }
        | InvitationState::CancelledSystem { .. }
        | InvitationState::Undeliverable { .. }
        | InvitationState::Transferred { .. }
        | InvitationState::TransferFailed { .. }
        | InvitationState::Returned { .. }
        | InvitationState::TakenOver { .. }
        | InvitationState::Stale { .. }
        | InvitationState::RoomFailed { .. } => FINAL,
    }
}

/// The column of the final states.
const FINAL: usize = 6;

#[test]
fn nothing_changes_a_final_state() {
    for result in AgentResult::ALL {
        let mut world = World::new(3);
        let invitation = reach_result(result, &mut world);
        if result == AgentResult::Accepted {
            world.act(invitation, Action::Finish);
        }
        let row = &world.invitations[&invitation];
        let (state, session) = (row.state.clone(), row.session);
        assert_eq!(column(&state), FINAL, "{result:?}");
        for kind in CommandKind::ALL {
            let mut scene = Scene { world: world.clone(), session, invitation };
            let command = scene.command(*kind);
            let _refused = scene.world.run(&command);
            assert_eq!(scene.world.state(invitation), &state, "{kind:?} after {result:?}");
        }
    }
}

rows! { 7;
    { CustomerMessage:    -                 -                 -              -              -              -              - }
    { ContactAgent:       -                 -                 -              -              -              -              - }
    { CustomerLeft:       CancelledCustomer CancelledCustomer WrapUp         WrapUp         TransferFailed -              - }
    { StartOutbound:      [SessionOpen]     [SessionOpen]     [SessionOpen]  [SessionOpen]  [SessionOpen]  -              - }
    { FlowAccepted:       -                 -                 -              -              -              -              - }
    { FlowQueued:         -                 -                 -              -              -              -              - }
    { FlowLeftQueue:      CancelledSystem   CancelledSystem   -              -              -              -              - }
    { FlowEnded:          CancelledSystem   CancelledSystem   -              -              TransferFailed -              - }
    { Offer:              -                 -                 -              -              -              -              - }
    { CardShown:          Ringing           -                 -              -              -              -              - }
    { CardRefused:        Undeliverable     -                 -              -              -              -              - }
    { CardLater:          -                 -                 -              -              -              -              - }
    { Accept:             Accepted          Accepted          -              -              -              -              - }
    { Decline:            Declined          Declined          -              -              -              -              - }
    { Terminate:          -                 -                 WrapUp         WrapUp         -              -              - }
    { Finish:             -                 -                 -              -              -              Concluded      - }
    { Extend:             -                 -                 -              -              -              WrapUp         - }
    { SetCodes:           [CodesNotOpen]    [CodesNotOpen]    [CodesNotOpen] [CodesNotOpen] [CodesNotOpen] -              - }
    { LeaveWrapUp:        -                 -                 -              -              -              Concluded      - }
    { Park:               -                 -                 Accepted       -              -              -              - }
    { Unpark:             -                 -                 -              Accepted       -              -              - }
    { HandBack:           -                 -                 Returned       Returned       -              -              - }
    { AgentMessage:       [NotConnected]    [NotConnected]    -              [NotConnected] [NotConnected] [NotConnected] [NotConnected] }
    { TransferToService:  -                 -                 Transferring   Transferring   -              -              - }
    { TransferBlind:      -                 -                 Transferring   Transferring   -              -              - }
    { TransferSafe:       -                 -                 -              -              -              -              - }
    { TransferOutside:    -                 -                 -              -              -              -              - }
    { TransferDelivered:  -                 -                 Transferred    Transferred    -              -              - }
    { TransferRefused:    -                 -                 TransferFailed TransferFailed -              -              - }
    { Return:             -                 -                 Returned       Returned       -              -              - }
    { WithdrawInvitation: CancelledSystem   CancelledSystem   -              -              -              -              - }
    { TakeOver:           [NotConnected]    [NotConnected]    TakenOver      TakenOver      [NotConnected] [NotConnected] [NotConnected] }
    { StandbyAccepted:    CancelledTaken    CancelledTaken    -              -              Transferred    -              - }
    { TaskCancelled:      CancelledSystem   CancelledSystem   WrapUp         WrapUp         TransferFailed -              - }
    { Spam:               CancelledSystem   CancelledSystem   -              -              TransferFailed -              - }
    { ChannelFailed:      CancelledSystem   CancelledSystem   RoomFailed     RoomFailed     TransferFailed -              - }
    { InternalFailed:     CancelledSystem   CancelledSystem   RoomFailed     RoomFailed     TransferFailed -              - }
    { Sweep:              -                 -                 Stale          Stale          -              -              - }
    { AdminEnd:           CancelledSystem   CancelledSystem   WrapUp         WrapUp         TransferFailed Concluded      - }
    { RoomOpening:        -                 -                 -              -              -              -              - }
    { RoomProgress:       -                 -                 -              -              -              -              - }
    { RoomOpened:         -                 -                 -              -              -              -              - }
    { RoomFailed:         -                 -                 RoomFailed     RoomFailed     -              -              - }
    { RoomClosed:         -                 -                 -              -              -              -              - }
    { RoomLost:           -                 -                 RoomFailed     RoomFailed     -              -              - }
    { RoomMessage:        -                 -                 -              -              -              -              - }
    { RoomEdited:         -                 -                 -              -              -              -              - }
    { AgentReachable:     -                 -                 -              -              -              -              - }
    { AgentUnreachable:   Undeliverable     Undeliverable     -              -              -              -              - }
    { OnDuty:             -                 -                 -              -              -              -              - }
    { OffDuty:            CancelledSystem   CancelledSystem   -              Returned       -              -              - }
    { SetPresence:        -                 -                 -              -              -              -              - }
    { ResetRona:          -                 -                 -              -              -              -              - }
    { FlagLifted:         -                 -                 -              -              -              -              - }
    { ChatOpened:         -                 -                 -              -              -              -              - }
    { ConsoleOpen:        -                 -                 -              -              -              -              - }
    { InvitationSeen:     Ringing           -                 -              -              -              -              - }
    { SetInvites:         -                 -                 -              -              -              -              - }
    { DeliveryTimer:      Undeliverable     -                 -              -              -              -              - }
    { RingTimer:          -                 Missed            -              -              -              -              - }
    { OfferTimer:         -                 -                 -              -              -              -              - }
    { MaxWaitTimer:       -                 -                 -              -              TransferFailed -              - }
    { WrapUpTimer:        -                 -                 -              -              -              Concluded      - }
    { LateCodesTimer:     -                 -                 -              -              -              -              - }
    { ParkLimitTimer:     -                 -                 -              Returned       -              -              - }
    { ReminderTimer:      -                 -                 -              -              -              -              - }
    { IdleTimer:          -                 -                 WrapUp         -              -              -              - }
    { OutboundTimer:      -                 -                 -              -              -              -              - }
    { TransferTimer:      -                 -                 TransferFailed TransferFailed -              -              - }
    { EmptyRoomTimer:     -                 -                 -              -              -              -              - }
    { RonaTimer:          -                 -                 -              -              -              -              - }
    { MessageUndelivered: -                 -                 -              -              -              -              - }
    { NoticeDropped:      -                 -                 -              -              -              -              - }
}
