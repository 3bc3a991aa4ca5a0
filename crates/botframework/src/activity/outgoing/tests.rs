//! The wire form of what a bot sends.

use serde_json::{json, to_value};

use super::*;

#[test]
fn a_text_message_is_small() {
    assert_eq!(
        to_value(OutgoingActivity::text("hi")).unwrap(),
        json!({"type": "message", "text": "hi"})
    );
    assert_eq!(to_value(OutgoingActivity::typing()).unwrap(), json!({"type": "typing"}));
}

#[test]
fn a_card_carries_its_summary_and_never_text() {
    let card = json!({"type": "AdaptiveCard", "version": "1.5", "body": []});
    let message = OutgoingActivity::adaptive_card(card.clone())
        .summary("A customer is waiting")
        .locale("de-CH")
        .reply_to("177")
        .notify();
    assert!(message.is_card());
    assert_eq!(message.text_content(), None);
    assert_eq!(
        to_value(message).unwrap(),
        json!({
            "type": "message",
            "summary": "A customer is waiting",
            "attachments": [{
                "contentType": "application/vnd.microsoft.card.adaptive",
                "content": card,
            }],
            "locale": "de-CH",
            "replyToId": "177",
            "channelData": {"notification": {"alert": true}},
        })
    );
}

#[test]
fn a_quiet_message_says_that_it_calls_nobody() {
    let message = to_value(OutgoingActivity::text("hi").notify().quietly()).unwrap();
    assert_eq!(message["channelData"], json!({"notification": {"alert": false}}));
}

#[test]
fn a_stored_reference_addresses_everything_teams_asks_for() {
    let url = "https://smba.trafficmanager.net/amer/".parse().unwrap();
    let mut reference = ConversationReference::new("msteams", url, "a:1");
    reference.tenant_id = Some("t".to_owned());
    reference.bot_id = Some("28:b".to_owned());
    reference.user_id = Some("29:u".to_owned());
    reference.user_aad_object_id = Some("o".to_owned());
    let message = OutgoingActivity::text("hi").text_format(TextFormat::Plain);
    assert_eq!(
        to_value(message.notify().addressed_to(&reference)).unwrap(),
        json!({
            "type": "message",
            "text": "hi",
            "textFormat": "plain",
            "from": {"id": "28:b"},
            "recipient": {"id": "29:u", "aadObjectId": "o"},
            "conversation": {"id": "a:1", "tenantId": "t"},
            "channelData": {"notification": {"alert": true}, "tenant": {"id": "t"}},
        })
    );
}

/// A reference names the user of the conversation: addressing must not show everybody's message to
/// one, nor one member's to another.
#[test]
fn a_message_for_one_member_stays_theirs_when_it_is_addressed() {
    let url = "https://smba.trafficmanager.net/amer/".parse().unwrap();
    let mut reference = ConversationReference::new("msteams", url, "19:g@thread.v2");
    reference.user_id = Some("29:somebody-else".to_owned());
    let ada = ChannelAccount::new("29:ada");
    let theirs = json!({"id": "29:ada", "isTargeted": true});
    for message in [
        OutgoingActivity::text("hi").only_for(&ada).addressed_to(&reference),
        OutgoingActivity::text("hi").addressed_to(&reference).only_for(&ada),
    ] {
        assert!(message.is_targeted());
        assert_eq!(to_value(message).unwrap()["recipient"], theirs);
    }
    let open = OutgoingActivity::text("hi").addressed_to(&reference);
    assert!(!open.is_targeted());
    assert_eq!(to_value(open).unwrap()["recipient"], json!({"id": "29:somebody-else"}));
}

#[test]
fn mentions_are_escaped_and_repeated_in_an_entity() {
    let mut account = ChannelAccount::new("29:1");
    account.name = Some("R&D <bot>".to_owned());
    let message = MessageBuilder::new().text("Hi ").mention(&account).build().unwrap();
    let wire = to_value(message).unwrap();
    assert_eq!(wire["text"], "Hi <at>R&amp;D &lt;bot&gt;</at>");
    assert_eq!(
        wire["entities"],
        json!([{
            "type": "mention",
            "mentioned": {"id": "29:1", "name": "R&D <bot>"},
            "text": "<at>R&amp;D &lt;bot&gt;</at>",
        }])
    );
}

#[test]
fn a_builder_makes_text_or_cards_and_nothing_else() {
    let card = || json!({"type": "AdaptiveCard"});
    assert_eq!(MessageBuilder::new().build(), Err(MessageError::Empty));
    assert_eq!(
        MessageBuilder::new().text("x").card(card()).build(),
        Err(MessageError::TextAndCards)
    );
    let two = MessageBuilder::new().card(card()).card(card()).carousel().build().unwrap();
    let wire = to_value(two).unwrap();
    assert_eq!(wire["attachments"].as_array().unwrap().len(), 2);
    assert_eq!(wire["attachmentLayout"], "carousel");
    assert_eq!(wire.get("text"), None);
}
