//! From facts to what a template binds: words in the reader's language, times in the tenant's zone.

use beckon_domain::face::{
    CardData, CodeList, Codes, Gone, Parameter, Place, WrapUpFacts, on_card_within,
};
use beckon_domain::ids::{InvitationId, SessionId};
use beckon_domain::intake;
use beckon_domain::outcome::EndedBy;
use beckon_domain::text::on_card;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde::Serialize;
use serde_json::json;

use super::error::CardError;
use super::set::Language;

/// How much of a message is shown before the accept, in graphemes.
const MAX_PREVIEW: usize = 240;
/// How much of an agent's name is shown, in graphemes.
const MAX_PERSON: usize = 120;
/// How much of a parameter's title and value is shown, in graphemes.
const MAX_TITLE: usize = 40;
pub(super) const MAX_VALUE: usize = 160;

/// Names of people that the facts know by their ids.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct People<'a> {
    /// The agent of the invitation.
    pub(super) agent: Option<&'a str>,
    /// Who has the session instead.
    pub(super) by: Option<&'a str>,
}

/// What every template of an invitation can bind.
#[derive(Debug, Serialize)]
pub(super) struct Bindings<'a> {
    language: &'a str,
    pub(super) invitation: InvitationId,
    pub(super) version: u32,
    session: SessionId,
    service: &'a str,
    customer: &'a str,
    channel: String,
    agent: String,
    waited: String,
    parameters: Vec<Fact>,
    preview: Option<String>,
    /// The room's name; the customer's where there is no room.
    room: &'a str,
    place: Option<String>,
    /// What the agent is reminded of, as a sentence.
    reminder: Option<String>,
    chat_url: Option<String>,
    gone: Option<Reason>,
    at: Option<String>,
    /// How the conversation ended, as a sentence.
    how: Option<String>,
    outcome: Option<String>,
    lasted: Option<String>,
    ended_at: Option<String>,
    /// How long the after-call work runs, as a sentence.
    wrap_up: Option<String>,
    finish: bool,
    extend: bool,
    moment: String,
    chosen: Vec<Fact>,
    codes: Option<Form>,
    /// Until when the agent is flagged for this invitation, which they can end here.
    flagged_until: Option<String>,
    /// For the control card: `live`, `parked` or `ended`, and the style of its head.
    phase: &'static str,
    tone: &'static str,
}

#[derive(Debug, Serialize)]
struct Fact {
    title: String,
    value: String,
}

#[derive(Debug, Serialize)]
struct Reason {
    name: &'static str,
    title: String,
    detail: String,
}

/// Codes and tags to pick. The ids of inputs carry the card's version: what an older version of the
/// card was filled with is told apart (B4).
#[derive(Debug, Serialize)]
struct Form {
    lists: Vec<FormList>,
    tags: String,
    /// `None`: the service has no tags.
    tags_id: Option<String>,
    placeholder: String,
    required_text: String,
}

#[derive(Debug, Serialize)]
struct FormList {
    id: String,
    name: String,
    chosen: String,
    required: bool,
    choices: Vec<FormChoice>,
}

#[derive(Debug, Serialize)]
struct FormChoice {
    id: String,
    title: String,
}

impl<'a> Bindings<'a> {
    /// What the invitation's own card binds. `public_url` has no slash at the end.
    pub(super) fn new(
        data: &'a CardData,
        people: People<'_>,
        language: &'a Language,
        zone: &TimeZone,
        public_url: &str,
    ) -> Result<Self, CardError> {
        let phrases = &language.phrases;
        let somebody = || phrases.plain("somebody");
        let name = |name: Option<&str>| {
            name.map_or_else(somebody, |name| on_card_within(name, MAX_PERSON))
        };
        let time = |at| phrases.time(at, zone);
        let at = data.at.map(time);
        let place = data.room.as_ref().and_then(|room| room.place);
        let gone = data.gone.map(|gone| {
            let bound = json!({ "by": name(people.by), "at": at });
            let say = |part| phrases.say(&format!("gone.{}.{part}", gone.name()), &bound);
            Ok::<_, CardError>(Reason {
                name: gone.name(),
                title: say("title")?,
                detail: say("detail")?,
            })
        });
        let open = data.codes.as_ref().filter(|codes| codes.open);
        Ok(Self {
            language: &language.name,
            invitation: data.invitation,
            version: data.version,
            session: data.session,
            service: &data.service,
            customer: &data.customer,
            channel: phrases.plain(&format!("channel.{}", data.channel.name())),
            agent: name(people.agent),
            waited: phrases.span(data.waited)?,
            parameters: data.parameters.iter().map(|one| shown(one, &language.name)).collect(),
            preview: data.preview.as_deref().map(|text| on_card_within(text, MAX_PREVIEW)),
            room: data.room.as_ref().map_or(&data.customer, |room| &room.name),
            place: place.map(|place| phrases.plain(&format!("place.{}", place.name()))),
            reminder: data.reminder.map(|why| phrases.plain(&format!("reminder.{}", why.name()))),
            chat_url: chat_url(data, public_url),
            gone: gone.transpose()?,
            at,
            how: data.talk.map(|talk| phrases.plain(&format!("ended_by.{}", ended_by(talk.by)))),
            outcome: data
                .talk
                .map(|talk| phrases.plain(&format!("outcome.{}", talk.outcome.name()))),
            lasted: data.talk.map(|talk| phrases.span(talk.lasted)).transpose()?,
            ended_at: data.talk.map(|talk| time(talk.ended_at)),
            wrap_up: data
                .wrap_up
                .map(|facts| running(facts, data.until.map(time).as_deref(), language))
                .transpose()?,
            moment: data.moment.to_string(),
            finish: data.wrap_up.is_some_and(|facts| facts.finish),
            extend: data.wrap_up.is_some_and(|facts| facts.extend),
            chosen: match &data.codes {
                Some(codes) if !codes.open => {
                    chosen(codes, &language.name, &phrases.plain("fact.tags"))
                }
                _ => Vec::new(),
            },
            codes: open.map(|codes| Form {
                lists: codes
                    .lists
                    .iter()
                    .zip(["codes", "codes2"])
                    .filter_map(|(list, what)| {
                        let id = intake::input_id(what, data.version);
                        Some(form_list(list.as_ref()?, id, &language.name))
                    })
                    .collect(),
                tags: codes.tags.join(", "),
                tags_id: codes.takes_tags.then(|| intake::input_id("tags", data.version)),
                placeholder: phrases.plain("codes.placeholder"),
                required_text: phrases.plain("codes.required"),
            }),
            flagged_until: None,
            phase: "live",
            tone: "good",
        })
    }

