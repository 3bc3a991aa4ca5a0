//! Concurrent histories: several tasks do what customers, agents and the engine do, on the same few
//! addresses, agents and sessions, while the database fails; then everything is checked against
//! what may have come of it. A seed decides what each task does.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use beckon::clock::Clock;
use beckon::store::{Class, ExecuteError, Origin, Request, Settled, Settlement};
use beckon_domain::agent::BotChannel;
use beckon_domain::command::{ActResult, Action, Command, Reply, Surface};
use beckon_domain::effect::EffectBody;
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::invitation::{Invitation, InvitationState};
use beckon_domain::wrap_up::{Actor, Codes};
use futures_util::future::{join, join_all};
use jiff::SignedDuration;

use super::dice::Dice;
use super::faults::Faults;
use super::node::{Node, act, envelope, message};
use super::place::{PUSHED, Place, READ, TENANT, agent};
use super::verdict;

/// How many tasks there are, and what each of them does.
const TASKS: u64 = 6;
const DEEDS: u64 = 40;
/// How often the sender of a command that failed sends it again.
const REPEATS: usize = 3;
/// Agents; fewer than customers, so that customers wait.
pub(super) const AGENTS: u128 = 3;
pub(super) const ADDRESSES: [(&str, &str); 5] =
    [(READ, "ada"), (READ, "ben"), (PUSHED, "cleo"), (PUSHED, "dan"), (PUSHED, "eve")];
const LEASE: SignedDuration = SignedDuration::from_secs(60);

/// Counts what leaves, so that what several tasks sent can be put in order.
static MOMENT: AtomicU64 = AtomicU64::new(0);

/// What the world outside knows: what it sent, what it was told, what reached it.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    /// Texts with the place that was acknowledged; none where no answer came.
    pub(super) texts: BTreeMap<String, Option<(SessionId, u64)>>,
    /// Actions that were answered with "done".
    pub(super) done: Vec<(InvitationId, Action)>,
    /// Ends that were acknowledged.
    pub(super) ended: Vec<Reply>,
    /// Messages that left, by lane, each with its moment in the order of all.
    pub(super) left: BTreeMap<String, Vec<(u64, SessionId, u64)>>,
}

/// Runs the history of a seed in a place.
pub(super) async fn run(place: Place, seed: u64) {
    let dice = Dice::new(seed);
    let (mut faults, nodes) = Faults::prepare(&place, &dice).await;
    let nodes: Vec<Arc<Node>> = nodes.into_iter().map(Arc::new).collect();
    nodes[0].install(AGENTS).await;
    faults.begin(&place, &dice).await;

    let tasks = (0..TASKS).map(|number| {
        let nodes = nodes.clone();
        let dice = dice.part(100 + number);
        tokio::spawn(async move { Task::new(number, nodes, dice).run().await })
    });
    let watch = tokio::spawn(verdict::watch(Arc::clone(&nodes[0])));
    let mut ledger = Ledger::default();
    for task in join_all(tasks).await {
        ledger.take_in(task.expect("the task comes to its end"));
    }
    watch.abort();
    if let Err(stopped) = watch.await {
        assert!(stopped.is_cancelled(), "what an agent saw was wrong: {stopped}");
    }
    faults.end(&place).await;
    settle_down(&nodes, &mut ledger).await;
    verdict::judge(&nodes[0], &ledger).await;
    for node in nodes {
        node.store.close().await;
    }
}

/// Lets everything happen that is still to happen, without faults.
async fn settle_down(nodes: &[Arc<Node>], ledger: &mut Ledger) {
    nodes[0].clock.pass(LEASE + SignedDuration::from_hours(1));
    for node in nodes {
        node.store.release(node.id).await.expect("leases are given back");
    }
    let node = &nodes[0];
    while node.follow_up().await > 0 {}
    for number in 0..2 * ADDRESSES.len() {
        let mut task = Task::new(1000 + number as u64, vec![Arc::clone(node)], Dice::new(7));
        while task.send_a_lane().await {}
        ledger.take_in(task.ledger);
    }
    while node.store.sequence_feed(node.id, node.now(), 1000).await.expect("it is numbered") > 0 {}
}

impl Ledger {
    fn take_in(&mut self, other: Self) {
        self.texts.extend(other.texts);
        self.done.extend(other.done);
        self.ended.extend(other.ended);
        for (lane, left) in other.left {
            self.left.entry(lane).or_default().extend(left);
        }
    }
}

/// One of the tasks.
struct Task {
    number: u64,
    nodes: Vec<Arc<Node>>,
    dice: Dice,
    deeds: u64,
    /// What was sent and answered, to be sent again.
    sent: Vec<(String, Command, Reply)>,
    ledger: Ledger,
}

impl Task {
    fn new(number: u64, nodes: Vec<Arc<Node>>, dice: Dice) -> Self {
        Self { number, nodes, dice, deeds: 0, sent: Vec::new(), ledger: Ledger::default() }
    }

