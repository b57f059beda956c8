//! Members that stand twice in one object: readers keep one of them, and not all the same.

use crate::schema::{Breaches, Pointer, Value};

pub(in crate::audit) fn twice(value: Value, at: &Pointer, breaches: &mut Breaches) {
    for (place, (name, member)) in value.members().enumerate() {
        let here = Pointer::Member(at, name);
        if value.members().take(place).any(|(before, _)| before == name) {
            breaches.add(&here, || "stands twice".to_owned());
        }
        twice(member, &here, breaches);
    }
    for (index, item) in value.items().enumerate() {
        twice(item, &Pointer::Item(at, index), breaches);
    }
}
