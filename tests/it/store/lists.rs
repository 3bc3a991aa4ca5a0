//! Lists and measures: every way to a list gives the same rows in the same order, whole or in
//! pages, as looking at each session would.

use beckon::store::{Finished, Grouping, Invited, Measures, ReportPlace, SessionReport, Span};
use beckon_domain::command::{ActResult, Action, Command};
use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use beckon_domain::outcome::{Group, Outcome};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::node::Node;
use super::place::{PUSHED, Place, READ, TENANT, agent};

const END: SessionId = SessionId(Uuid::max());

fn all() -> Finished {
    Finished {
        from: Timestamp::MIN,
        before: ReportPlace::at(Timestamp::MAX),
        service: None,
        agent: None,
        account: None,
        channel: None,
        outcome: None,
        direct: None,
        stale: None,
    }
}

fn place(report: &SessionReport) -> ReportPlace {
    let created = report.times.created.expect("it began");
    ReportPlace { created, service: report.service.clone(), session: report.session }
}

/// Three conversations that an agent ends, four customers who leave, two of them at once; one
/// session stays open.
async fn history(node: &Node) -> (Vec<SessionReport>, SessionId) {
    node.install(2).await;
    let mut ids = Vec::new();
    for number in 0..3 {
        let account = if number == 1 { PUSHED } else { READ };
        let (session, invitation, who) = node.connected(account, &format!("c{number}")).await;
        node.clock.pass(SignedDuration::from_secs(60));
        assert_eq!(node.act(invitation, who, Action::Terminate).await, ActResult::Done);
        assert_eq!(node.act(invitation, who, Action::Finish).await, ActResult::Done);
        ids.push(session);
    }
    for number in 0..4 {
        let (session, _) = node.write(READ, &format!("left{number}"), "Hello?").await;
        ids.push(session);
        if number > 0 {
            node.clock.pass(SignedDuration::from_secs(10 + number));
        }
    }
    for session in &ids[3..] {
        node.reply(Command::CustomerLeft { session: *session }).await;
    }
    let (open, _) = node.write(READ, "open", "Hello?").await;
    let mut reports = Vec::new();
    for id in ids {
        reports.push(node.store.report(TENANT, id).await.unwrap().expect("it ended"));
    }
    reports.sort_by_key(|report| std::cmp::Reverse(place(report)));
    (reports, open)
}

/// A whole list, in pages of a size.
async fn paged(node: &Node, wanted: &Finished, size: usize) -> Vec<SessionReport> {
    let (mut read, mut wanted) = (Vec::new(), wanted.clone());
    loop {
        let page = node.store.finished(TENANT, &wanted, size).await.unwrap();
        assert!(page.len() <= size);
        let Some(last) = page.last() else { return read };
        wanted.before = place(last);
        read.extend(page);
    }
}

pub(super) async fn finished_sessions_are_listed_by_every_way_in_one_order(on: Place) {
    let node = on.open().await;
    let (reports, open) = history(&node).await;
    assert_eq!(reports.len(), 7);
    let middle = reports[3].times.created.unwrap();
    let mut queries = vec![(all(), 7)];
    let of = |change: fn(&mut Finished)| {
        let mut wanted = all();
        change(&mut wanted);
        wanted
    };
    queries.push((of(|wanted| wanted.service = Some("support".into())), 7));
    queries.push((of(|wanted| wanted.service = Some("sales".into())), 0));
    queries.push((of(|wanted| wanted.account = Some(PUSHED.into())), 1));
    queries.push((of(|wanted| wanted.outcome = Some(Outcome::CustomerLeftInQueue)), 4));
    queries.push((of(|wanted| wanted.stale = Some(true)), 0));
    queries.push((of(|wanted| wanted.direct = Some(false)), 7));
    let own = reports.iter().filter(|report| report.agent == Some(agent(1))).count();
    assert!((1..3).contains(&own), "both had some");
    queries.push((of(|wanted| wanted.agent = Some(agent(1))), own));
    let both = |wanted: &mut Finished| {
        (wanted.agent, wanted.service) = (Some(agent(1)), Some("support".into()));
    };
    queries.push((of(both), own));
    queries.push((
        Finished { from: middle, ..all() },
        7 - reports.iter().filter(|report| report.times.created.unwrap() < middle).count(),
    ));
    queries.push((
        Finished { before: ReportPlace::at(middle), ..all() },
        reports.iter().filter(|report| report.times.created.unwrap() < middle).count(),
    ));
    for (wanted, count) in queries {
        let fits = |report: &&SessionReport| {
            let created = report.times.created.unwrap();
            created >= wanted.from
                && created < wanted.before.created
                && wanted.service.as_ref().is_none_or(|service| report.service == *service)
                && wanted.agent.is_none_or(|agent| report.agent == Some(agent))
                && wanted.account.as_ref().is_none_or(|account| report.account == *account)
                && wanted.outcome.is_none_or(|outcome| report.outcome == outcome)
                && wanted.stale.is_none_or(|stale| report.outcome.stale() == stale)
        };
        let expected: Vec<_> = reports.iter().filter(fits).cloned().collect();
        assert_eq!(expected.len(), count, "{wanted:?}");
        for size in [1, 2, 3, 100] {
            assert_eq!(paged(&node, &wanted, size).await, expected, "{size} of {wanted:?}");
        }
    }
    let sessions = node.store.open_sessions(TENANT, END, 10).await.unwrap();
    assert_eq!(sessions.iter().map(|session| session.id).collect::<Vec<_>>(), [open]);
    assert_eq!(node.store.open_sessions(TENANT, open, 10).await.unwrap(), []);
    let (account, address) = (READ.into(), "c0".into());
    let theirs = node.store.customer_sessions(TENANT, &account, &address, END, 10).await.unwrap();
    assert_eq!(theirs.len(), 1);
    let before = theirs[0].id;
    let earlier =
        node.store.customer_sessions(TENANT, &account, &address, before, 10).await.unwrap();
    assert_eq!(earlier, []);
    node.stop().await;
}

