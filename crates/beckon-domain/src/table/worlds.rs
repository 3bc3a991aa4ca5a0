//! The scenes on which the cells are played.

use crate::agent::{BotChat, Duty, NotSelectable, Presence};
use crate::command::{Action, Command, CommandKind, FlowStep, RoomReport};
use crate::ids::{InvitationId, SessionId};
use crate::room::Provider;
use crate::session::Customer;
use crate::step::tests::any::{About, STALE, command};
use crate::step::tests::world::{World, agent};
use crate::timer::TimerKey;
use crate::transfer::{TransferMode, TransferTo};

/// Rows, and what the command is about.
pub(super) struct Scene {
    pub(super) world: World,
    pub(super) session: SessionId,
    /// The invitation that the command names; one that does not exist where there is none.
    pub(super) invitation: InvitationId,
}

/// How a row stands: by name, and in every detail.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Standing {
    pub(super) name: &'static str,
    /// The outcome, where that is more than the name says.
    pub(super) ends: Option<&'static str>,
    pub(super) details: String,
}

impl Standing {
    /// `details` may be anything that differs when the row does.
    pub(super) fn new(name: &'static str, details: &impl std::fmt::Debug) -> Self {
        Self { name, ends: None, details: format!("{details:?}") }
    }
}

/// Where a session can be. Agent 1 has the invitation, agent 2 is the colleague.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum At {
    Flow,
    Waiting,
    Offered,
    Ringing,
    Connected,
    Parked,
    Moving,
    WrapUp,
    Concluded,
}

impl Scene {
    /// A session as it is there. Rooms are made elsewhere, without the console as a fallback; a
    /// miss flags.
    pub(super) fn at(place: At) -> Self {
        let mut world = World::new(2);
        world.service.rooms.provider = Provider::Graph;
        world.service.rooms.fallback = false;
        world.service.distribution.rona = Some(jiff::SignedDuration::from_mins(10));
        world.service.workflow = true;
        let session = world.write("grace", "Hello?");
        let invitation = InvitationId(world.fresh());
        let mut scene = Self { world, session, invitation };
        scene.go_on(place);
        scene
    }

    fn go_on(&mut self, place: At) {
        let Self { world, session, .. } = self;
        let session = *session;
        if place == At::Flow {
            return;
        }
        world.flow(session, FlowStep::Queued);
        let invitation = world.offer(session).expect("agent 1 is free");
        self.invitation = invitation;
        if place == At::Offered {
            return;
        }
        world.deliver(invitation);
        match place {
            At::Flow | At::Offered | At::Ringing => return,
            At::Waiting => {
                world.act(invitation, Action::Decline);
                world.must(&Command::ResetRona { agent: agent(1), by: None, flag: None });
                return;
            }
            _ => world.act(invitation, Action::Accept),
        };
        match place {
            At::Parked => {
                world.act(invitation, Action::Park);
            }
            At::Moving => {
                let service = "billing".into();
                world.transfer(invitation, TransferTo::Service { service });
            }
            At::WrapUp | At::Concluded => {
                world.act(invitation, Action::Terminate);
                if place == At::Concluded {
                    world.act(invitation, Action::Finish);
                }
            }
            _ => {}
        }
    }

