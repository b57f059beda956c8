//! Who makes a call and what kind of record it leaves: the members by which an action differs from a plain
//! call of someone's own. A service's file sets them for all of its actions, an action's file for itself.

use crate::json::{Json, Member, Node, Reader, member};
use crate::record::{EventType, Form, Occasion, RequestId};
use crate::template::read;

/// How the calls of an action come about.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Manner {
    /// Who is seen to call.
    pub(crate) caller: CalledBy,
    /// Which members the record has.
    pub(crate) form: Form,
    /// `apiVersion`, where the service names it.
    pub(crate) api_version: Option<Box<str>>,
    /// The newest minor version of records that the service writes, where it is behind the others.
    pub(crate) newest: Option<u8>,
    host: Option<Box<str>>,
}

/// Who is seen to call.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum CalledBy {
    /// Whoever plays the story.
    #[default]
    Person,
    /// A service, with the session of whoever plays the story.
    Forwarded,
    /// A service for itself.
    Service,
    /// Whoever plays the story, on signing in.
    SignIn,
    /// The same before it is proven who that is.
    Unproven,
}

const CALLERS: [(&str, CalledBy); 5] = [
    ("person", CalledBy::Person),
    ("forwarded", CalledBy::Forwarded),
    ("service", CalledBy::Service),
    ("sign-in", CalledBy::SignIn),
    ("unproven", CalledBy::Unproven),
];
const EVENT_TYPES: [(&str, EventType); 2] =
    [("AwsApiCall", EventType::ApiCall), ("AwsConsoleSignIn", EventType::ConsoleSignIn)];

/// What is to be seen of the caller in a record.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Appearance {
    /// Someone, on this occasion.
    Someone(Occasion),
    /// A service of this host name.
    Service(String),
}

impl Manner {
    /// The members of a file that this reads.
    pub(super) const MEMBERS: [&str; 7] =
        ["caller", "invokedBy", "eventType", "requestID", "sharedEventID", "apiVersion", "newestVersion"];

    /// Reads what a file says, over what holds without it.
    pub(super) fn read(reader: &Reader<'_>, members: &[Member], base: &Self) -> Self {
        let text = |name| member(members, name).and_then(|node| reader.text(node)).map(Into::into);
        let manner = Self {
            caller: one_of(reader, member(members, "caller"), "caller", &CALLERS).unwrap_or(base.caller),
            form: Form {
                event_type: one_of(reader, member(members, "eventType"), "event type", &EVENT_TYPES)
                    .unwrap_or(base.form.event_type),
                request_id: request_id(reader, member(members, "requestID")).unwrap_or(base.form.request_id),
                is_shared: member(members, "sharedEventID")
                    .and_then(|node| read::truth(reader, Some(node)))
                    .unwrap_or(base.form.is_shared),
            },
            api_version: text("apiVersion").or_else(|| base.api_version.clone()),
            newest: newest(reader, member(members, "newestVersion")).or(base.newest),
            host: text("invokedBy").or_else(|| base.host.clone()),
        };
        if let Some(node) = member(members, "caller").filter(|_| manner.needs_host() && manner.host.is_none()) {
            let what = "`invokedBy` is missing: the host name of the service that calls";
            reader.complain_with(&node.span, what, "such as \"workmail.{{region}}.amazonaws.com\"");
        }
        manner
    }

    const fn needs_host(&self) -> bool {
        matches!(self.caller, CalledBy::Forwarded | CalledBy::Service)
    }

    /// How the caller appears in a record of a region. A sign-in that fails has proven nothing.
    pub(crate) fn appearance(&self, region: &str, has_failed: bool) -> Appearance {
        let host = || self.host.as_deref().unwrap_or_default().replace("{{region}}", region);
        match (self.caller, has_failed) {
            (CalledBy::Person, _) => Appearance::Someone(Occasion::Call),
            (CalledBy::Forwarded, _) => Appearance::Someone(Occasion::Forwarded(host())),
            (CalledBy::Service, _) => Appearance::Service(host()),
            (CalledBy::SignIn, false) => Appearance::Someone(Occasion::SignIn),
            (CalledBy::SignIn, true) | (CalledBy::Unproven, _) => Appearance::Someone(Occasion::Unproven),
        }
    }
}

