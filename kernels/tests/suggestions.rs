//! "Did you mean": the same names as by the definition of the distance, taken at its word.

use kernels::language::suggest::nearest;
use proptest::prelude::*;

/// Twice the number of insertions, deletions, replacements and swaps of neighbours that make `a` of `b`; a change of
/// case counts one. All ways are tried.
fn distance(a: &[char], b: &[char]) -> usize {
    let ([first @ .., x], [second @ .., y]) = (a, b) else { return 2 * (a.len() + b.len()) };
    let replace = match x == y {
        true => 0,
        false if x.eq_ignore_ascii_case(y) => 1,
        false => 2,
    };
    let ways = [distance(first, b) + 2, distance(a, second) + 2, distance(first, second) + replace];
    let swap = match (first, second) {
        ([c @ .., v], [d @ .., w]) if x == w && v == y => distance(c, d) + 2,
        _ => usize::MAX,
    };
    ways.into_iter().fold(swap, usize::min)
}

/// The nearest of some names; of several the first in the order of letters. Names of one letter must differ by case
/// only, others by a third of their letters.
fn expected(name: &str, candidates: &[String]) -> Option<String> {
    let letters = |name: &str| name.chars().collect::<Vec<char>>();
    let most = match name.len() {
        0 | 1 => 1,
        2..6 => 2,
        6..9 => 4,
        _ => 6,
    };
    let all = candidates.iter().filter(|c| *c != name && !c.is_empty() && c.len() < 2 * name.len() + 2);
    let near = all.map(|c| (distance(&letters(name), &letters(c)), c)).filter(|(far, _)| *far <= most);
    near.min().map(|(_, c)| c.clone())
}

proptest! {
    #[test]
    fn suggestions_are_the_nearest_names(
        name in "[abA_]{0,6}",
        candidates in prop::collection::vec("[abAx]{0,6}", 0..6),
    ) {
        prop_assert_eq!(nearest(&name, &candidates), expected(&name, &candidates));
    }
}

#[test]
fn names_are_found_behind_typing_errors() {
    let known = ["tau_membrane", "tau_me", "Vr", "v", "threshold"];
    let table = [
        ("tau_mebmrane", Some("tau_membrane")),
        ("Tau_mE", Some("tau_me")),
        ("vr", Some("Vr")),
        ("V", Some("v")),
        ("w", None),
        ("treshold", Some("threshold")),
        ("thrsehodl", Some("threshold")),
        ("conductance", None),
        ("v", None),
    ];
    for (name, near) in table {
        assert_eq!(nearest(name, known).as_deref(), near, "{name}");
    }
}

#[test]
fn long_names_are_compared_by_their_first_64_letters() {
    let long = "x".repeat(70);
    assert_eq!(nearest(&long, [format!("{}y", "x".repeat(69))]), Some(format!("{}y", "x".repeat(69))));
    assert_eq!(nearest(&long, [format!("{}{}", "y".repeat(6), "x".repeat(64))]), None);
}
