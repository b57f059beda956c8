//! A chapter in the making: calls with their times, which are sorted into events at the end.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ops::Range;

use crate::activity::calendar::Hour;
use crate::activity::cast::Cast;
use crate::activity::known::Known;
use crate::activity::mix::{Mix, StoryKind};
use crate::activity::player::Memory;
use crate::activity::standing::Standing;
use crate::activity::troupe::{Group, Part, Troupe};
use crate::activity::{Activity, CHAPTER, Chapter, StreamWorld};
use crate::clock::Time;
use crate::event::{ActionId, Event, Kind, NOBODY, Outcome};
use crate::plan::Plan;
use crate::seed::{Key, name};
use crate::template::{Action, Declared, Persona};
use crate::world::{Callers, Number, Organization, Span};

/// One call of a story.
#[derive(Clone, Copy, Debug)]
pub(super) struct Call {
    /// What is called.
    pub action: ActionId,
    /// The entity, or nobody.
    pub entity: u32,
    /// The second thing, or nobody.
    pub other: u32,
    /// How it ends.
    pub outcome: Outcome,
    /// The page asked for.
    pub page: u8,
    /// Milliseconds since the call before it.
    pub gap: i64,
    /// It accompanies the call before it.
    pub follows: bool,
    /// The organization, when it is none of the scenario's.
    pub organization: Option<u32>,
}

impl Call {
    /// A successful call that has nothing but an action.
    #[must_use]
    pub(super) const fn of(action: ActionId) -> Self {
        Self {
            action,
            entity: NOBODY,
            other: NOBODY,
            outcome: Outcome::Success,
            page: 0,
            gap: 0,
            follows: false,
            organization: None,
        }
    }

    /// The same call about an entity.
    #[must_use]
    pub(super) const fn about(mut self, entity: u32) -> Self {
        self.entity = entity;
        self
    }

    /// The same call with a second thing.
    #[must_use]
    pub(super) const fn with(mut self, other: u32) -> Self {
        self.other = other;
        self
    }

    /// The same call in an organization that is none of the scenario's.
    #[must_use]
    pub(super) const fn within(mut self, organization: u32) -> Self {
        self.organization = Some(organization);
        self
    }

    /// The same call so much later than the one before.
    #[must_use]
    pub(super) const fn after(mut self, gap: i64) -> Self {
        self.gap = gap;
        self
    }
}

/// Who plays a story, and where.
#[derive(Clone, Copy, Debug)]
pub(super) struct Actor {
    /// In which organization.
    pub organization: usize,
    /// In which role.
    pub persona: Persona,
    /// Who of those in the role.
    pub person: u64,
}

/// A stretch of the chapter in which an organization lacks what it usually has one of.
struct Away {
    organization: usize,
    kind: Kind,
    from: Time,
    to: Time,
}

/// A call at its time.
#[derive(Clone, Copy, Debug)]
pub(super) struct Step {
    /// Milliseconds since the start of the chapter, and behind them, in [`INDEX_BITS`], how many steps came before.
    place: u64,
    action: ActionId,
    outcome: Outcome,
    page: u8,
    caller: u32,
    roles: [u32; 3],
}

/// The script of a chapter.
pub(super) struct Script<'a> {
    /// The plan.
    pub plan: &'a Plan,
    /// How often everything happens.
    pub mix: &'a Mix,
    /// Where and when it happens.
    pub world: &'a StreamWorld,
    /// Who and what appears.
    pub cast: Cast<'a>,
    /// Where the chapter's draws lie.
    pub key: Key,
    /// The chapter's number.
    pub number: u64,
    /// Its first ordinal, and the first behind it.
    pub ordinals: (u64, u64),
    troupe: &'a Troupe,
    stream: usize,
    window: (Time, Time),
    /// The hour of the instant that was asked for last.
    hour: Hour,
    /// What is only memory.
    pub memory: Memory,
    ties: BTreeSet<(u32, u32)>,
    away: Vec<Away>,
    stories: u64,
    /// Those who join each organization's cohorts, by [`cohort`].
    spans: Vec<[Span; 3]>,
    standings: Vec<Standing<'a>>,
}