    async fn run(mut self) -> Ledger {
        while self.deeds < DEEDS {
            self.deeds += 1;
            self.node().clock.pass(SignedDuration::from_millis(3));
            match self.dice.below(16) {
                0..=3 => self.write().await,
                4..=5 => self.offer().await,
                6..=8 => self.click().await,
                9 => self.speak().await,
                10 => self.end().await,
                11 => self.repeat().await,
                12 => self.come_and_go().await,
                13 => self.let_time_pass().await,
                14 => drop(self.send_a_lane().await),
                _ => self.follow().await,
            }
        }
        self.ledger
    }

    /// One of the nodes.
    fn node(&mut self) -> Arc<Node> {
        Arc::clone(self.dice.pick(&self.nodes).expect("there is a node"))
    }

    /// Sends a command as a careful client does: again after a failure, sometimes twice at once,
    /// to any node. `None`: what became of it is not known, or it was refused.
    async fn send(&mut self, command: Command) -> Option<Reply> {
        let key = format!("task:{}:{}", self.number, self.deeds);
        for _ in 0..REPEATS {
            let (one, two) = (self.node(), self.node());
            let answer = if self.dice.once_in(6) {
                let twins = (one.run(&key, command.clone()), two.run(&key, command.clone()));
                match join(twins.0, twins.1).await {
                    (Ok(one), Ok(two)) => {
                        let (first, second) = if one.repeated { (two, one) } else { (one, two) };
                        let reply = first.reply.as_ref().expect("every command is answered");
                        let again = (second.repeated, second.reply.as_ref());
                        same(&command, (first.repeated, reply), again);
                        Ok(if changes_nothing(reply) { second } else { first })
                    }
                    (Ok(answer), _) | (_, Ok(answer)) => Ok(answer),
                    (error, _) => error,
                }
            } else {
                one.run(&key, command.clone()).await
            };
            match answer {
                Ok(executed) => {
                    let reply = executed.reply.expect("every command is answered");
                    self.sent.push((key, command, reply.clone()));
                    return Some(reply);
                }
                Err(ExecuteError::Rejected(_)) => return None,
                Err(ExecuteError::Store(_)) => {}
                Err(error) => panic!("{error}"),
            }
        }
        None
    }

    async fn write(&mut self) {
        let (account, address) = *self.dice.pick(&ADDRESSES).expect("an address");
        let new = SessionId(self.node().clock.new_id());
        let text = format!("customer {} {}", self.number, self.deeds);
        self.ledger.texts.insert(text.clone(), None);
        if let Some(reply) = self.send(message(account, address, &text, new)).await {
            self.stored(text, &reply);
        }
    }

    fn stored(&mut self, text: String, reply: &Reply) {
        let Reply::Stored { session, seq } = *reply else { panic!("{reply:?}") };
        self.ledger.texts.insert(text, Some((session, seq)));
    }

    async fn offer(&mut self) {
        let Ok(waiting) = self.node().store.waiting(None, 20).await else { return };
        let Some(waiting) = self.dice.pick(&waiting) else { return };
        let (session, invitation) = (waiting.session, InvitationId(self.node().clock.new_id()));
        let command = Command::Offer { session, invitation };
        if let Some(Reply::Offered { rung: true, .. }) = self.send(command).await {
            // The dispatcher shows the card; it does not matter here whether it can report it.
            let copy = beckon_domain::card::CardCopy {
                conversation: "a:1".to_owned(),
                activity: format!("m-{invitation}"),
                shown: 1,
                kind: beckon_domain::card::CopyKind::Invitation,
            };
            self.deeds += 1;
            self.send(Command::CardShown { invitation, copy }).await;
        }
    }

    /// The newest invitations of some agent.
    async fn invitation(&mut self) -> Option<Invitation> {
        let id = agent(u128::from(self.dice.below(AGENTS as u64)) + 1);
        let inbox = self.node().store.inbox(TENANT, id, 2).await.ok()?;
        self.dice.pick(&inbox.entries).map(|rows| rows.invitation.clone())
    }

    async fn click(&mut self) {
        let Some(invitation) = self.invitation().await else { return };
        if invitation.state.ended().is_some() && self.dice.once_in(2) {
            return self.say_codes(&invitation).await;
        }
        let action = match invitation.state {
            InvitationState::Ringing { .. } if self.dice.once_in(4) => Action::Decline,
            InvitationState::Ringing { .. } => Action::Accept,
            InvitationState::Accepted { .. } => Action::Terminate,
            _ if self.dice.once_in(4) => Action::Extend,
            _ => Action::Finish,
        };
        let reply = self.send(act(invitation.id, invitation.agent, action)).await;
        if let Some(Reply::Acted { invitation, result: ActResult::Done }) = reply {
            self.ledger.done.push((invitation, action));
        }
    }

    /// The agent, or somebody with a key, says what it was about.
    async fn say_codes(&mut self, invitation: &Invitation) {
        let own = self.dice.once_in(2);
        let command = Command::SetCodes {
            invitation: invitation.id,
            by: if own {
                Actor::Agent { agent: invitation.agent }
            } else {
                Actor::Key { name: "office".to_owned() }
            },
            codes: Codes { tags: vec![format!("tag {}", self.deeds % 5)], ..Codes::default() },
            keep: own,
            surface: Surface::Console,
            seen: None,
        };
        self.send(command).await;
    }

