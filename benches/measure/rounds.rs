//! Rounds in which all variants take turns, so that ratios hold when the machine's speed drifts.

/// Runs each variant once a round and keeps what it measured; the first round only warms up.
pub fn interleaved<V, M>(variants: &[V], rounds: usize, mut measure: impl FnMut(&V) -> M) -> Vec<Vec<M>> {
    let mut measured: Vec<Vec<M>> = variants.iter().map(|_| Vec::new()).collect();
    for round in 0..=rounds {
        for (variant, figures) in variants.iter().zip(&mut measured) {
            let figure = measure(variant);
            if round > 0 {
                figures.push(figure);
            }
        }
    }
    measured
}

/// The middle one of some figures.
pub fn median(figures: impl Iterator<Item = f64>) -> f64 {
    let mut figures: Vec<f64> = figures.collect();
    figures.sort_by(f64::total_cmp);
    figures[figures.len() / 2]
}