impl<'a> Script<'a> {
    /// An empty script in the memory of an earlier one.
    pub(super) fn new(activity: &'a Activity, stream: usize, number: u64, mut memory: Memory) -> Self {
        let world = activity.stream(stream);
        let ordinals = activity.ordinals(stream, number);
        let window = (world.calendar.time(ordinals.0), world.calendar.time(ordinals.1));
        let plan = &*activity.plan;
        let key = world.key.named(const { name("chapter") }).at(number);
        let draws = [key.named(const { name("message") }), world.callers.constants()];
        let spans = spans(&activity.mix, world.organizations.len() as u64, ordinals);
        let standing = |(organization, spans): (&'a Organization, &[Span; 3])| {
            Standing::new(&activity.mix, organization, spans[cohort(Kind::User)])
        };
        memory.steps.clear();
        memory.steady.clear();
        memory.steady.resize(world.organizations.len() * 3 * OFTEN, NOBODY);
        Self {
            plan,
            mix: &activity.mix,
            world,
            cast: Cast::new(plan, stream, world, window, draws, ordinals.1 - ordinals.0, &mut memory),
            key,
            number,
            ordinals,
            troupe: &activity.troupe,
            stream,
            window,
            hour: Hour::default(),
            memory,
            ties: BTreeSet::new(),
            away: Vec::new(),
            stories: 0,
            standings: world.organizations.iter().zip(&spans).map(standing).collect(),
            spans,
        }
    }

    /// How many calls still fit.
    #[must_use]
    pub(super) fn room(&self) -> u64 {
        self.ordinals.1 - self.ordinals.0 - self.memory.steps.len() as u64
    }

    /// One of the actions that stories are made of.
    #[must_use]
    pub(super) fn action(&self, action: Known) -> ActionId {
        self.mix.action(action).expect("a story is played only when its actions are in the mix")
    }

    /// The part of those who call an action.
    #[must_use]
    pub(super) fn part(&self, action: ActionId) -> Part {
        *self.troupe.part_in(action)
    }

    /// Who plays the `index`-th story of the catalogue.
    #[must_use]
    pub(super) fn tellers(&self, index: usize) -> Group {
        self.troupe.tellers(index)
    }

