//! What a client reads in an Adaptive Card: words, inputs and actions.

use serde_json::{Map, Value};

/// The content type of an Adaptive Card attachment.
pub(crate) const CONTENT_TYPE: &str = "application/vnd.microsoft.card.adaptive";

/// The first Adaptive Card of an activity.
pub(crate) fn of_activity(activity: &Value) -> Option<&Value> {
    activity
        .get("attachments")?
        .as_array()?
        .iter()
        .find(|attachment| attachment.get("contentType").is_some_and(|kind| kind == CONTENT_TYPE))?
        .get("content")
}

/// Members in which a client sees no element: `fallback` is drawn only in place of its owner, and
/// `refresh` and `data` never.
const UNSEEN: [&str; 3] = ["fallback", "refresh", "data"];

/// Calls `visit` for every object a client knows of, depth first in document order; it answers
/// whether to go on inside.
pub(crate) fn walk<'card>(
    value: &'card Value,
    visit: &mut impl FnMut(&'card Map<String, Value>) -> bool,
) {
    match value {
        Value::Object(object) if visit(object) => {
            let seen = object.iter().filter(|(name, _)| !UNSEEN.contains(&name.as_str()));
            seen.for_each(|(_, child)| walk(child, visit));
        }
        Value::Array(items) => items.iter().for_each(|item| walk(item, visit)),
        _ => {}
    }
}

/// Appends the visible words of `card` to `lines`.
pub(crate) fn collect_words(card: &Value, lines: &mut Vec<String>) {
    walk(card, &mut |object| {
        if object.get("isVisible") == Some(&Value::Bool(false)) {
            return false;
        }
        let words = ["title", "text", "value"].iter().filter_map(|name| object.get(*name));
        lines.extend(words.filter_map(Value::as_str).map(str::to_owned));
        true
    });
}

fn is_kind(object: &Map<String, Value>, kind: &str) -> bool {
    object.get("type").is_some_and(|found| found == kind)
}

/// An action that goes to the bot.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Action {
    /// The whole action object.
    pub(crate) object: Map<String, Value>,
}

impl Action {
    /// Whether a click is an `adaptiveCard/action` invoke rather than a message.
    pub(crate) fn is_execute(&self) -> bool {
        is_kind(&self.object, "Action.Execute")
    }

    fn text(&self, name: &str) -> Option<&str> {
        self.object.get(name).and_then(Value::as_str)
    }

    /// The verb: of the action itself, or in the data of an `Action.Submit`.
    fn verb(&self) -> Option<&str> {
        self.text("verb").or_else(|| self.object.get("data")?.get("verb")?.as_str())
    }

    fn name(&self) -> String {
        let name = self.verb().or_else(|| self.text("id")).or_else(|| self.text("title"));
        name.unwrap_or_default().to_owned()
    }

    /// The author's data.
    pub(crate) fn data(&self) -> Map<String, Value> {
        self.object.get("data").and_then(Value::as_object).cloned().unwrap_or_default()
    }

    /// Whether a click sends the inputs of the card along.
    pub(crate) fn takes_inputs(&self) -> bool {
        self.object.get("associatedInputs").is_none_or(|which| which != "none")
    }
}

/// The actions of `card` that go to the bot. A client that does not know `Action.Execute` sees
/// the fallback of each instead.
fn actions(card: &Value, old_client: bool) -> Vec<Action> {
    let mut found = Vec::new();
    walk(card, &mut |object| {
        if object.get("isEnabled") == Some(&Value::Bool(false)) {
            return false;
        }
        if is_kind(object, "Action.Submit") || (is_kind(object, "Action.Execute") && !old_client) {
            found.push(Action { object: object.clone() });
        } else if is_kind(object, "Action.Execute")
            && let Some(Value::Object(fallback)) = object.get("fallback")
            && is_kind(fallback, "Action.Submit")
        {
            found.push(Action { object: fallback.clone() });
        }
        true
    });
    found
}

/// The actions by verb, else id, else title.
pub(crate) fn action_names(card: &Value) -> Vec<String> {
    actions(card, false).iter().map(Action::name).collect()
}

/// The action with this verb, else with this id, else with this title.
pub(crate) fn find_action(card: &Value, wanted: &str, old_client: bool) -> Option<Action> {
    let all = actions(card, old_client);
    let by = |matches: &dyn Fn(&Action) -> bool| all.iter().find(|action| matches(action)).cloned();
    by(&|action| action.verb() == Some(wanted))
        .or_else(|| by(&|action| action.text("id") == Some(wanted)))
        .or_else(|| by(&|action| action.text("title") == Some(wanted)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn card() -> Value {
        json!({
            "type": "AdaptiveCard",
            "refresh": {"action": {"type": "Action.Execute", "verb": "refresh"}},
            "body": [
                {"type": "TextBlock", "text": "Hello"},
                {"type": "FactSet", "facts": [{"title": "Service", "value": "Sales"}]},
            ],
            "actions": [
                {"type": "Action.Execute", "title": "Accept", "verb": "accept", "data": {"n": 1},
                 "fallback": {"type": "Action.Submit", "title": "Accept",
                              "data": {"verb": "accept", "old": true}}},
                {"type": "Action.OpenUrl", "title": "Open", "url": "https://example.com"},
            ],
        })
    }

    #[test]
    fn finds_actions_by_verb_or_title_and_skips_refresh() {
        assert_eq!(action_names(&card()), ["accept"]);
        assert!(find_action(&card(), "accept", false).unwrap().is_execute());
        assert!(find_action(&card(), "Accept", false).unwrap().is_execute());
        assert_eq!(find_action(&card(), "refresh", false), None);
        assert_eq!(find_action(&card(), "Open", false), None);
    }

    #[test]
    fn an_old_client_sees_the_fallback() {
        let action = find_action(&card(), "accept", true).unwrap();
        assert!(!action.is_execute());
        assert_eq!(action.object["data"]["old"], true);
    }

    #[test]
    fn a_disabled_action_cannot_be_clicked() {
        let mut card = card();
        card["actions"][0]["isEnabled"] = json!(false);
        assert_eq!(find_action(&card, "accept", false), None);
    }

    #[test]
    fn hidden_words_are_not_read() {
        let hidden = json!({"isVisible": false, "items": [{"type": "TextBlock", "text": "x"}]});
        let mut lines = Vec::new();
        collect_words(&hidden, &mut lines);
        assert_eq!(lines, [""; 0]);
    }

    #[test]
    fn words_are_what_a_reader_sees() {
        let mut lines = Vec::new();
        collect_words(&card(), &mut lines);
        assert_eq!(lines, ["Hello", "Service", "Sales", "Accept", "Open"]);
    }
}
