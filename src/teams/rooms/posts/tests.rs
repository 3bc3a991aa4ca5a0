use beckon_domain::ids::AgentId;
use beckon_domain::session::MAX_TEXT_CHARS;
use jiff::Timestamp;
use proptest::prelude::*;
use uuid::Uuid;

use super::super::words::plain;
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
        ["<strong>Grace:</strong> &lt;at&gt;Everybody&lt;/at&gt; &amp; me<br>two<br>lines<br>\
          <strong>Ada &lt;3:</strong> Yes"]
    );
    assert_eq!(messages(&all[1..2], Some(&Author::Customer), "Grace"), ["two<br>lines"]);
}

#[test]
fn what_is_too_long_for_one_post_goes_on_in_the_next_and_nothing_is_lost() {
    let all = [
        message(1, Author::Customer, "First."),
        message(2, Author::Customer, &"&".repeat(MAX_TEXT_CHARS)),
        message(3, ada(), "Last."),
    ];
    let posts = messages(&all.iter().collect::<Vec<_>>(), None, "Grace");
    assert!(posts.iter().all(|post| units(post) <= POST), "{:?}", posts.iter().map(|p| units(p)));
    assert_eq!(posts.len(), 6, "five of ampersands, which take five units each");
    assert_eq!(posts[0], "<strong>Grace:</strong> First.");
    assert_eq!(posts.concat().matches("&amp;").count(), MAX_TEXT_CHARS);
    assert_eq!(posts.concat().matches("Grace").count(), 1, "one run, one name");
    assert!(posts[5].ends_with("&amp;<br><strong>Ada &lt;3:</strong> Last."));
}

#[test]
fn a_long_transcript_is_several_posts_and_of_a_very_long_one_the_end_is_shown() {
    let said = |count: u64| -> Vec<Message> {
        let text = |seq| format!("{seq:0>500}");
        (1..=count).map(|seq| message(seq, Author::Customer, &text(seq))).collect()
    };
    let posts = transcript(&said(100), "Grace");
    assert_eq!(posts.len(), 5);
    let whole = posts.concat();
    assert!(
        (1..=100).all(|seq| whole.contains(&format!("{seq:0>500}"))) && !whole.contains("<em>")
    );

    let posts = transcript(&said(300), "Grace");
    assert!(posts[0].starts_with("<em>Earlier messages"), "{}", &posts[0][..80]);
    assert!(posts.last().unwrap().ends_with(&format!("{:0>500}", 300)));
    assert!(posts.iter().map(|post| units(post)).sum::<usize>() <= TRANSCRIPT);
    assert!(posts.iter().all(|post| units(post) <= 12_500), "25 KB");
    assert_eq!(transcript(&[], "Grace"), [""; 0]);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_is_written_every_post_is_short_enough_and_every_word_is_in_one(
        texts in prop::collection::vec(("[a-z&<> \n\"😀]{1,60}", 1_usize..150), 1..8),
    ) {
        let all: Vec<Message> = (1..)
            .zip(&texts)
            .map(|(seq, (text, times))| message(seq, Author::Customer, &text.repeat(*times)))
            .collect();
        let posts = messages(&all.iter().collect::<Vec<_>>(), Some(&Author::Customer), "Grace");
        prop_assert!(posts.iter().all(|post| units(post) <= POST));
        let bare = |text: &str| text.split_whitespace().collect::<String>();
        let there: String = posts.iter().map(|post| bare(&plain(post))).collect();
        let said: String = all.iter().map(|message| bare(&message.text)).collect();
        prop_assert_eq!(there, said);
    }
}