    /// An action's template.
    #[must_use]
    pub(super) fn template(&self, action: ActionId) -> &'a Action {
        self.plan.catalogue.action(action)
    }

    /// What is known of a kind that a service declares.
    #[must_use]
    pub(super) fn declared(&self, kind: Kind) -> &'a Declared {
        self.plan.catalogue.kinds().declared(kind).expect("a declared kind")
    }

    /// Whom one of a declared kind belongs to: the kind and the entity.
    pub(super) fn owner(&mut self, organization: usize, kind: Kind, number: Number) -> Option<(Kind, u32)> {
        let declared = self.declared(kind);
        let of = declared.of?;
        let own = self.organization(organization);
        let key = number.key(own.key_of(declared.draws)).named(const { name("owner") });
        let owner = match number {
            // Nobody else's turn is taken: whoever is met here for the first time has had none lately.
            Number::Assumed(number) if declared.apart > 0 => Number::Assumed(number),
            _ => Number::Core(key.below(own.cohort(of).core)),
        };
        Some((of, self.steady_entity(organization, of, owner)))
    }

    /// An organization of the stream.
    #[must_use]
    pub(super) fn organization(&self, index: usize) -> &'a Organization {
        &self.world.organizations[index]
    }

    /// How many organizations there are.
    #[must_use]
    pub(super) fn organizations(&self) -> usize {
        self.world.organizations.len()
    }

    /// The turns of the stories of a number that begin in this chapter.
    #[must_use]
    pub(super) fn turns(&self, story: usize) -> Range<u64> {
        self.mix.stories_before(story, self.ordinals.0)..self.mix.stories_before(story, self.ordinals.1)
    }

    /// For how long, when the chapter begins, the story of an earlier turn has been over at least, in milliseconds.
    #[must_use]
    pub(super) fn since(&self, story: usize, turn: u64) -> i64 {
        let ordinal = self.mix.ordinal_of(story, turn + 1).unwrap_or_default();
        let end = self.world.calendar.time((ordinal / CHAPTER + 1) * CHAPTER);
        self.window.0.0 - end.0
    }

    /// Those who join one organization's cohort before and after this chapter.
    #[must_use]
    pub(super) fn span(&self, organization: usize, kind: Kind) -> Span {
        self.spans[organization][cohort(kind)]
    }

    /// How things stand in an organization when the chapter begins.
    pub(super) fn standing(&self, organization: usize) -> &Standing<'a> {
        &self.standings[organization]
    }

    /// One of a kind that has a mailbox all through the chapter, as an entity.
    pub(super) fn steady(&mut self, organization: usize, kind: Kind, key: Key) -> u32 {
        let index = self.organization(organization).cohort(kind).pick_steady(self.span(organization, kind), key);
        self.steady_at(organization, kind, index)
    }

    /// The same with its number.
    pub(super) fn steady_one(&mut self, organization: usize, kind: Kind, key: Key) -> (Number, u32) {
        let (own, span) = (self.organization(organization).cohort(kind), self.span(organization, kind));
        let index = own.pick_steady(span, key);
        (own.steady_at(span, index), self.steady_at(organization, kind, index))
    }

    /// The `index`-th of those who have a mailbox all through the chapter.
    #[inline]
    fn steady_at(&mut self, organization: usize, kind: Kind, index: u64) -> u32 {
        let first = (organization * 3 + cohort(kind)) * OFTEN;
        let place = (index < OFTEN as u64).then_some(first + index as usize);
        match place.map_or(NOBODY, |place| self.memory.steady[place]) {
            NOBODY => self.meet_steady(organization, kind, index, place),
            known => known,
        }
    }

    /// The same for one who has not been met yet, or is not kept at a place.
    #[inline(never)]
    fn meet_steady(&mut self, organization: usize, kind: Kind, index: u64, place: Option<usize>) -> u32 {
        let number = self.organization(organization).cohort(kind).steady_at(self.span(organization, kind), index);
        let entity = self.steady_entity(organization, kind, number);
        if let Some(place) = place {
            self.memory.steady[place] = entity;
        }
        entity
    }

    /// Someone with a mailbox, as an entity.
    pub(super) fn steady_entity(&mut self, organization: usize, kind: Kind, number: Number) -> u32 {
        let mailbox = self.standing(organization).mailbox(kind, number);
        self.cast.member(organization, kind, number, mailbox)
    }

    /// A number that no other call of the stream gets.
    pub(super) fn unique(&mut self) -> u64 {
        self.stories += 1;
        // More numbers than a chapter can use lie between those of neighbouring chapters.
        self.number * CHAPTER * 8 + self.stories
    }

    /// The number of a message that no other call of the chapter gets.
    pub(super) fn message(&mut self) -> u32 {
        self.stories += 1;
        self.stories as u32
    }

    /// Ties two entities together for the chapter; false when a story has done so before.
    pub(super) fn tie(&mut self, entity: u32, other: u32) -> bool {
        self.ties.insert((entity, other))
    }

    /// Where the draws of the next story lie.
    pub(super) fn next_story(&mut self) -> Key {
        self.stories += 1;
        self.key.named(const { name("story") }).at(self.stories)
    }

    /// Someone to play a story.
    #[must_use]
    pub(super) fn actor(&self, organization: usize, group: Group, key: Key) -> Actor {
        let persona = self.troupe.pick(group, key.at(0));
        Actor { organization, persona, person: Callers::pick(persona, key.at(1)) }
    }

    /// Empty memory for the calls of a story, which [`Self::play_all`] takes back.
    pub(super) fn no_calls(&mut self) -> Vec<Call> {
        std::mem::take(&mut self.memory.calls)
    }

    /// Takes the memory of a story's calls back.
    pub(super) fn take_back(&mut self, mut calls: Vec<Call>) {
        calls.clear();
        self.memory.calls = calls;
    }

    /// Plays a story and takes the memory of its calls back.
    pub(super) fn play_all(&mut self, key: Key, actor: Actor, calls: Vec<Call>) {
        self.play(key, actor, &calls);
        self.take_back(calls);
    }

    /// Plays a story at some time of the chapter: as many of its calls as still fit.
    pub(super) fn play(&mut self, key: Key, actor: Actor, calls: &[Call]) {
        self.play_in(key, actor, calls, 0..1, |_| {});
    }

    /// Plays a story in one of equal parts of the chapter, `part.start` of `part.end`; tells the instants of the
    /// calls, without those that accompany them.
    pub(super) fn play_in(
        &mut self,
        key: Key,
        actor: Actor,
        calls: &[Call],
        part: Range<u64>,
        mut tell: impl FnMut(Time),
    ) {
        let calls = self.in_company(key, calls);
        let calls = &calls[..calls.len().min(self.room() as usize)];
        let window = match part.end {
            1 => self.window,
            parts => (self.instant(part.start, parts), self.instant(part.start + 1, parts)),
        };
        let total: i64 = calls.iter().skip(1).map(|call| call.gap).sum();
        let length = (window.1.0 - window.0.0).max(1);
        let draw = key.named(const { name("start") }).below(1 << 20);
        let start = self.instant((part.start << 20) + draw, part.end << 20);
        // A story that would run beyond its part begins earlier, and is told faster when it must be.
        let told = total.min(length - 1);
        let start = Time(start.0.min(window.1.0 - 1 - told).max(window.0.0));
        let mut passed = 0;
        let mut waits: Vec<(Time, Time)> = Vec::new();
        for (index, call) in calls.iter().enumerate() {
            passed += if index == 0 { 0 } else { call.gap };
            let offset = if total > told { part_of(passed, told, total) } else { passed };
            let time = self.when_there(actor.organization, call, Time(start.0 + offset), &mut waits);
            if !call.follows {
                tell(time);
            }
            self.step(actor, time, call);
        }
    }

    /// Whether all of a story's calls still fit, with those that accompany them.
    #[must_use]
    pub(super) fn fits(&self, key: Key, calls: &[Call]) -> bool {
        self.in_company(key, calls).len() as u64 <= self.room()
    }

    /// The calls with those that accompany them, when the scenario wants neighbours.
    #[inline]
    fn in_company<'c>(&self, key: Key, calls: &'c [Call]) -> Cow<'c, [Call]> {
        match self.mix.company() {
            0 => Cow::Borrowed(calls),
            company => self.with_company(key, calls, company),
        }
    }

    fn with_company<'c>(&self, key: Key, calls: &'c [Call], company: u32) -> Cow<'c, [Call]> {
        match calls.iter().all(|call| self.plan.catalogue.followers(call.action).is_empty()) {
            true => Cow::Borrowed(calls),
            false => Cow::Owned(self.accompanied(key, calls, company)),
        }
    }

    /// The calls of which some are accompanied: so many in a million.
    fn accompanied(&self, key: Key, calls: &[Call], company: u32) -> Vec<Call> {
        let key = key.named(const { name("company") });
        let mut all: Vec<Call> = Vec::new();
        for (call, i) in calls.iter().zip(0..) {
            // Those that follow one call come before the next.
            let taken: i64 = all.iter().rev().take_while(|other| other.follows).map(|other| other.gap).sum();
            all.push(Call { gap: (call.gap - taken).max(0), ..*call });
            if call.outcome != Outcome::Success || !key.at(i).chance(company) {
                continue;
            }
            let mut passed = 0;
            for (follower, wait) in self.followers(call.action) {
                let wait = wait / 2 + key.at(i).at(u64::from(follower.0)).wait(wait / 2);
                let gap = (wait - passed).max(0);
                passed += gap;
                all.push(Call { action: follower, gap, follows: true, ..*call });
            }
        }
        all
    }

    /// The neighbours that follow an action in this region.
    fn followers(&self, action: ActionId) -> impl Iterator<Item = (ActionId, i64)> + use<'a> {
        let region = &*self.plan.streams[self.stream].region;
        let catalogue = &self.plan.catalogue;
        let fits = move |(id, _): &(ActionId, i64)| catalogue.action(*id).fits(region);
        catalogue.followers(action).iter().copied().filter(fits)
    }

    /// The instant at a place of the chapter, in parts of its events.
    fn instant(&mut self, part: u64, parts: u64) -> Time {
        let count = self.ordinals.1 - self.ordinals.0;
        self.world.calendar.time_near(&mut self.hour, self.ordinals.0, part * count, parts)
    }

    /// The instant at which a call can happen: later, when what it is about is away. The calls behind it wait
    /// with it.
    #[inline]
    fn when_there(&self, organization: usize, call: &Call, time: Time, waits: &mut Vec<(Time, Time)>) -> Time {
        match self.part(call.action).waits || !waits.is_empty() {
            true => self.when_back(organization, call, time, waits),
            false => time,
        }
    }

    #[inline(never)]
    fn when_back(&self, organization: usize, call: &Call, time: Time, waits: &mut Vec<(Time, Time)>) -> Time {
        let end = self.window.1.0;
        // From `from` to the end of the chapter, pressed together to from `to` to its end.
        let wait = |time: Time, (from, to): (Time, Time)| {
            let rest = || part_of(time.0 - from.0, end - to.0, (end - from.0).max(1));
            if time < from { time } else { Time((to.0 + rest()).min(end - 1)) }
        };
        let mut time = waits.iter().fold(time, |time, known| wait(time, *known));
        if call.organization.is_some() {
            return time;
        }
        let kinds = &self.template(call.action).entity;
        let mine = |away: &&Away| away.organization == organization && kinds.contains(&away.kind);
        while let Some(away) = self.away.iter().filter(|away| away.from <= time && time <= away.to).find(mine) {
            // At the same instant the one told first comes first, so the wait ends a moment later.
            let window = (away.from, Time((away.to.0 + 1).min(end - 1)));
            waits.push(window);
            let later = wait(time, window);
            if later <= time {
                break;
            }
            time = later;
        }
        time
    }

    /// Lets calls about what an organization has one of wait, between two instants.
    pub(super) fn take_away(&mut self, organization: usize, kind: Kind, (from, to): (Time, Time)) {
        self.away.push(Away { organization, kind, from, to });
    }

    #[inline]
    fn step(&mut self, actor: Actor, time: Time, call: &Call) {
        let time = self.world.calendar.awake(time);
        let entrance = self.world.entrances.of(call.action, call.outcome != Outcome::Success);
        let caller = self.cast.caller(actor.persona, actor.person, time, entrance);
        let organization = call.organization.unwrap_or(actor.organization as u32);
        let roles = [organization, call.entity, call.other];
        let index = self.memory.steps.len() as u64;
        debug_assert!(time >= self.window.0, "a chapter's stories are played in it");
        let place = ((time.0 - self.window.0.0) as u64) << INDEX_BITS | index;
        let Call { action, outcome, page, .. } = *call;
        self.memory.steps.push(Step { place, action, outcome, page, caller, roles });
    }

    /// Sorts the calls by time and numbers them. Those at the same instant stay in the order in which they were
    /// written: stories in order.
    pub(super) fn finish(mut self) -> (Chapter, Memory) {
        debug_assert_eq!(self.room(), 0, "a chapter is always full");
        let (key, (start, end)) = (self.world.key.named(const { name("event") }), self.window);
        let Memory { events, steps, time_order, .. } = &mut self.memory;
        let places = ((end.0 - start.0) as u64) << INDEX_BITS;
        let sorted = time_order.of(steps.iter().map(|step| step.place), places, |place| *place);
        events.clear();
        events.extend(sorted.iter().zip(self.ordinals.0..).map(|(place, ordinal)| {
            let Step { action, outcome, page, caller, roles, .. } = steps[(place % CHAPTER) as usize];
            let time = Time(start.0 + (place >> INDEX_BITS) as i64);
            Event { ordinal, time, key: key.at(ordinal), action, outcome, page, caller, roles }
        }));
        let events = std::mem::take(events);
        let (facts, atoms) = self.cast.finish(&mut self.memory);
        (Chapter { number: self.number, start, events, facts, atoms }, self.memory)
    }
}

