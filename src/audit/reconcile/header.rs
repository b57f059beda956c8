//! The first line of a manifest: the scenario, and with it everything else.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde::Deserialize;
use serde_json::Value;

use super::Error;
use crate::clock::Time;
use crate::mistake::{Mistake, Mistakes};
use crate::plan::Plan;
use crate::scenario::{FORMAT, Scenario, Wish, toml_of};
use crate::template::Catalogue;
use crate::trail::Trail;

/// What the header tells.
#[derive(Debug, Deserialize)]
struct Header {
    r#type: String,
    format: u32,
    scenario: Value,
    streams: Vec<Stream>,
}

#[derive(Debug, PartialEq, Eq, Deserialize)]
struct Stream {
    account: String,
    region: String,
    events: u64,
}

/// The trail of a manifest, from its first line. Folders of templates stand where the scenario says, or are named anew.
pub(super) fn trail(path: &Path, line: &str, templates: &[PathBuf]) -> Result<Trail, Error> {
    let wrong = |what: String| Error::Manifest { path: path.to_owned(), line: 1, what };
    let header: Header = serde_json::from_str(line).map_err(|error| wrong(format!("is no header: {error}")))?;
    if header.r#type != "header" {
        return Err(wrong("is no header".to_owned()));
    }
    if header.format != FORMAT {
        return Err(wrong(format!("has the format {}, this version knows {FORMAT}", header.format)));
    }
    let plan = Plan::new(scenario(path, header.scenario, templates)?).map_err(|mistakes| renamed(path, mistakes))?;
    let streams = plan.streams.iter().map(|stream| Stream {
        account: plan.scenario.accounts[stream.account].id.to_string(),
        region: stream.region.clone(),
        events: stream.events,
    });
    match streams.eq(header.streams) {
        true => Ok(Trail::new(Arc::new(plan))),
        false => Err(wrong("names other streams than its scenario makes".to_owned())),
    }
}

fn scenario(path: &Path, mut scenario: Value, templates: &[PathBuf]) -> Result<Scenario, Error> {
    if !templates.is_empty() {
        scenario["templates"] = templates.iter().map(|folder| folder.to_string_lossy()).collect();
    }
    let folders: Vec<PathBuf> =
        scenario["templates"].as_array().into_iter().flatten().filter_map(Value::as_str).map(PathBuf::from).collect();
    if let Some(gone) = folders.iter().find(|folder| !folder.is_dir()) {
        return Err(Error::NoTemplates { folder: gone.clone() });
    }
    let catalogue = Catalogue::load(&folders)?;
    // Without a folder in the name, paths are taken as they are.
    let wish = Wish::parse("manifest", &toml_of(&scenario), &catalogue.names(), Time(0));
    wish.and_then(Wish::resolve).map_err(|mistakes| renamed(path, mistakes))
}

/// The mistakes as such of the manifest: nobody has ever seen the lines that they are about.
fn renamed(path: &Path, mistakes: Mistakes) -> Error {
    let of_manifest = |mistake: Mistake| Mistake {
        hint: mistake.hint,
        ..Mistake::of_file(&path.display().to_string(), format!("in the scenario: {}", mistake.what))
    };
    Error::Scenario(Mistakes(mistakes.0.into_iter().map(of_manifest).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trail::Header as Written;

    fn line(scenario: &Scenario) -> String {
        serde_json::to_string(&Written::new(scenario, None)).unwrap()
    }

    #[test]
    fn the_header_leads_back_to_its_scenario() {
        let mut scenario = Scenario::new().seed(u64::MAX).events(12_345);
        scenario.traffic.errors_ppm = 123_457;
        scenario.traffic.mix = [("CreateUser".to_owned(), 1_500)].into();
        scenario.accounts[0].regions.push("eu-west-1".to_owned());
        scenario.trail.prefix = "a \"prefix".replace('"', "");
        scenario.trail.organization = Some("o-exampleorgid".to_owned());
        let read = trail(Path::new("m.jsonl"), &line(&scenario), &[]).unwrap();
        assert_eq!(read.plan().scenario, scenario);
    }

    #[test]
    fn what_no_scenario_follows_from_is_refused() {
        let good = line(&Scenario::new());
        let mut gone: Value = serde_json::from_str(&good).unwrap();
        gone["scenario"]["templates"] = serde_json::json!(["gone/for-good"]);
        for (line, what) in [
            ("{}".to_owned(), "m.jsonl:1: is no header: missing field `type`"),
            (good.replace("\"header\"", "\"footer\""), "m.jsonl:1: is no header"),
            (good.replacen("\"format\":1", "\"format\":2", 1), "m.jsonl:1: has the format 2, this version knows 1"),
            (good.replace("\"events\":1000}", "\"events\":999}"), "m.jsonl:1: names other streams"),
            (good.replace("\"office\"", "\"orifice\""), "m.jsonl: in the scenario: unknown"),
            (gone.to_string(), "the templates in `gone/for-good` are not there"),
        ] {
            let error = trail(Path::new("m.jsonl"), &line, &[]).unwrap_err().to_string();
            assert!(error.starts_with(what), "{error}");
        }
    }
}
