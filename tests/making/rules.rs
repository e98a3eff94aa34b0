//! Rules without chance: which pairs, and in which order, as loops over all pairs find them.

use crate::support::Folder;
use crate::{ENDS, alone};

const SOURCES: i64 = 14;
const TARGETS: i64 = 11;

/// Loops of Brian's generators: for each neuron of one side the indices that `make` gives.
fn by_sources(make: impl Fn(i64) -> Vec<i64>) -> Vec<(i64, i64)> {
    (0..SOURCES).flat_map(|i| make(i).into_iter().map(move |j| (i, j))).collect()
}

fn by_targets(make: impl Fn(i64) -> Vec<i64>) -> Vec<(i64, i64)> {
    let mut all: Vec<(i64, i64)> =
        (0..TARGETS).flat_map(|j| make(j).into_iter().map(move |i| (i, j))).collect();
    all.sort_by_key(|(i, _)| *i);
    all
}

fn inside(values: Vec<i64>, end: i64) -> Vec<i64> {
    values.into_iter().filter(|v| (0..end).contains(v)).collect()
}

/// Python's range.
fn range(low: i64, high: i64, step: i64) -> Vec<i64> {
    let mut all = Vec::new();
    let mut value = low;
    while (step > 0 && value < high) || (step < 0 && value > high) {
        all.push(value);
        value += step;
    }
    all
}

fn y(j: i64) -> i64 {
    (3 * j) % 11
}

fn x(i: i64) -> i64 {
    (5 * i) % 14
}