pub(super) async fn invitations_are_listed_newest_first(on: Place) {
    let node = on.open().await;
    let (reports, _) = history(&node).await;
    let wanted = Invited {
        agent: None,
        session: None,
        since: InvitationId(Uuid::nil()),
        before: InvitationId(Uuid::max()),
    };
    let list = async |wanted| node.store.invitations(TENANT, wanted, 100).await.unwrap();
    let every = list(wanted).await;
    assert_eq!(every.len(), 3);
    assert!(every.is_sorted_by(|one, two| one.id > two.id));
    let of =
        |agent: AgentId| every.iter().filter(|row| row.agent == agent).cloned().collect::<Vec<_>>();
    for number in [1, 2] {
        let own = list(Invited { agent: Some(agent(number)), ..wanted }).await;
        assert_eq!(own, of(agent(number)));
        assert!(!own.is_empty());
    }
    let session = reports.iter().find(|report| report.agent.is_some()).unwrap().session;
    let one = list(Invited { session: Some(session), ..wanted }).await;
    assert_eq!(one.iter().map(|row| row.session).collect::<Vec<_>>(), [session]);
    assert_eq!(list(Invited { before: every[1].id, ..wanted }).await, every[2..]);
    assert_eq!(list(Invited { since: every[1].id, ..wanted }).await, every[..2]);
    assert_eq!(node.store.invitations(TENANT, wanted, 2).await.unwrap(), every[..2]);
    node.stop().await;
}

pub(super) async fn measures_say_what_the_rows_say(on: Place) {
    let node = on.open().await;
    let (reports, _) = history(&node).await;
    let from = reports.last().unwrap().times.created.unwrap();
    let until = node.now();
    let by = Grouping { agent: true, ..Grouping::default() };
    let measured = async |span: Span| {
        let measures = Measures::new(by, &TimeZone::UTC, from, until, None);
        node.store.measure(TENANT, &span, measures).await.unwrap().groups()
    };
    let span = Span { from, until, service: None, agent: None, channel: None };
    let everybody = measured(span.clone()).await;
    let service = Some("support".into());
    assert_eq!(measured(Span { service: service.clone(), ..span.clone() }).await, everybody);
    let (nobody, left) = &everybody[0];
    assert_eq!((nobody.agent, left.sessions, left.of(Group::CustomerLeft)), (None, 4, 4));
    assert_eq!(everybody.len(), 3, "nobody, and both agents");
    for (group, measure) in &everybody[1..] {
        let own: Vec<_> = reports.iter().filter(|report| report.agent == group.agent).collect();
        assert_eq!(measure.sessions, own.len() as u64);
        let connected: i128 = own.iter().map(|report| report.sums.connected.as_millis()).sum();
        assert_eq!(i128::from(measure.connected_ms), connected);
        assert_eq!((measure.counts[0], measure.acw), (own.len() as u64, own.len() as u64));
        for service in [None, service.clone()] {
            let alone = measured(Span { agent: group.agent, service, ..span.clone() }).await;
            assert_eq!(alone, [(group.clone(), measure.clone())]);
        }
    }
    let sales = Span { service: Some("sales".into()), ..span.clone() };
    assert_eq!(measured(sales).await, []);
    let sms = Span { channel: Some(beckon_domain::settings::Channel::Sms), ..span };
    assert_eq!(measured(sms).await, []);
    node.stop().await;
}
