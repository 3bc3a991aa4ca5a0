//! Sample data for every card: what little there can be, all there can be, and what a hostile
//! customer would bring. Cards are checked and shown with them.

use beckon_domain::event::Reminder;
use beckon_domain::face::{
    CardData, Choice, CodeList, Codes, Face, Gone, Parameter, Place, RoomFacts, TalkFacts,
    WrapUpFacts,
};
use beckon_domain::ids::{AgentId, InvitationId, SessionId};
use beckon_domain::outcome::{EndedBy, Outcome};
use beckon_domain::settings::Channel;
use beckon_domain::text::on_card;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::bind::{Bindings, People};
use super::error::CardError;
use super::set::Language;
use super::{Drawn, Kind, explain, finish, foreign, refresh};

/// How much a sample holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fill {
    Minimal,
    Full,
    Hostile,
}

/// A card with data to draw it with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Sample {
    kind: Kind,
    situation: &'static str,
    fill: Fill,
}

/// Every sample of every card.
pub(super) fn samples() -> impl Iterator<Item = Sample> {
    let fills = [Fill::Full, Fill::Minimal, Fill::Hostile];
    Kind::all().flat_map(move |kind| {
        situations(kind)
            .iter()
            .flat_map(move |&situation| fills.map(|fill| Sample { kind, situation, fill }))
    })
}

/// What a card can be about; the empty name where there is only one thing.
fn situations(kind: Kind) -> &'static [&'static str] {
    match kind {
        Kind::Face(Face::Accepted) => &["opening", "chat", "my_sessions"],
        Kind::Face(Face::Cancelled) => &Gone::NAMES.as_slice()[..3],
        Kind::Face(Face::Moved) => &Gone::NAMES.as_slice()[3..],
        Kind::Face(Face::Declined | Face::Missed) => &["", "flagged"],
        Kind::Face(Face::Terminated) => &["", "customer_left"],
        Kind::Face(Face::Result) => &["", "late_codes", "stale"],
        Kind::Control => &["live", "parked", "ended"],
        _ => &[""],
    }
}

impl Sample {
    /// Every sample of every card, in the order of an invitation's life.
    pub fn all() -> Vec<Self> {
        samples().collect()
    }

    /// The card.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// The name among the samples of its card, e.g. `full` or `taken.full`.
    pub fn name(&self) -> String {
        let fill = self.fill_name();
        if self.situation.is_empty() {
            fill.to_owned()
        } else {
            format!("{}.{fill}", self.situation)
        }
    }