    /// The same for an agent who is flagged for this invitation (I3).
    pub(super) fn flagged(
        mut self,
        until: Option<Timestamp>,
        language: &Language,
        zone: &TimeZone,
    ) -> Self {
        self.flagged_until = until.map(|until| language.phrases.time(until, zone));
        self
    }

    /// The same for the room, which several people see: nobody is "you".
    pub(super) fn for_room(mut self, parked: bool, language: &Language) -> Result<Self, CardError> {
        let over = self.outcome.is_some() || self.gone.is_some();
        (self.phase, self.tone) = match (over, parked) {
            (true, _) => ("ended", "emphasis"),
            (false, true) => ("parked", "warning"),
            (false, false) => ("live", "good"),
        };
        let key = format!("control.{}", self.phase);
        self.how = Some(language.phrases.say(&key, &json!({ "agent": self.agent }))?);
        Ok(self)
    }
}

fn shown(parameter: &Parameter, language: &str) -> Fact {
    let title = on_card_within(parameter.title.in_language(language), MAX_TITLE);
    Fact { title, value: on_card_within(&parameter.value, MAX_VALUE) }
}

/// Where "Open chat" leads, as long as there is somewhere to go.
fn chat_url(data: &CardData, public_url: &str) -> Option<String> {
    let room = data.room.as_ref()?;
    if room.place.is_none_or(|place| place == Place::Opening) {
        return None;
    }
    // The console shows every conversation, also one that has a chat of its own.
    Some(
        room.link
            .clone()
            .unwrap_or_else(|| format!("{public_url}/console/?session={}", data.session)),
    )
}

/// How long the after-call work runs. Where its time can begin anew no time is named: the card is not
/// repainted then (B4).
fn running(
    facts: WrapUpFacts,
    until: Option<&str>,
    language: &Language,
) -> Result<String, CardError> {
    let key = if facts.extend { "wrap_up.open" } else { "wrap_up.until" };
    let mut said = language.phrases.say(key, &json!({ "until": until }))?;
    if facts.demands {
        said.push(' ');
        said.push_str(&language.phrases.plain("wrap_up.demands"));
    }
    Ok(said)
}

fn form_list(list: &CodeList, id: String, language: &str) -> FormList {
    FormList {
        id,
        name: on_card(list.name.in_language(language)),
        chosen: list.chosen.clone().unwrap_or_default(),
        required: list.required,
        choices: list
            .choices
            .iter()
            .map(|choice| FormChoice {
                id: choice.id.clone(),
                title: on_card(choice.title.in_language(language)),
            })
            .collect(),
    }
}

/// What was picked, once nothing can be picked any more.
fn chosen(codes: &Codes, language: &str, tags: &str) -> Vec<Fact> {
    let of_list = |list: &CodeList| {
        let id = list.chosen.as_ref()?;
        let choice = list.choices.iter().find(|choice| choice.id == *id);
        // One that was taken from the list since is still what was said.
        let value = choice.map_or(id.as_str(), |choice| choice.title.in_language(language));
        Some(Fact { title: on_card(list.name.in_language(language)), value: on_card(value) })
    };
    let mut facts: Vec<Fact> = codes.lists.iter().flatten().filter_map(of_list).collect();
    if !codes.tags.is_empty() {
        facts.push(Fact { title: tags.to_owned(), value: on_card(&codes.tags.join(", ")) });
    }
    facts
}

fn ended_by(by: EndedBy) -> &'static str {
    match by {
        EndedBy::Customer => "customer",
        EndedBy::User => "user",
        EndedBy::System => "system",
        EndedBy::Admin => "admin",
        EndedBy::Sweep => "sweep",
    }
}

/// Who has the session instead of the agent, where the facts know.
pub(super) fn taken_by(data: &CardData) -> Option<beckon_domain::ids::AgentId> {
    data.gone.and_then(Gone::by)
}
