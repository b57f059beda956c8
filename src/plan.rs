//! The contract of a run: the complete scenario with everything that follows from it alone.
//!
//! A plan never changes. Whatever is made from it, in whatever order and on whatever machine, is the same.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::event::ActionId;
use crate::mistake::{Mistake, Mistakes};
use crate::record::{Envelope, Quirks};
use crate::scenario::{AUTO, Scenario, Style};
use crate::seed::{Seal, Seed};
use crate::sink::Atoms;
use crate::template::{Action, Catalogue};

/// Everything that decides the bytes of a trail.
#[derive(Clone, Debug)]
pub struct Plan {
    /// What the user asked for, complete.
    pub scenario: Scenario,
    /// All actions that can happen.
    pub catalogue: Catalogue,
    /// How records look.
    pub quirks: Quirks,
    /// Makes eventIDs and reads them back.
    pub seal: Seal,
    /// One for each pair of account and region, in the order of the scenario.
    pub streams: Vec<Stream>,
    /// For each stream the envelopes of all actions; streams of one region share them.
    envelopes: Vec<Arc<[Envelope]>>,
    atoms: Atoms,
}

/// The events of one account in one region.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stream {
    /// Its number in the run, which the eventIDs carry.
    pub number: u16,
    /// Which of the scenario's accounts.
    pub account: usize,
    /// The region.
    pub region: String,
    /// How many events it has.
    pub events: u64,
}

impl Plan {
    /// Plans a scenario: loads its templates and checks that everything fits together.
    ///
    /// # Errors
    /// Every mistake in the templates and every rule that the scenario breaks.
    ///
    /// ```
    /// use mocktrail::{Plan, Scenario};
    /// let plan = Plan::new(Scenario::new().seed(7).events(500))?;
    /// assert_eq!(plan.streams.len(), 1);
    /// # Ok::<(), mocktrail::Mistakes>(())
    /// ```
    pub fn new(scenario: Scenario) -> Result<Self, Mistakes> {
        let catalogue = Catalogue::in_order(&scenario.templates, scenario.records.parameter_order)?;
        scenario.check(&catalogue.names())?;
        can_happen(&scenario, &catalogue)?;
        let quirks = quirks(&scenario);
        let mut texts = catalogue.atoms();
        let mut regions: BTreeMap<&str, Arc<[Envelope]>> = BTreeMap::new();
        let envelopes = scenario.streams().map(|(_, _, region)| {
            let envelopes = regions.entry(region).or_insert_with(|| {
                let spelling = scenario.records.message_flow_source.word();
                catalogue.iter().map(|(_, action)| action.envelope(region, spelling, &quirks, &mut texts)).collect()
            });
            Arc::clone(envelopes)
        });
        let envelopes = envelopes.collect();
        let seal = Seal::new(Seed(scenario.seed));
        let streams = streams(&scenario);
        Ok(Self { scenario, catalogue, quirks, seal, streams, envelopes, atoms: texts.atoms })
    }

    /// The fixed texts of an action's records in a stream.
    #[must_use]
    pub(crate) fn envelope(&self, stream: usize, action: ActionId) -> &Envelope {
        &self.envelopes[stream][usize::from(action.0)]
    }

    /// The weight of an action in the mix, in thousandths: the default with the user's on top.
    #[must_use]
    pub fn weight(&self, action: &Action) -> u64 {
        weight(&self.scenario, action)
    }

    /// Numbers for the texts of a chapter, behind those of the plan.
    #[must_use]
    pub fn atoms(&self) -> Atoms {
        self.atoms.clone()
    }

    /// The names of all actions that can happen, in order.
    #[must_use]
    pub fn action_names(&self) -> Vec<&str> {
        self.catalogue.names()
    }

    /// The seed of all draws.
    #[must_use]
    pub const fn seed(&self) -> Seed {
        Seed(self.scenario.seed)
    }
}

fn weight(scenario: &Scenario, action: &Action) -> u64 {
    match scenario.traffic.mix.get(&*action.key) {
        Some(weight) => u64::from(*weight),
        None if scenario.traffic.only => 0,
        None => action.weight.into(),
    }
}

/// Whether the mix leaves anything to happen.
fn can_happen(scenario: &Scenario, catalogue: &Catalogue) -> Result<(), Mistakes> {
    let everything_fails = scenario.traffic.errors_ppm == 1_000_000;
    let fits = |action: &Action| !everything_fails || !action.errors.is_empty();
    if catalogue.iter().any(|(_, action)| weight(scenario, action) > 0 && fits(action)) {
        return Ok(());
    }
    let what = match everything_fails {
        true => "every call fails, and no action of the mix can fail",
        false => "every action has the weight 0",
    };
    let hint = "give some action a weight: in `mix` of `[traffic]`, or in its template";
    Err(Mistakes(vec![Mistake::of_file("[traffic]", what).hint(hint)]))
}

/// How the records of a scenario look.
fn quirks(scenario: &Scenario) -> Quirks {
    let style_2017 = scenario.records.style == Style::Y2017;
    let asked = |text: &str| match text {
        AUTO => Some(Quirks::version_at(scenario.time.start)),
        _ => text.strip_prefix("1.")?.parse().ok(),
    };
    let version = scenario.records.event_version.as_deref().and_then(asked);
    Quirks {
        version: version.unwrap_or(if style_2017 { 5 } else { 11 }),
        style_2017,
        redaction: scenario.records.redaction,
        tls_details: scenario.records.tls_details,
    }
}

fn streams(scenario: &Scenario) -> Vec<Stream> {
    let account_of = |id: &str| scenario.accounts.iter().position(|account| account.id.as_str() == id);
    scenario
        .streams()
        .zip(scenario.stream_events())
        .map(|((number, account, region), events)| Stream {
            number: u16::try_from(number).expect("a scenario has at most 65 536 streams"),
            account: account_of(account.id.as_str()).expect("a stream's account is one of the scenario's"),
            region: region.to_owned(),
            events,
        })
        .collect()
}