    /// How much it holds: `minimal`, `full` or `hostile`.
    pub fn fill_name(&self) -> &'static str {
        match self.fill {
            Fill::Minimal => "minimal",
            Fill::Full => "full",
            Fill::Hostile => "hostile",
        }
    }

    pub(super) fn draw(&self, language: &Language, zone: &TimeZone) -> Result<Drawn, CardError> {
        let name = self.agent();
        match self.kind {
            Kind::Foreign => foreign(language, Some(&name), &self.service()).map(finish),
            Kind::Explain => {
                let id = Uuid::from_u128(7).to_string();
                explain(language, &id, &id).map(finish)
            }
            _ => self.draw_with(&self.data(), &name, language, zone),
        }
    }

    /// Draws the card of an invitation with other data than the sample's.
    pub(super) fn draw_with(
        &self,
        data: &CardData,
        name: &str,
        language: &Language,
        zone: &TimeZone,
    ) -> Result<Drawn, CardError> {
        let url = "https://beckon.example.com";
        let people = People { agent: Some(name), by: Some("Alan Turing") };
        let until = (self.situation == "flagged").then(|| minute_of_day(14 * 60 + 42));
        let mut bindings =
            Bindings::new(data, people, language, zone, url)?.flagged(until, language, zone);
        if self.kind == Kind::Control {
            bindings = bindings.for_room(self.situation == "parked", language)?;
        }
        let mut drawn = finish(language.expand(self.kind, &bindings)?);
        drawn.card["refresh"] = refresh(data);
        Ok(drawn)
    }

    /// Whether it holds what a hostile customer would bring.
    pub(super) fn hostile(&self) -> bool {
        self.fill == Fill::Hostile
    }

    fn agent(&self) -> String {
        if self.hostile() { nasty() } else { "Ada Lovelace".to_owned() }
    }

    fn service(&self) -> String {
        if self.hostile() { on_card(&nasty()) } else { "Support".to_owned() }
    }

    /// What it is drawn of.
    pub(super) fn data(&self) -> CardData {
        let customer = match self.fill {
            Fill::Minimal => "+41 79 555 01 23".to_owned(),
            Fill::Full => "Grace Hopper".to_owned(),
            Fill::Hostile => on_card(&nasty()),
        };
        let face = match self.kind {
            Kind::Face(face) => face,
            _ if self.situation == "ended" => Face::Result,
            _ => Face::Accepted,
        };
        let talk = matches!(face, Face::Terminated | Face::Result).then(|| self.talk());
        let minute = |minute: i64| minute_of_day(14 * 60 + minute);
        CardData {
            invitation: InvitationId(Uuid::from_u128(1)),
            version: 3,
            session: SessionId(Uuid::from_u128(2)),
            agent: AgentId(Uuid::from_u128(3)),
            service: self.service(),
            room: self.room(face, &customer),
            customer,
            channel: if self.fill == Fill::Minimal { Channel::Sms } else { Channel::WhatsApp },
            offered_at: minute(30),
            waited: SignedDuration::from_secs(if self.hostile() { 11_040 } else { 125 }),
            parameters: self.parameters(),
            preview: match self.fill {
                Fill::Minimal => None,
                Fill::Full => Some("My order has not arrived, and I leave tomorrow.".to_owned()),
                Fill::Hostile => Some(nasty()),
            }
            .filter(|_| rings(face)),
            reminder: match face {
                Face::Accepted => Some(Reminder::Silent),
                Face::Parked => Some(Reminder::Parked),
                _ => None,
            }
            .filter(|_| self.hostile()),
            gone: self.gone(),
            at: (!rings(face)).then(|| minute(32)),
            talk,
            until: (face == Face::Terminated).then(|| minute(38)),
            codes: self.codes(face),
            moment: 7,
            wrap_up: (face == Face::Terminated).then_some(WrapUpFacts {
                finish: self.fill != Fill::Hostile,
                extend: self.fill == Fill::Full,
                demands: self.fill != Fill::Minimal,
            }),
        }
    }

    fn gone(&self) -> Option<Gone> {
        let by = AgentId(Uuid::from_u128(4));
        let every = [
            Gone::CustomerLeft,
            Gone::Taken { by },
            Gone::Withdrawn,
            Gone::Transferring,
            Gone::Transferred,
            Gone::TransferredOutside,
            Gone::TransferFailed,
            Gone::HandedBack,
            Gone::ParkLimit,
            Gone::OffDuty,
            Gone::FirstReply,
            Gone::TakenOver { by },
            Gone::RoomFailed,
        ];
        let gone = matches!(self.kind, Kind::Face(Face::Cancelled | Face::Moved));
        every.into_iter().find(|one| gone && one.name() == self.situation)
    }

    fn talk(&self) -> TalkFacts {
        let (outcome, by) = match self.situation {
            "customer_left" => (Outcome::UserAccepted, EndedBy::Customer),
            "stale" => (Outcome::StaleAfterUser, EndedBy::Sweep),
            _ => (Outcome::UserAccepted, EndedBy::User),
        };
        let ended_at = minute_of_day(14 * 60 + 37);
        TalkFacts { outcome, by, ended_at, lasted: SignedDuration::from_secs(305) }
    }

    fn room(&self, face: Face, customer: &str) -> Option<RoomFacts> {
        let place = match (face, self.situation) {
            (Face::Accepted | Face::Parked, "opening") => Some(Place::Opening),
            (Face::Accepted | Face::Parked, "my_sessions") => Some(Place::MySessions),
            (Face::Accepted | Face::Parked, _) => Some(Place::Chat),
            _ => None,
        };
        let link = "https://teams.microsoft.com/l/chat/19%3Aexample/0".to_owned();
        (face != Face::Result || self.fill != Fill::Minimal).then(|| RoomFacts {
            name: format!("{} \u{a6} {customer}", self.service()),
            link: (place == Some(Place::Chat)).then_some(link),
            place,
        })
    }

    fn parameters(&self) -> Vec<Parameter> {
        let of = |title: &str, value: &str| Parameter { title: title.into(), value: value.into() };
        match self.fill {
            Fill::Minimal => Vec::new(),
            Fill::Full => vec![of("Order", "A-1024"), of("Contract", "Premium")],
            Fill::Hostile => (0..20).map(|_| of(&nasty(), &nasty())).collect(),
        }
    }

    fn codes(&self, face: Face) -> Option<Codes> {
        let open = face == Face::Terminated || self.situation == "late_codes";
        if self.fill == Fill::Minimal || !matches!(face, Face::Terminated | Face::Result) {
            return None;
        }
        let list = |name: &str, titles: [&str; 3], chosen: Option<&str>, required| CodeList {
            name: if self.hostile() { nasty().as_str().into() } else { name.into() },
            choices: titles
                .map(|title| Choice {
                    id: title.to_lowercase(),
                    title: if self.hostile() { nasty().as_str().into() } else { title.into() },
                })
                .to_vec(),
            chosen: chosen.map(str::to_owned),
            required,
        };
        Some(Codes {
            lists: [
                Some(list("Reason", ["Delivery", "Invoice", "Other"], Some("delivery"), true)),
                Some(list(
                    "Solution",
                    ["Solved", "Passed on", "Open"],
                    (!open).then_some("solved"),
                    false,
                )),
            ],
            takes_tags: true,
            tags: if self.hostile() { vec![nasty()] } else { vec!["late".into(), "vip".into()] },
            open,
        })
    }
}

/// Whether the agent is yet to answer.
fn rings(face: Face) -> bool {
    matches!(face, Face::Invitation | Face::Returning)
}

/// What a customer can put into a name, in the worst case.
fn nasty() -> String {
    let markup = "${data} `tick` \\ <at>Ada</at> [x](https://x) \"quote\" *b* _i_ \
                  {{TIME(2026-01-01T00:00:00Z)}} \u{202e}bidi";
    format!("{markup} {}", "\u{1f469}\u{200d}\u{1f469}".repeat(20))
}

/// A time of the sample day, in minutes after midnight, UTC.
fn minute_of_day(minutes: i64) -> Timestamp {
    // 2026-03-05T00:00Z.
    Timestamp::from_second(1_772_668_800 + minutes * 60).unwrap_or(Timestamp::UNIX_EPOCH)
}
