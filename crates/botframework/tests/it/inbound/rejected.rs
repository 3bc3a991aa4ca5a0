//! Every forged or odd request, over HTTP, with cold and warm caches.

use std::collections::BTreeSet;

use super::cases;
use super::support::{Answer, Draft, Lab, encode};

fn fixed_body(status: u16) -> &'static str {
    match status {
        400 => r#"{"error":"bad request"}"#,
        403 => r#"{"error":"forbidden"}"#,
        413 => r#"{"error":"payload too large"}"#,
        _ => r#"{"error":"unauthorized"}"#,
    }
}

/// Sends `change` of a valid request to a fresh bot and tells what differed
/// from the expectation.
async fn try_case(lab: &Lab, case: &cases::Case, warm: bool) -> Result<(), String> {
    let bot = lab.cold_bot().await;
    let effects = if warm {
        assert_eq!(bot.send(&lab.valid()).await.status, 200);
        1
    } else {
        0
    };
    lab.logs.take();
    let mut draft: Draft = lab.valid();
    (case.change)(&mut draft);
    let answer = bot.send(&draft).await;
    let expected = Answer { status: case.status, body: fixed_body(case.status).to_owned() };
    let logged = lab.logs.take();
    let reasons: Vec<_> = logged.iter().map(|entry| entry.reason.as_str()).collect();
    if answer != expected || reasons != [case.reason] || bot.processed() != effects {
        return Err(format!(
            "{} (warm: {warm}): {answer:?}, reasons {reasons:?} for {}, {} effects for {effects}",
            case.name,
            case.reason,
            bot.processed(),
        ));
    }
    let hostile = |text: &str| text.chars().any(char::is_control) || text.chars().count() > 128;
    match logged.iter().find(|entry| hostile(&entry.detail)) {
        Some(entry) => Err(format!("{}: logged {entry:?}", case.name)),
        None => Ok(()),
    }
}

async fn try_all(warm: bool) {
    let lab = Lab::new().await;
    let mut failures = Vec::new();
    for case in cases::all() {
        if let Err(failure) = try_case(&lab, &case, warm).await {
            failures.push(failure);
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn every_case_is_refused_with_cold_caches() {
    try_all(false).await;
}

#[tokio::test]
async fn every_case_is_refused_with_warm_caches() {
    try_all(true).await;
}

#[test]
fn the_cases_are_many_and_each_is_itself() {
    let cases = cases::all();
    let token_cases = cases.iter().filter(|case| case.status == 401).count();
    assert!(token_cases >= 60, "{token_cases} token cases");
    let names: BTreeSet<_> = cases.iter().map(|case| (case.name, case.reason)).collect();
    assert_eq!(names.len(), cases.len());
    // A case that changes nothing would pass for the wrong reason.
    for case in cases {
        let (valid, mut changed) = (Draft::valid(0), Draft::valid(0));
        (case.change)(&mut changed);
        let same_token = changed.token() == valid.token();
        let same_headers = (changed.authorization)("t") == (valid.authorization)("t");
        assert!(
            !(same_token && same_headers && changed.body() == valid.body()),
            "{} changes nothing",
            case.name
        );
    }
}

/// Nothing of the body is looked at before the token is accepted: a forged
/// token is answered 401 even with a body that alone would be a 400.
#[tokio::test]
async fn the_token_is_judged_before_the_body() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    for body in [vec![], b"garbage".to_vec(), vec![b'['; 2 * 1024 * 1024]] {
        let mut draft = lab.valid();
        draft.claims["aud"] = "someone else".into();
        draft.raw_body = Some(body);
        assert_eq!(bot.send(&draft).await.status, 401);
        assert_eq!(lab.logs.reasons(), ["audience_not_allowed"]);
    }
}

/// What an attacker writes into a token reaches the log sanitised and capped.
#[tokio::test]
async fn hostile_text_is_sanitised_in_the_log() {
    let lab = Lab::new().await;
    let bot = lab.cold_bot().await;
    let mut draft = lab.valid();
    draft.claims["aud"] = format!("a\r\nb\u{1b}[2J{}", "é".repeat(500)).into();
    assert_eq!(bot.send(&draft).await.status, 401);
    let entry = lab.logs.take().remove(0);
    assert!(entry.detail.starts_with("a  b [2Jéé"), "{}", entry.detail);
    assert!(entry.detail.ends_with("é…"), "{}", entry.detail);
    assert_eq!(entry.detail.chars().count(), 129);
    assert!(!entry.detail.contains(&encode("a")));
}
