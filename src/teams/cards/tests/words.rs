//! Languages: which is spoken, and that none lacks a word.

use beckon_domain::face::Gone;
use beckon_domain::outcome::Outcome;
use beckon_domain::settings::Channel;
use jiff::{SignedDuration, Timestamp};

use super::super::phrases::is_chosen;
use super::super::source::Sources;
use super::super::texts::Texts;
use super::*;

/// The first word of every button, as the language has it.
fn accept(language: &Language) -> String {
    let sample = Sample::all()[0];
    let card = sample.draw(language, &TimeZone::UTC).unwrap().card;
    card["actions"][0]["title"].as_str().unwrap().to_owned()
}

#[test]
fn the_first_language_that_is_known_is_spoken() {
    let set = Set::load(&Sources::default()).unwrap();
    for (wanted, said) in [
        (&["de"][..], "Annehmen"),
        (&["de-CH", "en"], "Annehmen"),
        (&["DE"], "Annehmen"),
        (&["xx", "de", "en"], "Annehmen"),
        (&["en-US", "de"], "Accept"),
        (&["xx"], "Accept"),
        (&[], "Accept"),
    ] {
        assert_eq!(accept(set.language(wanted.iter().copied()).unwrap()), said, "{wanted:?}");
    }
}

#[test]
fn all_languages_have_the_same_texts_and_none_that_nobody_reads() {
    let sources = Sources::default();
    let read = |language| Texts::load(&sources, language).unwrap();
    let (english, german) = (read("en"), read("de"));
    let keys =
        |texts: &Texts| -> Vec<String> { texts.keys().map(|(key, _)| key.to_owned()).collect() };
    assert_eq!(keys(&english), keys(&german));

    let mut resolver = include::Resolver::new(&sources, &english);
    for kind in Kind::all() {
        resolver.resolve(&kind.file()).unwrap();
    }
    let idle: Vec<String> = keys(&english)
        .into_iter()
        .filter(|key| !is_chosen(key) && !resolver.used.contains(key))
        .collect();
    assert!(idle.is_empty(), "{idle:?}");
}

#[test]
fn there_is_a_word_for_whatever_code_may_say() {
    let set = Set::load(&Sources::default()).unwrap();
    let data = json!({ "by": "Alan", "at": "12:00", "agent": "Ada" });
    let mut keys: Vec<String> = Vec::new();
    for channel in [Channel::Api, Channel::Web, Channel::WhatsApp, Channel::Sms] {
        keys.push(format!("channel.{}", channel.name()));
    }
    for name in Gone::NAMES {
        keys.extend([format!("gone.{name}.title"), format!("gone.{name}.detail")]);
    }
    keys.extend(Outcome::ALL.map(|outcome| format!("outcome.{}", outcome.name())));
    keys.extend(["silent", "parked"].map(|why| format!("reminder.{why}")));
    keys.extend(["opening", "chat", "my_sessions"].map(|place| format!("place.{place}")));
    keys.extend(["live", "parked", "ended"].map(|phase| format!("control.{phase}")));
    for by in ["customer", "user", "system", "admin", "sweep"] {
        keys.push(format!("ended_by.{by}"));
    }
    keys.extend(
        ["somebody", "fact.tags", "codes.placeholder", "codes.required"].map(str::to_owned),
    );
    for language in set.languages() {
        for key in &keys {
            let said = language.phrases.say(key, &data).unwrap();
            assert!(!said.is_empty() && !said.contains("${"), "{} {key}: {said:?}", language.name);
        }
    }
}

#[test]
fn times_and_spans_read_as_people_say_them() {
    let set = Set::load(&Sources::default()).unwrap();
    let english = &set.language(["en"]).unwrap().phrases;
    let span = |seconds| english.span(SignedDuration::from_secs(seconds)).unwrap();
    assert_eq!(span(0), "0 s");
    assert_eq!(span(59), "59 s");
    assert_eq!(span(125), "2 min 5 s");
    assert_eq!(span(11_040), "3 h 4 min");
    let german = &set.language(["de"]).unwrap().phrases;

    let summer = Timestamp::from_second(1_782_900_000).unwrap();
    assert_eq!(english.time(summer, &TimeZone::UTC), "10:00");
    let zurich = TimeZone::get("Europe/Zurich").unwrap();
    assert_eq!(german.time(summer, &zurich), "12:00", "an hour of daylight saving");
}

#[test]
fn the_result_says_how_it_ended_how_long_it_took_by_which_channel_and_what_it_was_about() {
    let set = Set::load(&Sources::default()).unwrap();
    let kind = Kind::Face(beckon_domain::face::Face::Result);
    let result = |sample: &Sample| sample.kind() == kind && sample.name() == "full";
    let sample = Sample::all().into_iter().find(result).unwrap();
    for (language, outcome, lasted) in [("en", "Handled", "Duration"), ("de", "Erledigt", "Dauer")]
    {
        let card = sample.draw(set.language([language]).unwrap(), &TimeZone::UTC).unwrap().card;
        let card = card.to_string();
        for word in [outcome, lasted, "5 min 5 s", "WhatsApp", "Delivery", "late, vip"] {
            assert!(card.contains(word), "{word} in {language}: {card}");
        }
    }
}