    /// What has to be there for this kind to mean anything: a time that has passed, a move that
    /// can be answered, an open room that can be lost, a session that we began.
    pub(super) fn expecting(mut self, kind: CommandKind) -> Self {
        match kind {
            CommandKind::OutboundTimer
                if self.world.sessions[&self.session].queued_at.is_none() =>
            {
                self.begin_outbound();
            }
            CommandKind::TransferDelivered
            | CommandKind::TransferRefused
            | CommandKind::TransferTimer
                if self.world.invitations.contains_key(&self.invitation) =>
            {
                let (address, mode) = ("tel:+41".to_owned(), TransferMode::Blind);
                self.world.transfer(self.invitation, TransferTo::Outside { address, mode });
            }
            CommandKind::RoomLost | CommandKind::RoomClosed
                if self.world.rooms.contains_key(&self.session) =>
            {
                let reference = "19:room".to_owned();
                self.world.room(self.session, RoomReport::Opened { reference });
            }
            CommandKind::Sweep => self.world.pass(STALE.as_secs()),
            CommandKind::IdleTimer => {
                // Refused where nobody is connected: then no answer is awaited.
                let text = "And you?".to_owned();
                let say = Command::AgentMessage { session: self.session, agent: agent(1), text };
                let end = jiff::SignedDuration::from_mins(30);
                self.world.service.silence.end = Some(end);
                self.world.pass(1);
                let _refused = self.world.run(&say);
                self.world.pass(end.as_secs());
            }
            CommandKind::MaxWaitTimer => {
                let max_wait = self.world.service.max_wait.expect("there is one");
                self.world.pass(max_wait.as_secs());
            }
            _ => {}
        }
        if let Command::Timer(timer) = self.command(kind) {
            let due = self.world.timers.iter().find(|known| known.key == timer.key);
            self.world.now = due.map_or(self.world.now, |known| self.world.now.max(known.due));
        }
        self
    }

    fn begin_outbound(&mut self) {
        self.world.must(&Command::CustomerLeft { session: self.session });
        self.session = SessionId(self.world.fresh());
        self.world.must(&Command::StartOutbound {
            account: "website".into(),
            customer: Customer { address: "grace".into(), name: None },
            text: "Your parcel is here.".to_owned(),
            new_session: self.session,
            window: jiff::SignedDuration::from_hours(1),
        });
    }

    pub(super) fn command(&self, kind: CommandKind) -> Command {
        let unused = |number| uuid::Uuid::from_u128(number);
        let about = About {
            customer: "grace".to_owned(),
            session: self.session,
            invitation: self.invitation,
            agent: agent(1),
            other: agent(2),
            attempt: self.world.rooms.get(&self.session).map_or(0, |room| room.attempt),
            new_session: SessionId(unused(8001)),
            new_invitation: InvitationId(unused(8002)),
            now: self.world.now,
        };
        command(kind, &about)
    }

    /// Makes agent 1 not selectable, for this reason.
    pub(super) fn hinder(&mut self, reason: Option<NotSelectable>) {
        let one = agent(1);
        let rings = |world: &mut World| {
            let session = world.write("alan", "Hello?");
            world.flow(session, FlowStep::Queued);
            let members = std::mem::replace(&mut world.service.members, vec![one]);
            let invitation = world.ring(session);
            world.service.members = members;
            invitation
        };
        let world = &mut self.world;
        match reason {
            None | Some(NotSelectable::AlreadyTried) => {}
            Some(NotSelectable::Unreachable) => {
                world.must(&Command::AgentUnreachable { agent: one, blocked: false });
            }
            Some(NotSelectable::OffDuty) => {
                world.must(&Command::SetDuty { agent: one, duty: Duty::Off });
            }
            Some(NotSelectable::Absent) => {
                let presence = Presence::DoNotDisturb;
                world.must(&Command::SetPresence { agent: one, presence });
            }
            Some(NotSelectable::Rona) => {
                let missed = rings(world);
                world.fire(TimerKey::Ring(missed));
            }
            Some(NotSelectable::NotAvailable) => {
                world.service.distribution.rona = None;
                world.service.distribution.misses = 1;
                let missed = rings(world);
                world.fire(TimerKey::Ring(missed));
            }
            Some(NotSelectable::Busy) => {
                let invitation = rings(world);
                world.act(invitation, Action::Accept);
            }
        }
        let bot = &world.agents[&one].bot;
        assert_eq!(
            matches!(bot, BotChat::Active { .. }),
            reason != Some(NotSelectable::Unreachable)
        );
    }
}
