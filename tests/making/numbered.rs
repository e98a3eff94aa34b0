//! Numbers of parallel synapses: over all rules of an object, in the order of making; readable wherever the synapse is.

use std::collections::BTreeMap;

use crate::support::Folder;
use crate::{ENDS, made, object};

fn numbered(connect: &str) -> String {
    let text = object("S", connect).replace("equations = \"number : integer\"", "multisynaptic_index = \"k\"\nequations = '''\nnumber : integer\nw : 1\nseen : 1\n'''\ninitial = \"w = 10*k + 1\"");
    let text = text.replace("on_pre = \"", "on_pre = \"seen = k + 0.5; ");
    text.replace("variables = [\"number\"]", "variables = [\"number\", \"k\", \"w\", \"seen\"]")
}

#[test]
fn parallel_synapses_are_numbered_as_they_are_made() {
    let folder = Folder::new();
    let rules = [
        r#"{ where = "(i + j) % 3 == 0", n = "1 + i % 3" }"#,
        r#"{ out_degree = 20, repeats = true }"#,
        r#"{ in_degree = 20, repeats = true, where = "i != 3" }"#,
        r#"{ j = "(k_*i) % N_post for k_ in range(8)" }"#,
        r#"{ i = [4, 3, 4, 4, 4], j = [1, 1, 0, 1, 1] }"#,
        r#"[{ p = 0.5 }, { p = 0.5, n = 2 }, { i = "j" }, { j = "k for k in sample(N_post, size=3)" }]"#,
        r#"[{ p = 0.5 }, { p = 0.5, n = 2 }, { j = "m for m in sample(N_post, size=3)" }]"#,
    ];
    for connect in rules {
        let connect = connect.replace("k_", "m").replace("k for k", "m for m");
        let results = folder.results_of(&format!("{ENDS}{}", numbered(&connect)), "out", &[]);
        let table = results.table("of_S");
        let pairs = made(&results, "S");
        assert!(!pairs.is_empty(), "{connect}");
        // The table has synapses by pair; `number` counts those of a source as they were made.
        let (i, j) = (table.numbers("i"), table.numbers("j"));
        let (k, number) = (table.numbers("k"), table.numbers("number"));
        let mut expected = BTreeMap::new();
        let mut seen = BTreeMap::<(i64, i64), i64>::new();
        let mut row = (-1, 0);
        for pair in &pairs {
            row = if row.0 == pair.0 { (row.0, row.1 + 1) } else { (pair.0, 0) };
            let copies = seen.entry(*pair).or_default();
            expected.insert((pair.0, row.1), (pair.1, *copies));
            *copies += 1;
        }
        for row in 0..i.len() {
            let found = (j[row] as i64, k[row] as i64);
            assert_eq!(found, expected[&(i[row] as i64, number[row] as i64)], "{connect}: row {row}");
            assert_eq!(table.numbers("w")[row], 10.0 * k[row] + 1.0, "{connect}");
            assert_eq!(table.numbers("seen")[row], k[row] + 0.5, "{connect}");
        }
        assert!(k.iter().any(|k| *k > 0.0), "{connect}");
        std::fs::remove_dir_all(&results.dir).unwrap();
    }
}

#[test]
fn delays_may_depend_on_the_number() {
    let folder = Folder::new();
    let text = format!("{ENDS}{}", numbered(r#"{ where = "i == 2*j", n = 3 }"#));
    let text = text.replace("multisynaptic_index", "delay = \"(2 - k)*0.1*ms\"\nmultisynaptic_index");
    let text = text.replace("\"seen\"]", "\"seen\", \"delay\"]");
    let table = folder.results_of(&text, "out", &[]).table("of_S");
    let delays: Vec<f64> = table.numbers("k").iter().map(|k| (2.0 - k) * 0.1).collect();
    assert_eq!(table.numbers("delay_ms").len(), 21);
    for (found, expected) in table.numbers("delay_ms").iter().zip(delays) {
        assert!((found - expected).abs() < 1e-12, "{found} {expected}");
    }
}
