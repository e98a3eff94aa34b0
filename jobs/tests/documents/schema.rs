//! The schema accepts what is accepted, and refuses what is refused for its keys and types.

use std::path::PathBuf;
use std::sync::LazyLock;

use jobs::codes;
use jsonschema::Validator;
use serde_json::Value;

static SCHEMA: LazyLock<Validator> = LazyLock::new(|| {
    let schema: Value = serde_json::from_str(&jobs::format::schema()).unwrap();
    jsonschema::draft7::new(&schema).unwrap()
});

/// What the schema has against a job; nothing if it accepts it.
pub fn complaints(text: &str) -> Vec<String> {
    let table: toml::Table = text.parse().unwrap();
    let json = serde_json::to_value(table).unwrap();
    SCHEMA.iter_errors(&json).map(|e| format!("{}: {e}", e.instance_path())).collect()
}

fn jobs_in(folder: &str) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path());
    let mut paths: Vec<PathBuf> = entries.filter(|p| p.extension().is_some_and(|e| e == "toml")).collect();
    paths.sort();
    assert!(!paths.is_empty(), "{folder}");
    paths
}

#[test]
fn is_a_schema_of_its_draft() {
    let schema: Value = serde_json::from_str(&jobs::format::schema()).unwrap();
    jsonschema::draft7::meta::validate(&schema).unwrap();
}

#[test]
fn the_copy_for_editors_is_up_to_date() {
    super::golden("../docs/job.schema.json", &jobs::format::schema());
}

#[test]
fn jobs_that_are_accepted() {
    for folder in ["gallery", "../docs/tour", "../tests/jobs", "../tests/references"] {
        for path in jobs_in(folder) {
            let found = complaints(&std::fs::read_to_string(&path).unwrap());
            assert!(found.is_empty(), "{}: {found:#?}", path.display());
        }
    }
}

/// Faults of keys, types and choices, which a schema can see.
const VISIBLE: [&str; 5] =
    [codes::UNKNOWN_KEY, codes::MISSING_KEY, codes::WRONG_TYPE, codes::CHOICE, codes::VERSION];

/// Refused for what a key's value means: a name that ends in .csv needs a column.
const DEEPER: &str = "data_missing_column";

#[test]
fn jobs_that_are_refused_for_their_keys_and_types() {
    let mut count = 0;
    for path in jobs_in("rejected") {
        let Err(rejected) = jobs::load(&path, &[]) else { continue };
        let seen: Vec<_> = rejected.faults.iter().filter(|f| VISIBLE.contains(&f.code)).collect();
        if seen.is_empty() || path.file_stem().is_some_and(|stem| stem == DEEPER) {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        if text.parse::<toml::Table>().is_err() {
            continue; // not TOML, so that no schema ever sees it
        }
        assert!(!complaints(&text).is_empty(), "{}: {seen:#?}", path.display());
        count += 1;
    }
    assert!(count >= 5, "{count} jobs");
}

#[test]
fn each_fault_of_keys_is_found_at_its_place() {
    let found = complaints(&std::fs::read_to_string("rejected/unknown_keys.toml").unwrap());
    for place in ["'DT'", "'neuron'", "'nam'", "'treshold'"] {
        assert!(found.iter().any(|f| f.contains(place)), "{place}: {found:#?}");
    }
}

#[test]
fn what_is_missing_may_stand_in_an_included_file() {
    assert!(!complaints("[neurons.P]\nsize = 1").is_empty());
    assert!(complaints("include = ['a.toml']\n[neurons.P]\nsize = 1").is_empty());
}

#[test]
fn keys_belong_to_kinds_of_monitors() {
    let job = |record: &str| format!("run.duration = '1 s'\n[record.a]\nsource = 'P'\n{record}");
    for good in ["kind = 'spikes'", "kind = 'state'\nvariables = ['v']\nevery = '1 ms'", "kind = 'rate'"] {
        assert!(complaints(&job(good)).is_empty(), "{good}");
    }
    for bad in ["kind = 'spikes'\nindices = [1]", "kind = 'state'", "kind = 'rate'\nevery = '1 ms'"] {
        assert!(!complaints(&job(bad)).is_empty(), "{bad}");
    }
}