/// What one of some words means.
fn one_of<T: Copy>(reader: &Reader<'_>, node: Option<&Node>, what: &str, words: &[(&str, T)]) -> Option<T> {
    let node = node?;
    let word = reader.text(node)?;
    let found = words.iter().find(|(known, _)| *known == word);
    if found.is_none() {
        let known: Vec<&str> = words.iter().map(|(known, _)| *known).collect();
        reader.unknown(&node.span, what, word, &known, &format!("known here: {}", known.join(", ")));
    }
    found.map(|(_, meaning)| *meaning)
}

/// `false` for none, `"uuid"` or `"short"`.
fn request_id(reader: &Reader<'_>, node: Option<&Node>) -> Option<RequestId> {
    let words = [("uuid", RequestId::Uuid), ("short", RequestId::Short)];
    match &node?.value {
        Json::Bool(false) => Some(RequestId::None),
        _ => one_of(reader, node, "form of request id", &words),
    }
}

/// The minor part of a version such as `1.08`.
fn newest(reader: &Reader<'_>, node: Option<&Node>) -> Option<u8> {
    let node = node?;
    let word = reader.text(node)?;
    let minor = word.strip_prefix("1.").filter(|minor| minor.len() == 2).and_then(|minor| minor.parse().ok());
    if minor.is_none() {
        let what = format!("expected an event version such as \"1.08\", found \"{word}\"");
        reader.complain_with(&node.span, what, "two digits behind the dot");
    }
    minor
}

/// How certain it is that AWS writes such records: known words of `evidence`, which is for whoever reads the file.
pub(super) fn check_evidence(reader: &Reader<'_>, members: &[Member]) {
    const WORDS: [(&str, ()); 3] = [("observed", ()), ("documented", ()), ("inferred", ())];
    one_of(reader, member(members, "evidence"), "kind of evidence", &WORDS);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, base: &Manner) -> (Manner, Vec<String>) {
        let reader = Reader::new("X.json", text);
        let node = reader.parse().unwrap_or_else(|| panic!("{text} is no JSON"));
        let manner = reader.object(&node, &Manner::MEMBERS).map(|members| Manner::read(&reader, members, base));
        let mistakes = reader.into_mistakes().iter().map(ToString::to_string).collect();
        (manner.unwrap_or_default(), mistakes)
    }

    #[test]
    fn an_action_goes_its_own_way_where_it_says_so() {
        let (service, none) = read(
            r#"{"caller": "forwarded", "invokedBy": "workmail.{{region}}.amazonaws.com", "requestID": "short", "apiVersion": "1"}"#,
            &Manner::default(),
        );
        assert_eq!(none, Vec::<String>::new());
        let host = || "workmail.eu-west-1.amazonaws.com".to_owned();
        assert_eq!(service.appearance("eu-west-1", true), Appearance::Someone(Occasion::Forwarded(host())));
        let (action, _) = read(r#"{"caller": "service", "sharedEventID": true, "requestID": false}"#, &service);
        assert_eq!(action.appearance("eu-west-1", false), Appearance::Service(host()));
        let form = Form { event_type: EventType::ApiCall, request_id: RequestId::None, is_shared: true };
        assert_eq!((action.form, action.api_version.as_deref()), (form, Some("1")));
        assert_eq!(read("{}", &service).0, service);
    }

    #[test]
    fn a_sign_in_that_fails_has_proven_nothing() {
        let (manner, _) = read(r#"{"caller": "sign-in", "eventType": "AwsConsoleSignIn"}"#, &Manner::default());
        assert_eq!(manner.appearance("eu-west-1", false), Appearance::Someone(Occasion::SignIn));
        assert_eq!(manner.appearance("eu-west-1", true), Appearance::Someone(Occasion::Unproven));
    }

    #[test]
    fn mistakes_name_the_words_there_are() {
        for (text, expected) in [
            (r#"{"caller": "servce"}"#, "unknown caller `servce`"),
            (r#"{"caller": "service"}"#, "`invokedBy` is missing"),
            (r#"{"eventType": "AwsConsoleSignin"}"#, "did you mean `AwsConsoleSignIn`?"),
            (r#"{"newestVersion": "1.8"}"#, "expected an event version such as \"1.08\", found \"1.8\""),
            (r#"{"requestID": "long"}"#, "unknown form of request id `long`"),
            (r#"{"sharedEventID": "yes"}"#, "expected true or false, found text"),
        ] {
            let mistakes = read(text, &Manner::default()).1.concat();
            assert!(mistakes.contains(expected), "{text}: {mistakes}");
        }
    }
}
