//! Which file of a chapter has which fault: before files have names, and what is told of it when they have.

use super::{Faults, SLOTS_DELAYED};
use crate::activity::Chapter;
use crate::clock::Time;
use crate::scenario::FaultKind;
use crate::seed::{Key, name};
use crate::trail::keys::STRAYS;
use crate::trail::{Batch, Fault, Trail};

/// What befalls a file of the trail, and leaves it where it is.
const OF_FILES: [FaultKind; 11] = [
    FaultKind::Shuffled,
    FaultKind::Delayed,
    FaultKind::EmptyObjects,
    FaultKind::Truncated,
    FaultKind::Corrupt,
    FaultKind::Malformed,
    FaultKind::Bom,
    FaultKind::Miscoded,
    FaultKind::DuplicateNotifications,
    FaultKind::MissingNotifications,
    FaultKind::EarlyNotifications,
];

/// What befalls records.
const OF_RECORDS: [FaultKind; 4] =
    [FaultKind::Late, FaultKind::HostileStrings, FaultKind::UnknownFields, FaultKind::VersionDrift];

impl Faults {
    /// Gives the files of a chapter their faults, and adds files that are there by a fault only.
    pub(in crate::trail) fn befall(&self, stream: usize, chapter: &Chapter, files: &mut Vec<Batch>) {
        let keys = |kind| self.of_chapter(stream, chapter.number, kind);
        keys(FaultKind::Tiny).for_each(|key| single_out(files, key));
        for kind in OF_FILES {
            for key in keys(kind) {
                if let Some(file) = sound(files, key) {
                    befall(&mut files[file], kind, key, self.slot);
                }
            }
        }
        for kind in [FaultKind::DuplicateObjects, FaultKind::EmptyRecords, FaultKind::Stray] {
            keys(kind).for_each(|key| add(files, kind, key));
        }
        for event in 0..chapter.events.len() as u32 {
            let ordinal = chapter.events[event as usize].ordinal;
            if let Some(key) = self.of_event(stream, ordinal, FaultKind::DuplicateEvents) {
                repeat(files, event, key);
            }
        }
        if keys(FaultKind::Huge).next().is_some() {
            heap_up(files);
        }
    }

    /// Writes down what the manifest says of the faults of files, which have their names now.
    pub(in crate::trail) fn tell(&self, trail: &Trail, stream: usize, chapter: &Chapter, files: &mut [Batch]) {
        let mut before = String::new();
        for file in files {
            let key = trail.key(stream, file);
            // A minute, where slots are of five.
            let again = Time(file.delivered_at.0 + self.slot / 5);
            file.faults.extend(file.fault.map(|kind| told(kind, &before, again)));
            let ids = |event: &u32| trail.event_id(stream, chapter.events[*event as usize].ordinal);
            if !file.again.is_empty() {
                let also: Vec<String> = file.again.iter().map(ids).collect();
                let kind = FaultKind::DuplicateEvents.about().name;
                file.faults.push(Fault { events: Some(also.len() as u64), also, ..Fault::new(kind) });
            }
            for kind in OF_RECORDS {
                let records = file.events.iter().chain(&file.again);
                let ordinals = records.map(|event| chapter.events[*event as usize].ordinal);
                let found: Vec<Key> = ordinals.filter_map(|ordinal| self.of_event(stream, ordinal, kind)).collect();
                file.faults.extend(told_of_records(kind, &found));
            }
            before = key;
        }
    }
}

/// What the manifest says of the fault of a file; `before` is the key of the file before it, and `again` when it would be
/// announced once more.
fn told(kind: FaultKind, before: &str, again: Time) -> Fault {
    let fault = Fault::new(kind.about().name);
    let notify = |deed: &str| Some(deed.to_owned());
    match kind {
        FaultKind::DuplicateObjects => Fault { copy_of: Some(before.to_owned()), ..fault },
        FaultKind::DuplicateNotifications => {
            Fault { notify: notify("twice"), delivered_again: vec![again.to_string()], ..fault }
        }
        FaultKind::MissingNotifications => Fault { notify: notify("never"), ..fault },
        FaultKind::EarlyNotifications => Fault { notify: notify("early"), ..fault },
        _ => fault,
    }
}

