//! The service URL: claim, body, and their agreement.

use serde_json::Value;

use super::super::support::Draft;
use super::{Case, unauthorized};

/// The same URL in claim and body.
fn agreed(draft: &mut Draft, url: &str) {
    draft.claims["serviceurl"] = url.into();
    draft.activity["serviceUrl"] = url.into();
}

pub(super) fn cases() -> Vec<Case> {
    [claims(), mismatches(), hosts()].into_iter().flatten().collect()
}

fn claims() -> Vec<Case> {
    const MISSING: &str = "service_url_missing";
    const MALFORMED: &str = "service_url_malformed";
    vec![
        unauthorized("no claim", MISSING, |it| {
            it.claims.as_object_mut().unwrap().remove("serviceurl");
        }),
        unauthorized("claim null", MISSING, |it| it.claims["serviceurl"] = Value::Null),
        unauthorized("claim empty", MISSING, |it| it.claims["serviceurl"] = "".into()),
        unauthorized("claim in camel case", MISSING, |it| {
            let claims = it.claims.as_object_mut().unwrap();
            let url = claims.remove("serviceurl").unwrap();
            claims.insert("serviceUrl".to_owned(), url);
        }),
        unauthorized("claim a number", "token_malformed", |it| it.claims["serviceurl"] = 1.into()),
        unauthorized("claim a word", MALFORMED, |it| it.claims["serviceurl"] = "teams".into()),
        unauthorized("claim with user info", MALFORMED, |it| {
            it.claims["serviceurl"] = "https://smba@evil.example/amer/".into();
        }),
        unauthorized("claim with a query", MALFORMED, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/amer/?x=1".into();
        }),
        unauthorized("claim with an international host", MALFORMED, |it| {
            it.claims["serviceurl"] = "https://smbа.trafficmanager.net/amer/".into();
        }),
        unauthorized("claim with dot segments", MALFORMED, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/x/../amer/".into();
        }),
        unauthorized("claim with a backslash", MALFORMED, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net\\amer/".into();
        }),
    ]
}

fn mismatches() -> Vec<Case> {
    const MISMATCH: &str = "service_url_mismatch";
    vec![
        unauthorized("claim of another region", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/emea/".into();
        }),
        unauthorized("claim of another host", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.infra.gcc.teams.microsoft.com/amer/".into();
        }),
        unauthorized("claim with a longer host", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net.evil.example/amer/".into();
        }),
        unauthorized("claim over http", MISMATCH, |it| {
            it.claims["serviceurl"] = "http://smba.trafficmanager.net/amer/".into();
        }),
        unauthorized("claim on another port", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net:8443/amer/".into();
        }),
        unauthorized("claim with another case in its path", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/Amer/".into();
        }),
        unauthorized("claim with two slashes", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/amer//".into();
        }),
        unauthorized("claim with an escaped letter", MISMATCH, |it| {
            it.claims["serviceurl"] = "https://smba.trafficmanager.net/%61mer/".into();
        }),
        unauthorized("body of the attacker's host", MISMATCH, |it| {
            it.activity["serviceUrl"] = "https://evil.example/amer/".into();
        }),
        unauthorized("body of another path", MISMATCH, |it| {
            it.activity["serviceUrl"] = "https://smba.trafficmanager.net/".into();
        }),
        unauthorized("body with a dot after its host", MISMATCH, |it| {
            it.activity["serviceUrl"] = "https://smba.trafficmanager.net./amer/".into();
        }),
        unauthorized("body with a punycode host", MISMATCH, |it| {
            it.activity["serviceUrl"] = "https://xn--smb-5cd.trafficmanager.net/amer/".into();
        }),
    ]
}

fn hosts() -> Vec<Case> {
    const REFUSED: &str = "service_host_not_allowed";
    vec![
        unauthorized("a genuine token for a foreign host", REFUSED, |it| {
            agreed(it, "https://evil.example/amer/");
        }),
        unauthorized("a neighbour in the shared name space", REFUSED, |it| {
            agreed(it, "https://smba2.trafficmanager.net/amer/");
        }),
        unauthorized("the shared name space itself", REFUSED, |it| {
            agreed(it, "https://trafficmanager.net/amer/");
        }),
        unauthorized("the right host over http", REFUSED, |it| {
            agreed(it, "http://smba.trafficmanager.net/amer/");
        }),
        unauthorized("the right host on another port", REFUSED, |it| {
            agreed(it, "https://smba.trafficmanager.net:444/amer/");
        }),
        unauthorized("this machine", REFUSED, |it| agreed(it, "http://127.0.0.1:3978/")),
        unauthorized("a host of another cloud", REFUSED, |it| {
            agreed(it, "https://smba.infra.gov.teams.microsoft.us/teams");
        }),
    ]
}