/// So many of each cohort's steady ones are found again by their index: those that are named most often.
const OFTEN: usize = 256;

/// Calls that fit into a chapter can be counted in so many bits.
const INDEX_BITS: u32 = CHAPTER.trailing_zeros();

/// `part` of a whole, for another whole.
fn part_of(part: i64, other: i64, whole: i64) -> i64 {
    match part.checked_mul(other) {
        Some(product) => product / whole,
        // Only where time is counted in years.
        None => (i128::from(part) * i128::from(other) / i128::from(whole)) as i64,
    }
}

/// The place of a kind in lists by cohort.
const fn cohort(kind: Kind) -> usize {
    match kind {
        Kind::User => 0,
        Kind::Group => 1,
        _ => 2,
    }
}

/// Those who join the cohorts before and after some ordinals, when joiners are dealt out to all organizations in
/// turn.
fn spans(mix: &Mix, organizations: u64, ordinals: (u64, u64)) -> Vec<[Span; 3]> {
    let turnover = [StoryKind::UserTurnover, StoryKind::GroupTurnover, StoryKind::ResourceTurnover];
    let joined = turnover
        .map(|story| (mix.stories_before(story as usize, ordinals.0), mix.stories_before(story as usize, ordinals.1)));
    let span = |organization: u64, (before, after): (u64, u64)| {
        let share = |joined: u64| ((joined + organizations - 1 - organization) / organizations) as i64;
        Span { before: share(before), after: share(after) }
    };
    (0..organizations).map(|organization| joined.map(|joined| span(organization, joined))).collect()
}