fn told_of_records(kind: FaultKind, found: &[Key]) -> Option<Fault> {
    let canaries = match kind {
        FaultKind::HostileStrings => found.iter().map(|key| super::record::canary(*key)).collect(),
        _ => Vec::new(),
    };
    let fault = || Fault { events: Some(found.len() as u64), canaries, ..Fault::new(kind.about().name) };
    (!found.is_empty()).then(fault)
}

/// A file that nothing has befallen yet.
fn sound(files: &[Batch], key: Key) -> Option<usize> {
    let sound: Vec<usize> = (0..files.len()).filter(|file| is_sound(&files[*file])).collect();
    (!sound.is_empty()).then(|| *key.pick(&sound))
}

const fn is_sound(file: &Batch) -> bool {
    file.fault.is_none() && !file.is_copied
}

fn befall(file: &mut Batch, kind: FaultKind, key: Key, slot: i64) {
    file.fault = Some(kind);
    match kind {
        FaultKind::Shuffled => {
            let place = |event: &u32| key.named(const { name("order") }).at(u64::from(*event)).draw();
            file.events.sort_by_cached_key(place);
        }
        FaultKind::Delayed => file.delivered_at.0 += (1 + key.at(1).below(SLOTS_DELAYED) as i64) * slot,
        _ => {}
    }
}

/// Takes an event out of its file and puts it into one of its own.
fn single_out(files: &mut Vec<Batch>, key: Key) {
    let Some(from) = sound(files, key) else { return };
    if files[from].events.len() == 1 {
        files[from].fault = Some(FaultKind::Tiny);
        return;
    }
    let event = key.at(1).below(files[from].events.len() as u64) as usize;
    let event = files[from].events.remove(event);
    let tiny = Batch { events: vec![event], fault: Some(FaultKind::Tiny), ..files[from].clone() };
    files.insert(from + 1, tiny);
}

/// Adds a file behind another one.
fn add(files: &mut Vec<Batch>, kind: FaultKind, key: Key) {
    let Some(beside) = sound(files, key) else { return };
    let mut file = Batch { fault: Some(kind), ..files[beside].clone() };
    match kind {
        // The file has a copy now, and must stay what it is.
        FaultKind::DuplicateObjects => files[beside].is_copied = true,
        FaultKind::Stray => (file.events, file.end) = (Vec::new(), key.at(1).pick(STRAYS)),
        _ => file.events = Vec::new(),
    }
    files.insert(beside + 1, file);
}

/// Puts the events of all files that nothing has befallen into the last of them.
fn heap_up(files: &mut Vec<Batch>) {
    let is_whole = |file: &Batch| is_sound(file) && file.again.is_empty();
    let whole = (0..files.len()).filter(|file| is_whole(&files[*file]));
    let Some(last) = whole.max_by_key(|file| files[*file].delivered_at) else { return };
    let mut events = Vec::new();
    for file in files.iter_mut().filter(|file| is_whole(file)) {
        events.append(&mut file.events);
    }
    events.sort_unstable();
    (files[last].events, files[last].fault) = (events, Some(FaultKind::Huge));
    files.retain(|file| !(is_whole(file) && file.events.is_empty()));
}

/// Puts an event once more into a sound file that is put no earlier than its own.
fn repeat(files: &mut [Batch], event: u32, key: Key) {
    let is_there = |file: &Batch| file.events.contains(&event);
    let Some(home) = files.iter().position(is_there) else { return };
    let since = files[home].delivered_at;
    let is_fit = |file: &usize| *file != home && is_sound(&files[*file]) && files[*file].delivered_at >= since;
    let places: Vec<usize> = (0..files.len()).filter(is_fit).collect();
    if !places.is_empty() && is_sound(&files[home]) {
        let place = *key.at(0).pick(&places);
        files[place].again.push(event);
    }
}
