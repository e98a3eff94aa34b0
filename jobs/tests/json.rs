//! Faults as JSON: the shape that the guide promises, and the same places that people are shown.

use std::path::Path;

mod support;

use serde_json::{Value, json};

fn refusal(text: &str, sets: &[&str]) -> Value {
    let sets: Vec<String> = sets.iter().map(|set| set.to_string()).collect();
    let rejected = jobs::from_text("job.toml", text.as_bytes(), Path::new("."), &sets).unwrap_err();
    serde_json::to_value(rejected.refusal()).unwrap()
}

const GOOD: &str = r#"
job = { description = "é" }
run = { duration = "1 s" }
parameters = { tau = "10 ms" }
[neurons.P]
size = 1
equations = '''
dv/dt = -v/tau : volt
'''
threshold = "v > 1*mV"
"#;

#[test]
fn a_fault_has_these_keys() {
    let text = GOOD.replace("-v/tau", "-v/tuu");
    let expected = json!({ "count": 1, "faults": [{
        "code": "E0204", "message": "'tuu' is not defined", "file": "job.toml",
        "line": 8, "column": 12, "end_line": 8, "end_column": 15, "label": "", "also": [],
        "help": "did you mean 'tau'?",
    }]});
    assert_eq!(refusal(&text, &[]), expected);
}

#[test]
fn columns_count_characters() {
    let refusal = refusal(&GOOD.replace("\"é\"", "\"é\", nam = 1"), &[]);
    let fault = &refusal["faults"][0];
    assert_eq!([&fault["line"], &fault["column"], &fault["end_column"]], [2, 28, 31], "{fault}");
    assert_eq!(fault["help"].as_str().map(|help| help.contains("name")), Some(true), "{fault}");
}

#[test]
fn what_was_set_is_a_file_of_its_own() {
    let refusal = refusal(GOOD, &["tuu=1"]);
    let fault = &refusal["faults"][0];
    assert_eq!((&fault["file"], &fault["line"], &fault["column"]), (&json!("--set"), &json!(1), &json!(1)));
}

/// For every job that must be refused: as many faults as are counted, each with the place that its picture names.
#[test]
fn places_are_those_that_people_see() {
    let jobs = support::jobs_in("rejected");
    assert!(jobs.len() > 100);
    for path in jobs {
        let rejected = jobs::load(&path, &support::sets(&path)).unwrap_err();
        let refusal = rejected.refusal();
        assert_eq!(refusal.count, rejected.faults.len());
        assert_eq!(refusal.faults.len(), rejected.faults.len());
        for (entry, fault) in refusal.faults.iter().zip(&rejected.faults) {
            let drawn = jobs::render(fault, &rejected.texts, false);
            let place = &entry.place;
            let named = format!("--> {}:{}:{}", place.file, place.line, place.column);
            assert!(drawn.lines().any(|line| line.trim() == named), "{named} is not in\n{drawn}");
            assert!((place.end_line, place.end_column) >= (place.line, place.column), "{named}");
            assert_eq!(entry.also.len(), fault.also.len());
        }
    }
}
