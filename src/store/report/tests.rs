use super::*;

fn agent(number: u128) -> AgentId {
    AgentId(Uuid::from_u128(number))
}

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + second).unwrap()
}

#[test]
fn columns_read_back_as_the_row_that_was_written() {
    let row = SessionReport {
        session: SessionId(Uuid::from_u128(7)),
        service: ServiceId("support".to_owned()),
        account: AccountId("website".to_owned()),
        channel: Channel::WhatsApp,
        agent: Some(agent(1)),
        outcome: Outcome::StaleAfterUser,
        ended_by: EndedBy::Sweep,
        direct: true,
        accepted: Some(at(1)),
        times: Times {
            created: Some(at(0)),
            queued: Some(at(2)),
            first_offer: Some(at(3)),
            first_connect: Some(at(4)),
            first_agent_reply: Some(at(5)),
            ended: Some(at(6)),
            wrap_up_ended: Some(at(7)),
        },
        counts: Counts {
            offers: 1,
            declines: 2,
            misses: 3,
            undeliverable: 4,
            transfers: 5,
            messages_in: 6,
            messages_out: 7,
            messages_undelivered: 8,
        },
        sums: Sums {
            workflow: SignedDuration::from_millis(1),
            queue: SignedDuration::from_millis(2),
            ringing: SignedDuration::from_millis(6),
            connected: SignedDuration::from_millis(3),
            parked: SignedDuration::from_millis(4),
            wrap_up: SignedDuration::from_millis(5),
        },
        codes: Codes {
            codes: Some("billing".to_owned()),
            codes2: None,
            tags: vec!["vip".to_owned(), "too late".to_owned()],
        },
        codes_missing: true,
        shared: true,
        sla_seconds: 45,
    };
    let columns = row.columns().unwrap();
    assert_eq!((columns.numbers[0], columns.numbers[1]), (Some(22), Some(1)), "id and group");
    let others = 6 + columns.said.len();
    assert_eq!(columns.numbers.len(), report_columns!().split(',').count() - others);
    assert_eq!(SessionReport::from_columns(columns).unwrap(), row);
}
