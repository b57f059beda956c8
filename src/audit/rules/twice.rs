//! Members that stand twice in one object: readers keep one of them, and not all the same.

use crate::schema::{Breaches, Pointer, Value};

pub(in crate::audit) fn twice(value: Value, at: &Pointer, breaches: &mut Breaches) {
    // A bit for every sort of name: only those whose bit is set already can be twins.
    let mut sorts = 0_u64;
    for (place, (name, member)) in value.members().enumerate() {
        let here = Pointer::Member(at, name);
        let first = name.bytes().next().unwrap_or_default();
        let sort = 1 << ((first.wrapping_mul(7) ^ name.len() as u8) % 64);
        if sorts & sort != 0 && value.members().take(place).any(|(before, _)| before == name) {
            breaches.add(&here, || "stands twice".to_owned());
        }
        sorts |= sort;
        twice(member, &here, breaches);
    }
    for (index, item) in value.items().enumerate() {
        twice(item, &Pointer::Item(at, index), breaches);
    }
}