    async fn speak(&mut self) {
        let Some(Invitation { session, agent, .. }) = self.invitation().await else { return };
        let text = format!("agent {} {}", self.number, self.deeds);
        self.ledger.texts.insert(text.clone(), None);
        let command = Command::AgentMessage { session, agent, text: text.clone() };
        if let Some(reply) = self.send(command).await {
            self.stored(text, &reply);
        }
    }

    async fn end(&mut self) {
        let Some(Invitation { session, .. }) = self.invitation().await else { return };
        let command = if self.dice.once_in(2) {
            Command::CustomerLeft { session }
        } else {
            Command::AdminEnd { session, audit: None }
        };
        let reply = self.send(command).await;
        self.ledger.ended.extend(reply);
    }

    /// Sends something again that was answered.
    async fn repeat(&mut self) {
        let Some((key, command, reply)) = self.dice.pick(&self.sent).cloned() else { return };
        if let Ok(again) = self.node().run(&key, command.clone()).await {
            same(&command, (false, &reply), (again.repeated, again.reply.as_ref()));
            self.sent.retain(|known| known.0 != key);
            self.sent.extend(again.reply.map(|reply| (key, command, reply)));
        }
    }

    async fn come_and_go(&mut self) {
        let agent = agent(u128::from(self.dice.below(AGENTS as u64)) + 1);
        self.send(Command::AgentUnreachable { agent, blocked: true }).await;
        self.deeds += 1;
        let reference = "ref".to_owned();
        self.send(Command::AgentReachable { agent, reference, channel: BotChannel::Teams }).await;
    }

    async fn let_time_pass(&mut self) {
        let node = self.node();
        node.clock.pass(SignedDuration::from_secs(4));
        let Ok((due, _)) = node.store.due_timers(TENANT, node.now(), 5).await else { return };
        for due in due {
            let command = envelope("timer", Command::Timer(due.timer));
            let origin = Origin::Timer { generation: due.generation };
            // Both nodes fire it; one has it.
            let (one, two) = (self.node(), self.node());
            let fired = [one, two].map(|node| {
                let request = Request::from_origin(command.clone(), origin);
                async move { node.store.execute(request).await }
            });
            let fired = join_all(fired).await;
            let first = fired.iter().flatten().filter(|executed| !executed.repeated).count();
            assert!(first <= 1, "a timer fired twice: {due:?}");
        }
    }

    async fn follow(&mut self) {
        let node = self.node();
        let Ok(follow_ups) = node.store.follow_ups(0, 3).await else { return };
        for follow_up in follow_ups {
            let origin = Origin::FollowUp { id: follow_up.id };
            let command = envelope("follow-up", follow_up.command);
            let _later = node.store.execute(Request::from_origin(command, origin)).await;
        }
        let _later = node.store.sequence_feed(node.id, node.now(), 10).await;
    }

    /// Sends what is in a lane. False: there was none.
    async fn send_a_lane(&mut self) -> bool {
        let node = self.node();
        let Ok((claims, _)) =
            node.store.claim_lanes(Class::Live, node.id, node.now(), LEASE, 1).await
        else {
            return true;
        };
        let [claim] = &claims[..] else { return false };
        loop {
            let Ok(head) = node.store.lane_head(claim, 4).await else { return true };
            let through = head.last().map_or(0, |entry| entry.pos);
            for entry in head {
                if let EffectBody::Message { session, seq } = entry.effect.body {
                    assert_eq!(entry.message.expect("its message").seq, seq);
                    let moment = MOMENT.fetch_add(1, Ordering::SeqCst);
                    let left = self.ledger.left.entry(claim.lane.stored()).or_default();
                    left.push((moment, session, seq));
                }
            }
            let settlement = Settlement::Sent { through };
            match node.store.settle(claim, settlement, node.now(), LEASE).await {
                Ok(Settled::More) => {}
                Ok(Settled::Ended | Settled::Lost) | Err(_) => return true,
            }
        }
    }
}

/// The same command twice: whether its sender may hear this. What changed nothing leaves no key; it
/// is looked at afresh, and may change something then, once.
fn same(command: &Command, first: (bool, &Reply), again: (bool, Option<&Reply>)) {
    let (repeated, reply) = again;
    if first.0 || repeated && !changes_nothing(first.1) {
        assert_eq!(Some(first.1), reply, "{command:?}");
    } else if !repeated {
        let nothing = changes_nothing(first.1) || reply.is_some_and(changes_nothing);
        assert!(nothing, "{command:?} was done twice: {first:?}, {again:?}");
    }
}

/// Whether this is what a command hears that came too late.
fn changes_nothing(reply: &Reply) -> bool {
    match reply {
        Reply::Acted { result, .. } => *result != ActResult::Done,
        Reply::Offered { rung, .. } => !rung,
        Reply::Stored { .. } | Reply::NotSent { .. } => false,
        Reply::Ended { .. } | Reply::Heard | Reply::Noted => true,
    }
}
