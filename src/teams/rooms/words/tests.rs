use super::*;

#[test]
fn a_post_is_known_again_in_the_spelling_of_the_platform() {
    let sent = format!("<strong>Grace:</strong> {}", escaped("5 < 6 & 7\nthen"));
    let back = "<p><strong>Grace:</strong> 5 &lt; 6 &amp; 7<br>\nthen</p>";
    assert_eq!(bare(&sent), bare(back));
    assert_ne!(bare(&sent), bare("<p>Grace: 5 &lt; 6</p>"));
}

#[test]
fn of_a_command_as_long_as_a_message_the_answer_shows_the_beginning() {
    let told = unknown_command(&format!("/{}", "x".repeat(9_999)));
    assert!(told.starts_with("Not sent: /xxx") && told.len() < 400, "{told}");
}

#[test]
fn of_a_command_with_more_behind_it_the_answer_says_how_it_is_typed() {
    let told = unknown_command("/end");
    assert_eq!(told, "Not sent: /end stands alone; type it without anything behind it.");
    assert!(unknown_command("/ending").contains("/ending is no command"), "that one is another");
}

#[test]
fn a_time_of_day_is_that_of_the_zone_with_its_date_on_another_day() {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    let at: Timestamp = "2026-11-22T22:30:00Z".parse().unwrap();
    let clock = |now: &str| clock(at, now.parse().unwrap(), &zone);
    assert_eq!(clock("2026-11-22T22:59:00Z"), "23:30");
    assert_eq!(clock("2026-11-22T23:00:00Z"), "23:30 on 22 November 2026", "midnight there");
}
