//! Sessions.

use super::worlds::{At, Scene, Standing};
use super::{Cell, Table, cell, rows};
use crate::command::CommandKind;
use crate::session::Phase;

pub(super) const TABLE: Table = Table {
    name: "session",
    columns: &["flow", "waiting", "ringing", "connected", "parked", "ended"],
    row,
    world: |column, kind| {
        let place = [At::Flow, At::Waiting, At::Ringing, At::Connected, At::Parked, At::WrapUp];
        Scene::at(place[column]).expecting(kind)
    },
    read: |scene| {
        let session = &scene.world.sessions[&scene.session];
        let details = (&session.phase, session.accepted, &session.transfer);
        let (name, outcome) = match &session.phase {
            // One column each: a new phase needs a column.
            Phase::Flow => ("flow", None),
            Phase::Waiting { .. } => ("waiting", None),
            Phase::Ringing { .. } => ("ringing", None),
            Phase::Connected { .. } => ("connected", None),
            Phase::Parked { .. } => ("parked", None),
            Phase::Ended { outcome, .. } => ("ended", Some(outcome.name())),
        };
        Standing { ends: outcome, ..Standing::new(name, &details) }
    },
};

rows! { 6;
    { CustomerMessage:    -                          -                     -                     -                            -                            - }
    { ContactAgent:       -                          -                     -                     -                            -                            - }
    { CustomerLeft:       (CustomerLeftBeforeAccept) (CustomerLeftInQueue) (CustomerLeftInQueue) (UserAccepted)               (UserAccepted)               - }
    { StartOutbound:      [SessionOpen]              [SessionOpen]         [SessionOpen]         [SessionOpen]                [SessionOpen]                - }
    { FlowAccepted:       Flow                       -                     -                     -                            -                            - }
    { FlowQueued:         Waiting                    -                     -                     -                            -                            - }
    { FlowLeftQueue:      -                          Flow                  Flow                  -                            -                            - }
    { FlowEnded:          (SystemHandled)            (SystemHandled)       (SystemHandled)       -                            -                            - }
    { Offer:              -                          Ringing               -                     -                            -                            - }
    { CardShown:          _                          -                     -                     -                            -                            - }
    { CardRefused:        _                          -                     -                     -                            -                            - }
    { CardLater:          _                          -                     -                     -                            -                            - }
    { Accept:             _                          -                     Connected             -                            -                            - }
    { Decline:            _                          -                     Waiting               -                            -                            - }
    { Terminate:          _                          -                     -                     (UserAccepted)               (UserAccepted)               - }
    { Finish:             _                          -                     -                     -                            -                            - }
    { Extend:             _                          -                     -                     -                            -                            - }
    { SetCodes:           _                          [CodesNotOpen]        [CodesNotOpen]        [CodesNotOpen]               [CodesNotOpen]               - }
    { LeaveWrapUp:        _                          -                     -                     -                            -                            - }
    { Park:               _                          -                     -                     Parked                       -                            - }
    { Unpark:             _                          -                     -                     -                            Connected                    - }
    { HandBack:           _                          -                     -                     Waiting                      Waiting                      - }
    { AgentMessage:       [NotConnected]             [NotConnected]        [NotConnected]        -                            [NotConnected]               [NotConnected] }
    { TransferToService:  _                          -                     -                     Waiting                      Waiting                      - }
    { TransferBlind:      _                          -                     -                     Ringing                      Ringing                      - }
    { TransferSafe:       _                          -                     -                     Connected                    Parked                       - }
    { TransferOutside:    _                          -                     -                     Connected                    Parked                       - }
    { TransferDelivered:  -                          -                     -                     (UserTransferExternalOk)     (UserTransferExternalOk)     - }
    { TransferRefused:    -                          -                     -                     (UserTransferExternalFailed) (UserTransferExternalFailed) - }
    { Return:             _                          -                     -                     Waiting                      Waiting                      - }
    { WithdrawInvitation: _                          -                     Waiting               -                            -                            - }
    { TakeOver:           [NotConnected]             [NotConnected]        [NotConnected]        Connected                    Connected                    [NotConnected] }
    { StandbyAccepted:    Connected                  Connected             Connected             -                            -                            - }
    { TaskCancelled:      -                          (CancelledByWorkflow) (CancelledByWorkflow) (Abandoned)                  (Abandoned)                  - }
    { Spam:               (RejectedSpam)             (RejectedSpam)        (RejectedSpam)        -                            -                            - }
    { ChannelFailed:      (FailedChannel)            (FailedChannel)       (FailedChannel)       (FailedChannel)              (FailedChannel)              - }
    { InternalFailed:     (FailedInternal)           (FailedInternal)      (FailedInternal)      (FailedInternal)             (FailedInternal)             - }
    { Sweep:              (StaleBeforeUser)          -                     -                     (StaleAfterUser)             (StaleAfterUser)             - }
    { AdminEnd:           (AdminTerminated)          (AdminTerminated)     (AdminTerminated)     (UserAccepted)               (UserAccepted)               - }
    { RoomOpening:        -                          -                     -                     -                            -                            - }
    { RoomProgress:       -                          -                     -                     -                            -                            - }
    { RoomOpened:         -                          -                     -                     -                            -                            - }
    { RoomFailed:         -                          -                     -                     Waiting                      Waiting                      - }
    { RoomClosed:         -                          -                     -                     -                            -                            - }
    { RoomLost:           -                          -                     -                     Waiting                      Waiting                      - }
    { RoomMessage:        -                          -                     -                     -                            -                            - }
    { RoomEdited:         -                          -                     -                     -                            -                            - }
    { AgentReachable:     -                          -                     -                     -                            -                            - }
    { AgentUnreachable:   -                          -                     Waiting               -                            -                            - }
    { OnDuty:             -                          -                     -                     -                            -                            - }
    { OffDuty:            -                          -                     Waiting               -                            Waiting                      - }
    { SetPresence:        -                          -                     -                     -                            -                            - }
    { ResetRona:          -                          -                     -                     -                            -                            - }
    { FlagLifted:         _                          -                     -                     -                            -                            - }
    { ChatOpened:         -                          -                     -                     -                            -                            - }
    { ConsoleOpen:        -                          -                     -                     -                            -                            - }
    { InvitationSeen:     _                          -                     -                     -                            -                            - }
    { SetInvites:         -                          -                     -                     -                            -                            - }
    { DeliveryTimer:      _                          -                     -                     -                            -                            - }
    { RingTimer:          _                          -                     Waiting               -                            -                            - }
    { OfferTimer:         -                          -                     -                     -                            -                            - }
    { MaxWaitTimer:       -                          (QueueTimeout)        -                     -                            -                            - }
    { WrapUpTimer:        _                          -                     -                     -                            -                            - }
    { LateCodesTimer:     _                          -                     -                     -                            -                            - }
    { ParkLimitTimer:     -                          -                     -                     -                            Waiting                      - }
    { ReminderTimer:      -                          -                     -                     -                            -                            - }
    { IdleTimer:          -                          -                     -                     (UserAccepted)               -                            - }
    { OutboundTimer:      (OutboundNotAccepted)      -                     -                     -                            -                            - }
    { TransferTimer:      -                          -                     -                     (UserTransferExternalFailed) (UserTransferExternalFailed) - }
    { EmptyRoomTimer:     -                          -                     -                     -                            -                            - }
    { RonaTimer:          -                          -                     -                     -                            -                            - }
    { MessageUndelivered: -                          -                     -                     -                            -                            - }
    { NoticeDropped:      -                          -                     -                     -                            -                            - }
}
