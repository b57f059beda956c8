//! A scenario as JSON and as TOML: complete, always in the same order.

use std::fmt::Write as _;

use serde_json::{Map, Value, json};

use super::{Account, Scenario, Traffic, Trail, Wish};
use crate::clock::Time;
use crate::mistake::Mistakes;

impl Scenario {
    /// The scenario as JSON, with the names of a scenario file; what is not there is `null`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let mut scenario = json!({
            "seed": self.seed,
            "format": self.format,
            "templates": self.templates.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>(),
            "time": {
                "start": self.time.start.to_string(),
                "end": self.time.end.to_string(),
                "shape": self.time.shape.word(),
            },
            "traffic": traffic(&self.traffic),
            "account": self.accounts.iter().map(account).collect::<Vec<_>>(),
            "trail": trail(&self.trail),
            "records": {
                "style": self.records.style.word(),
                "event_version": self.records.event_version,
                "tls_details": self.records.tls_details,
                "redaction": self.records.redaction,
                "message_flow_source": self.records.message_flow_source.word(),
                "parameter_order": self.records.parameter_order.word(),
            },
            "addresses": { "pool": self.addresses.iter().map(ToString::to_string).collect::<Vec<_>>() },
        });
        if let Some(faults) = self.faults.to_json() {
            scenario["faults"] = faults;
        }
        scenario
    }

    /// The scenario as a file that asks for exactly this scenario. What is not there is left out.
    #[must_use]
    pub fn to_toml(&self) -> String {
        toml_of(&self.to_json())
    }

    /// The scenario that was written as JSON. Its templates are not looked at.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with it; the places in the mistakes are those in the same scenario as TOML.
    pub fn from_json(json: &Value) -> Result<Self, Mistakes> {
        let actions = json["traffic"]["mix"].as_object();
        // The last one stands for all that the mix does not name.
        let names = actions.into_iter().flatten().map(|(name, _)| name.as_str());
        let actions: Vec<&str> = names.chain([""]).collect();
        Wish::parse("scenario", &toml_of(json), &actions, Time(0))?.resolve()
    }
}

/// The scenario file that says what a scenario says as JSON.
#[must_use]
pub fn toml_of(scenario: &Value) -> String {
    let mut text = String::new();
    let Value::Object(top) = scenario else { return text };
    write_pairs(&mut text, top.iter().filter(|(_, value)| !is_section(value)));
    for (name, value) in top.iter().filter(|(_, value)| is_section(value)) {
        write_sections(&mut text, name, value);
    }
    text
}

fn traffic(traffic: &Traffic) -> Value {
    let weight = |(name, weight): (&String, &u32)| (name.clone(), shown_weight(*weight));
    let mut members = Map::new();
    members.insert("events".into(), json!(traffic.events));
    if let Some(pace) = &traffic.pace {
        members.insert("pace".into(), json!(pace.to_string()));
    }
    members.insert("errors".into(), json!(f64::from(traffic.errors_ppm) / 1e6));
    members.insert("neighbours".into(), json!(f64::from(traffic.neighbours_ppm) / 1e6));
    members.insert("mix".into(), traffic.mix.iter().map(weight).collect::<Map<_, _>>().into());
    members.insert("only".into(), json!(traffic.only));
    members.insert("identity".into(), json!(traffic.identity));
    Value::Object(members)
}

fn trail(trail: &Trail) -> Value {
    let mut members = Map::new();
    members.insert("name".into(), json!(trail.name));
    members.insert("bucket".into(), json!(trail.bucket));
    members.insert("prefix".into(), json!(trail.prefix));
    members.insert("organization".into(), json!(trail.organization));
    members.insert("records_per_file".into(), json!(trail.records_per_file));
    members.insert("writers".into(), json!(trail.writers));
    members.insert("gzip".into(), json!(trail.gzip.word()));
    members.insert("flush".into(), json!(trail.flush.to_string()));
    trail.digests.write(&mut members);
    Value::Object(members)
}

fn account(account: &Account) -> Value {
    json!({
        "id": account.id.as_str(),
        "regions": account.regions,
        "organizations": account.organizations,
        "users": account.users,
        "groups": account.groups,
        "resources": account.resources,
    })
}

/// A weight in thousandths, as a user writes it.
#[must_use]
pub(crate) fn shown_weight(weight: u32) -> Value {
    if weight.is_multiple_of(1_000) { json!(weight / 1_000) } else { json!(f64::from(weight) / 1e3) }
}

fn is_section(value: &Value) -> bool {
    value.is_object() || value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

fn write_sections(text: &mut String, name: &str, value: &Value) {
    let (header, sections) = match value {
        Value::Array(sections) => (format!("[[{name}]]"), sections.as_slice()),
        section => (format!("[{name}]"), std::slice::from_ref(section)),
    };
    for section in sections.iter().filter_map(Value::as_object) {
        let _ = writeln!(text, "\n{header}");
        write_pairs(text, section);
    }
}

fn write_pairs<'a>(text: &mut String, pairs: impl IntoIterator<Item = (&'a String, &'a Value)>) {
    for (key, value) in pairs.into_iter().filter(|(_, value)| !value.is_null()) {
        let _ = match (key.as_str(), value) {
            // Instants have a form of their own, without quotes.
            ("start" | "end", Value::String(instant)) => writeln!(text, "{key} = {instant}"),
            _ => writeln!(text, "{key} = {}", literal(value)),
        };
    }
}

fn literal(value: &Value) -> String {
    match value {
        Value::String(text) => quoted(text),
        Value::Array(items) => format!("[{}]", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        Value::Object(pairs) if pairs.is_empty() => "{}".to_owned(),
        Value::Object(pairs) => {
            let pairs: Vec<_> =
                pairs.iter().map(|(key, value)| format!("{} = {}", name(key), literal(value))).collect();
            format!("{{ {} }}", pairs.join(", "))
        }
        other => other.to_string(),
    }
}

/// A key, in quotes where TOML wants them.
fn name(key: &str) -> String {
    let is_bare = !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if is_bare { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        let _ = match c {
            '"' | '\\' => write!(quoted, "\\{c}"),
            c if c.is_control() => write!(quoted, "\\u{:04X}", u32::from(c)),
            c => write!(quoted, "{c}"),
        };
    }
    quoted + "\""
}
