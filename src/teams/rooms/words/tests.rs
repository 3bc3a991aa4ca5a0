use beckon_domain::ids::AgentId;
use uuid::Uuid;

use super::*;

fn message(seq: u64, from: Author, text: &str) -> Message {
    Message { seq, at: Timestamp::UNIX_EPOCH, from, text: text.to_owned() }
}

fn ada() -> Author {
    Author::Agent { id: AgentId(Uuid::nil()), name: "Ada <3".to_owned() }
}

#[test]
fn the_name_stands_once_per_run_and_nothing_that_was_written_is_markup() {
    let all = [
        message(1, Author::Customer, "<at>Everybody</at> & me"),
        message(2, Author::Customer, "two\nlines"),
        message(3, ada(), "Yes"),
    ];
    let all: Vec<&Message> = all.iter().collect();
    assert_eq!(
        messages(&all, None, "Grace"),
        "<strong>Grace:</strong> &lt;at&gt;Everybody&lt;/at&gt; &amp; me<br>two<br>lines<br>\
         <strong>Ada &lt;3:</strong> Yes"
    );
    assert_eq!(messages(&all[1..2], Some(&Author::Customer), "Grace"), "two<br>lines");
}

#[test]
fn a_post_is_known_again_in_the_spelling_of_the_platform() {
    let sent = messages(&[&message(1, Author::Customer, "5 < 6 & 7\nthen")], None, "Grace");
    let back = "<p><strong>Grace:</strong> 5 &lt; 6 &amp; 7<br>\nthen</p>";
    assert_eq!(bare(&sent), bare(back));
    assert_ne!(bare(&sent), bare("<p>Grace: 5 &lt; 6</p>"));
}

#[test]
fn of_a_long_transcript_the_end_is_shown() {
    let all: Vec<Message> =
        (1..=100).map(|seq| message(seq, Author::Customer, &format!("{seq:0>500}"))).collect();
    let post = transcript(&all, "Grace").unwrap();
    assert!(post.starts_with("<em>Earlier messages"), "{}", &post[..80]);
    assert!(post.ends_with(&format!("{:0>500}", 100)));
    assert!(post.encode_utf16().count() < 12_000);
    let huge = [message(1, Author::Customer, &"x".repeat(10_000))];
    let post = transcript(&huge, "Grace").unwrap();
    assert!(post.contains("the rest is in My Sessions") && post.len() < 6_000);
    assert_eq!(transcript(&[], "Grace"), None);
}

#[test]
fn a_time_of_day_is_that_of_the_zone_with_its_date_on_another_day() {
    let zone = TimeZone::get("Europe/Zurich").unwrap();
    let at: Timestamp = "2026-11-22T22:30:00Z".parse().unwrap();
    let clock = |now: &str| clock(at, now.parse().unwrap(), &zone);
    assert_eq!(clock("2026-11-22T22:59:00Z"), "23:30");
    assert_eq!(clock("2026-11-22T23:00:00Z"), "23:30 on 22 November 2026", "midnight there");
}