#[test]
fn every_form_makes_the_pairs_of_a_slow_loop_in_their_order() {
    let folder = Folder::new();
    type Case = (&'static str, Vec<(i64, i64)>);
    let windowed = |i: i64| inside(range(i - 3, i + 4, 1).into_iter().filter(|k| *k != i).collect(), TARGETS);
    let cases: Vec<Case> = vec![
        ("{}", by_sources(|_| range(0, TARGETS, 1))),
        (r#"{ j = "k for k in range(i-3, i+4) if i != j", skip_if_invalid = true }"#, by_sources(windowed)),
        (r#"{ j = "i", skip_if_invalid = true }"#, by_sources(|i| inside(vec![i], TARGETS))),
        (r#"{ j = "i//2 if i % 2 == 0" }"#, by_sources(|i| if i % 2 == 0 { vec![i / 2] } else { vec![] })),
        (r#"{ i = "j" }"#, by_targets(|j| vec![j])),
        (
            r#"{ j = "(i*2 + k) % N_post for k in range(0, 9, 4)" }"#,
            by_sources(|i| range(0, 9, 4).into_iter().map(|k| (i * 2 + k) % TARGETS).collect()),
        ),
        (
            r#"{ i = "(j*4 + k) % N_pre for k in range(3)" }"#,
            by_targets(|j| (0..3).map(|k| (j * 4 + k) % SOURCES).collect()),
        ),
        (
            r#"{ j = "k for k in range(i, -1, -2) if k < N_post" }"#,
            by_sources(|i| inside(range(i, -1, -2), TARGETS)),
        ),
        (r#"{ j = "k for k in range(5, 5)" }"#, vec![]),
        (r#"{ j = "k for k in range(3, 8, -1)" }"#, vec![]),
        (
            r#"{ j = "i+(-1)**k for k in range(2) if i > 0 and i < N_post - 1" }"#,
            by_sources(|i| if i > 0 && i < TARGETS - 1 { vec![i + 1, i - 1] } else { vec![] }),
        ),
        (
            r#"{ j = "k for k in range(N_post) if x_pre + width > y_post and k != 4" }"#,
            by_sources(|i| (0..TARGETS).filter(|k| x(i) + 2 > y(*k) && *k != 4).collect()),
        ),
        (
            r#"{ i = "k for k in range(int(y_post), N_pre) if x_pre > j" }"#,
            by_targets(|j| (y(j)..SOURCES).filter(|k| x(*k) > j).collect()),
        ),
        (
            r#"{ j = "k for k in range(i % 5)", n = 2 }"#,
            by_sources(|i| (0..i % 5).flat_map(|k| [k, k]).collect()),
        ),
        (
            r#"{ j = "k for k in range(4)", n = "k + j" }"#,
            by_sources(|_| (0..4).flat_map(|k| vec![k; 2 * k as usize]).collect()),
        ),
        (
            r#"[{ i = "0 for k in range(j)" }, { j = "k for k in range(3)" }, { i = [0, 13, 0], j = [5, 5, 1] }]"#,
            by_sources(|i| {
                let first = (0..TARGETS).flat_map(|j| vec![j; if i == 0 { j as usize } else { 0 }]);
                let listed = [(0, 5), (13, 5), (0, 1)].into_iter().filter(|(s, _)| *s == i).map(|(_, j)| j);
                first.chain(0..3).chain(listed).collect()
            }),
        ),
        (r#"{ j = "k for k in sample(N_post, p=1)" }"#, by_sources(|_| range(0, TARGETS, 1))),
        (r#"{ j = "k for k in sample(2, 9, 3, p=1.0)" }"#, by_sources(|_| range(2, 9, 3))),
        (r#"{ j = "k for k in sample(9, 2, -3, size=3)" }"#, by_sources(|_| range(9, 2, -3))),
        (
            r#"{ j = "k for k in sample(N_post, size=i)", skip_if_invalid = true, n = "int(i > 9)" }"#,
            by_sources(|i| if i > 10 { range(0, TARGETS, 1) } else { vec![] })
                .into_iter()
                .filter(|(i, _)| *i != 10)
                .collect(),
        ),
        (
            r#"[{ out_degree = 10, where = "i != j" }]"#,
            by_sources(|i| range(0, TARGETS, 1).into_iter().filter(|k| *k != i).collect()),
        ),
        (
            r#"{ in_degree = "3 + j % 2", where = "i >= 10 + (j + 1) % 2" }"#,
            by_targets(|j| range(10 + (j + 1) % 2, SOURCES, 1)),
        ),
        (r#"{ out_degree = 2, repeats = true, where = "j == 7" }"#, by_sources(|_| vec![7, 7])),
    ];
    for (connect, expected) in cases {
        let mut found = alone(&folder, ENDS, connect);
        if connect.contains("size=i") || connect.contains("out_degree = 10") {
            // Of ten of eleven, which one is left out is drawn.
            let full = |i: i64| connect.contains("size") && i == 10 || connect.contains("out") && i > 10;
            found.retain(|(i, _)| !full(*i));
            let kept: Vec<_> = expected.iter().copied().filter(|(i, _)| !full(*i)).collect();
            assert_eq!(found, kept, "{connect}");
            continue;
        }
        assert_eq!(found, expected, "{connect}");
    }
}

/// Numbers that are always the same, and in no order.
fn jitter(k: u64, modulus: i64) -> i64 {
    let mut z = k.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    ((z ^ z >> 31) % modulus as u64) as i64
}

#[test]
fn generators_made_of_random_numbers_agree_with_slow_loops() {
    let folder = Folder::new();
    let (mut connect, mut expected) = (Vec::new(), Vec::<(usize, i64, i64)>::new());
    for rule in 0..24_usize {
        let number = |k: u64, modulus| jitter(rule as u64 * 16 + k, modulus);
        let (a, b, c, d) = (number(0, 3) - 1, number(1, 3) - 1, number(2, 9) - 4, number(3, 9) - 2);
        let (low, span, step) = (number(4, 7) - 3, number(5, 12), [1, 2, -1, -3][number(6, 4) as usize]);
        let (e, f, m, r) = (number(7, 4), number(8, 4), 2 + number(9, 3), number(10, 3));
        let (own, made, neurons, others) =
            if number(11, 2) == 0 { ("i", "j", SOURCES, TARGETS) } else { ("j", "i", TARGETS, SOURCES) };
        let high = format!("{low} + {own}//2 + {}", if step > 0 { span } else { -span });
        connect.push(format!(
            "{{ {made} = \"{a}*{own} + {b}*k + {c} + {d}*(k//2) for k in range({low} + {own}//2, {high}, {step}) \
             if ({e}*{made} + {f}*k) % {m} != {r}\", skip_if_invalid = true }}"
        ));
        for neuron in 0..neurons {
            let first = low + neuron / 2;
            for k in range(first, if step > 0 { first + span } else { first - span }, step) {
                let other = a * neuron + b * k + c + d * k.div_euclid(2);
                if (0..others).contains(&other) && (e * other + f * k).rem_euclid(m) != r {
                    let pair = if own == "i" { (neuron, other) } else { (other, neuron) };
                    expected.push((rule, pair.0, pair.1));
                }
            }
        }
    }
    // Rows by source, within a row in the order of the rules.
    expected.sort_by_key(|(_, i, _)| *i);
    let expected: Vec<(i64, i64)> = expected.into_iter().map(|(_, i, j)| (i, j)).collect();
    assert!(expected.len() > 300, "{}", expected.len());
    assert_eq!(alone(&folder, ENDS, &format!("[{}]", connect.join(", "))), expected);
}
