//! Rules that turn out impossible while synapses are made: the status of their point, with the place.

use crate::support::Folder;
use crate::{ENDS, object};

#[test]
fn what_cannot_be_made_fails_its_point_with_the_place() {
    let folder = Folder::new();
    let cases = [
        (
            r#"{ j = "int(x_pre)" }"#,
            "connect of S, j = \"int(x_pre)\": j = 11 at i = 5, but indices go from 0 to 10 (skip_if_invalid = true leaves such pairs out)",
        ),
        (
            r#"{ j = "i - 3 + int(0*x_pre) for k in range(i % 2)" }"#,
            "j = -2 at i = 1, but indices go from 0 to 10",
        ),
        (r#"{ j = "x_pre/2" }"#, "j = 2.5 at i = 1"),
        (r#"{ i = "j + 5 + int(0*y_post)" }"#, "i = 14 at j = 9, but indices go from 0 to 13"),
        (r#"{ j = "k for k in range(N_post + 1) if y_post > -1" }"#, "j = 11 at i = 0"),
        (r#"{ j = "k for k in range(0, 5, 3 - i)" }"#, "the step at i = 3 is 0"),
        (r#"{ j = "k for k in sample(N_post, size=i)" }"#, "a sample of 12 at i = 12 cannot be drawn"),
        (r#"{ j = "k for k in sample(N_post, size=2-i)" }"#, "a sample of -1 at i = 3 cannot be drawn"),
        (
            r#"{ j = "0 for k in range(int(x_pre*100000))" }"#,
            "S has more synapses than can be expected of its rules (9100000)",
        ),
        (
            r#"{ in_degree = 4, where = "i < j" }"#,
            "connect of S: in_degree = 4 at j = 0 is not possible: there are too few neurons to choose from",
        ),
        (
            r#"{ out_degree = 1, repeats = true, where = "i < 12 or y_post > 100" }"#,
            "out_degree = 1 at i = 12 is not possible",
        ),
    ];
    for (connect, expected) in cases {
        for workers in ["1", "2"] {
            let text = format!("{ENDS}{}", object("S", connect));
            let results = folder.results_ending(10, &text, "out", &["--workers", workers]);
            assert_eq!(results.table("points").texts("status"), ["failed"], "{connect}");
            let errors = std::fs::read_to_string(results.dir.join(".run/errors.csv")).unwrap();
            let errors = errors.replace("\"\"", "\"");
            assert!(errors.contains(expected), "{connect}:\n{errors}");
            std::fs::remove_dir_all(&results.dir).unwrap();
        }
    }
}

#[test]
fn a_condition_on_the_index_alone_may_leave_out_what_does_not_exist() {
    let folder = Folder::new();
    let found = crate::alone(&folder, ENDS, r#"{ j = "i if j < N_post" }"#);
    assert_eq!(found, (0..11).map(|i| (i, i)).collect::<Vec<_>>());
}

#[test]
fn points_fail_alone() {
    let folder = Folder::new();
    let sweep = "[[sweep]]\naxes.width = [1, 2, 3]\n";
    let text = format!("{ENDS}{}{sweep}", object("S", r#"{ j = "width*4 if i == 0 and x_pre < 1" }"#));
    let results = folder.results_ending(10, &text, "out", &[]);
    assert_eq!(results.table("points").texts("status"), ["ok", "ok", "failed"]);
}
