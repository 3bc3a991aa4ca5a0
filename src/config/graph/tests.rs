use super::super::Config;

const EXAMPLE: &str = include_str!("../../../config.example.toml");
const ONE: &str = "44444444-4444-4444-8444-444444444444";
const OTHER: &str = "55555555-5555-4555-8555-555555555555";
const AGENT: &str = "33333333-3333-4333-8333-333333333333";

/// The example with these companions.
fn parse(companions: &[&str]) -> Result<Config, String> {
    let section = format!("[tenant.graph]\nteams_app_id = {ONE:?}\ncompanions = {companions:?}\n");
    let text = EXAMPLE.replacen("[[tenant.agent]]", &format!("{section}[[tenant.agent]]"), 1);
    Config::parse(&text, &|_: &str| None).map_err(|error| error.to_string())
}

#[test]
fn one_or_two_companions_who_are_no_agents() {
    for companions in [&[][..], &[ONE], &[ONE, OTHER]] {
        let config = parse(companions).unwrap();
        let graph = config.tenants[0].graph.as_ref().unwrap();
        assert_eq!(graph.companions.len(), companions.len());
    }
    for (companions, problem) in [
        (&[ONE, ONE][..], "stands twice"),
        (&[ONE, OTHER, AGENT], "names 3 accounts"),
        (&[AGENT], "is an agent"),
        (&["Ada"], "companions"),
    ] {
        let error = parse(companions).unwrap_err();
        assert!(error.contains("companions") && error.contains(problem), "{error}");
    }
}

#[test]
fn guests_are_agents_or_companions() {
    let with = |guest: &str| {
        let section = format!(
            "[tenant.graph]\nteams_app_id = {ONE:?}\ncompanions = [{ONE:?}]\nguests = [{guest:?}]\n"
        );
        let text = EXAMPLE.replacen("[[tenant.agent]]", &format!("{section}[[tenant.agent]]"), 1);
        Config::parse(&text, &|_: &str| None).map_err(|error| error.to_string())
    };
    for guest in [ONE, AGENT] {
        let config = with(guest).unwrap();
        assert_eq!(config.tenants[0].graph.as_ref().unwrap().guests.len(), 1);
    }
    let error = with(OTHER).unwrap_err();
    assert!(error.contains("guests") && error.contains("neither an agent"), "{error}");
}
