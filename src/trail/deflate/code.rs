//! Huffman codes: lengths from counts, codes from lengths.

/// Code lengths for symbols that occur `counts` times, none above `limit`; 0 for a symbol that does not occur.
///
/// The code is complete: two symbols or more must occur, and not more than 2^`limit`.
pub(super) fn lengths(counts: &[u32], limit: usize, lengths: &mut [u8]) {
    let mut leaves: Vec<(u32, u16)> =
        (0..).zip(counts).filter(|(_, count)| **count > 0).map(|(symbol, count)| (*count, symbol)).collect();
    leaves.sort_unstable();
    let mut population = [0; 32];
    for depth in depths(&leaves) {
        population[usize::from(depth).min(limit)] += 1;
    }
    shorten(&mut population, limit);
    lengths.fill(0);
    let longest_first = (1..=limit).rev().flat_map(|length| std::iter::repeat_n(length, population[length]));
    for ((_, symbol), length) in leaves.iter().zip(longest_first) {
        lengths[usize::from(*symbol)] = u8::try_from(length).unwrap_or(u8::MAX);
    }
}

/// How deep each leaf of the Huffman tree lies, given in ascending order of weight.
fn depths(leaves: &[(u32, u16)]) -> Vec<u8> {
    let joints = leaves.len() - 1;
    let mut weights: Vec<u64> = Vec::with_capacity(joints);
    let mut leaf_parents = vec![0; leaves.len()];
    let mut joint_parents = vec![0; joints];
    let (mut leaf, mut joint) = (0, 0);
    for parent in 0..joints {
        let mut weight = 0;
        for _ in 0..2 {
            let from_leaves = leaf < leaves.len() && (joint == parent || u64::from(leaves[leaf].0) <= weights[joint]);
            if from_leaves {
                weight += u64::from(leaves[leaf].0);
                leaf_parents[leaf] = parent;
                leaf += 1;
            } else {
                weight += weights[joint];
                joint_parents[joint] = parent;
                joint += 1;
            }
        }
        weights.push(weight);
    }
    let mut joint_depths = vec![0_u8; joints];
    for joint in (0..joints - 1).rev() {
        joint_depths[joint] = joint_depths[joint_parents[joint]] + 1;
    }
    leaf_parents.iter().map(|parent| joint_depths[*parent] + 1).collect()
}

/// Makes room for the leaves that were cut off at `limit`: there are too many of them until, for each one
/// too many, a shallower leaf has become a joint of two.
fn shorten(population: &mut [usize; 32], limit: usize) {
    let used: usize = (1..=limit).map(|length| population[length] << (limit - length)).sum();
    for _ in (1 << limit)..used {
        let shallow = (1..limit).rev().find(|length| population[*length] > 0).unwrap_or(1);
        population[shallow] -= 1;
        population[shallow + 1] += 2;
        population[limit] -= 1;
    }
}

/// The canonical codes of these lengths, lowest bit first as deflate sends them.
pub(super) fn codes(lengths: &[u8], codes: &mut [u16]) {
    let mut next = [0_u16; 17];
    for length in lengths {
        next[usize::from(*length) + 1] += 1;
    }
    next[1] = 0;
    for length in 1..15 {
        next[length + 1] = (next[length] + next[length + 1]) << 1;
    }
    for (code, length) in codes.iter_mut().zip(lengths) {
        let place = &mut next[usize::from(*length)];
        *code = if *length == 0 { 0 } else { place.reverse_bits() >> (16 - length) };
        *place += 1;
    }
}
