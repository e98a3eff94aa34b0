//! The merge: the tables of a run are the same bytes, however its points were computed.

use std::fs;
use std::path::Path;

use runner::store::{
    Cause, Class, Disk, MergeOptions, PointRecord, RunDirectory, Status, StoreError, merge, read_complete,
    status, write_errors,
};
use serde_json::{Map, Value};
use tempfile::TempDir;

use super::scenario::{
    IDENTITY, POINTS, Worker, attempt, compute, package, point_rows, read, results, rows, run, summary,
    temporary,
};

fn new() -> (TempDir, RunDirectory) {
    let dir = temporary();
    let directory = RunDirectory::create(&dir.path().join("out")).expect("a new result directory");
    directory.claim(&IDENTITY, POINTS, Map::new()).expect("it is ours");
    (dir, directory)
}

fn merge_all(directory: &RunDirectory) -> runner::store::Result<runner::store::Complete> {
    merge(directory, &package(), point_rows(), &read(directory)?, MergeOptions::default())
}

fn text(out: &Path, name: &str) -> String {
    fs::read_to_string(out.join(name)).expect("it is there")
}

#[test]
fn tables_hold_all_rows_in_the_order_of_points() {
    let (_keep, directory) = new();
    let complete = run(&directory).expect("nothing in the way");
    let out = directory.out();
    for (monitor, name) in ["spikes.csv", "Other.csv"].into_iter().enumerate() {
        let expected: Vec<u8> = (0..POINTS).flat_map(|point| rows(point, monitor)).collect();
        let expected = ["point,t_ms,i\n".to_owned(), String::from_utf8(expected).expect("text")].concat();
        assert!(text(out, name) == expected, "{name}");
    }
    let points = text(out, "points.csv");
    assert_eq!(points.lines().next(), Some("point,repeat,we_mV,label,on,status"));
    assert_eq!(points.lines().nth(6), Some(r#"5,1,0.5,"a ""b"", 5",true,diverged"#));
    assert_eq!(points.lines().count() as u64, POINTS + 1);
    let summary = text(out, "summary.csv");
    assert_eq!(
        summary.lines().take(3).collect::<Vec<_>>(),
        ["point,spikes,rate_Hz", "0,0,", "1,1,0.14285714285714285"]
    );
    assert_eq!((complete.counts.ok, complete.counts.diverged), (POINTS - 1, 1));
    for table in &complete.tables {
        let bytes = fs::read(out.join(&table.path)).expect("it is there");
        assert_eq!(table.bytes, bytes.len() as u64);
        assert_eq!(table.blake3, blake3::hash(&bytes).to_hex().as_str());
    }
    assert_eq!(complete.tables[2].rows as usize, text(out, "spikes.csv").lines().count() - 1);
    assert_eq!(read_complete(&directory).expect("it can be read"), Some(complete));
}

#[test]
fn the_same_bytes_again_and_however_points_were_computed() {
    let (_keep, directory) = new();
    run(&directory).expect("nothing in the way");
    let expected = results(directory.out());
    merge_all(&directory).expect("again");
    assert!(results(directory.out()) == expected);
    assert_eq!(expected.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>().len(), 7);

    let (_keep, pieces) = new();
    for points in [20..22, 0..1, 1..20] {
        compute(&pieces, points).expect("nothing in the way");
    }
    run(&pieces).expect("the rest");
    assert!(results(pieces.out()) == expected, "computed in pieces");
}

#[test]
fn points_computed_twice_count_once() {
    let (_keep, directory) = new();
    run(&directory).expect("nothing in the way");
    let expected = results(directory.out());
    let mut committer = attempt(&directory).expect("a new attempt");
    let mut worker = Worker::start(&Disk, directory.run(), &mut committer, 0).expect("new parts");
    for point in [7, 2, 2] {
        let record = worker.simulate(point).expect("there is room");
        committer.push(&[record], std::time::Instant::now()).expect("its parts are announced");
    }
    committer.finish().expect("there is room");
    merge_all(&directory).expect("again");
    assert!(results(directory.out()) == expected);
}

#[test]
fn a_partial_run_is_refused_with_a_count_unless_asked_for() {
    let (_keep, directory) = new();
    compute(&directory, 0..20).expect("nothing in the way");
    let error = merge_all(&directory).expect_err("points are missing");
    assert_eq!(error.exit_code(), 75);
    assert!(error.to_string().starts_with("3 of 23 points are not committed yet"), "{error}");
    assert!(error.to_string().contains(&directory.out().display().to_string()), "{error}");
    assert!(!directory.out().join("points.csv").exists());

    // What an earlier merge vouched for no longer holds.
    fs::write(directory.run().join("complete.json"), "{}").expect("there is room");
    let partial = MergeOptions { partial: true, ..MergeOptions::default() };
    merge(&directory, &package(), point_rows(), &read(&directory).expect("good"), partial).expect("as asked");
    assert_eq!(text(directory.out(), "points.csv").lines().last(), Some(r#"22,0,2.2,"a ""b"", 22",true,"#));
    assert_eq!(text(directory.out(), "summary.csv").lines().last(), Some("22,,"));
    assert_eq!(read_complete(&directory).expect("no fault"), None);
}

#[test]
fn failures_have_a_row_and_may_be_mended_later() {
    let (_keep, directory) = new();
    compute(&directory, (0..POINTS).filter(|point| *point != 9)).expect("nothing in the way");
    let mut committer = attempt(&directory).expect("a new attempt");
    let failed = PointRecord {
        point: 9,
        attempt: 3,
        status: Status::Failed,
        message: "killed by \"signal 9\", three times".to_owned(),
        cause: Some(Cause { class: Class::Signal(9), step: Some(70) }),
        summary: vec![],
        tables: vec![],
        hash: [0; 32],
    };
    committer.push(&[failed], std::time::Instant::now()).expect("it has no rows");
    committer.finish().expect("there is room");
    let complete = merge_all(&directory).expect("all points are there");
    assert_eq!(complete.counts.failed, 1);
    assert!(text(directory.out(), "points.csv").contains(",failed\n"));
    assert!(text(directory.out(), "summary.csv").contains("\n9,,\n"));
    let replay = |point| format!("spikesweep run job.toml --points {point}");
    write_errors(&directory, &read(&directory).expect("good"), replay).expect("there is room");
    let errors = text(directory.run(), "errors.csv");
    assert_eq!(errors.lines().nth(1), Some("5,diverged,1,,,,,,spikesweep run job.toml --points 5"));
    let third = r#"9,failed,3,signal,SIGKILL,,70,"killed by ""signal 9"", three times",spikesweep run job.toml --points 9"#;
    assert_eq!(errors.lines().nth(2), Some(third));

    let mut committer = attempt(&directory).expect("a new attempt");
    let mut worker = Worker::start(&Disk, directory.run(), &mut committer, 0).expect("new parts");
    let record = worker.simulate(9).expect("there is room");
    committer.push(&[record], std::time::Instant::now()).expect("its parts are announced");
    committer.finish().expect("there is room");
    merge_all(&directory).expect("again");
    let (_keep, undisturbed) = new();
    run(&undisturbed).expect("nothing in the way");
    fs::write(directory.out().join("job.toml"), "[job]\n").expect("there is room");
    assert!(results(directory.out()) == results(undisturbed.out()));
}

#[test]
fn rows_that_changed_or_are_gone_are_refused() {
    type Harm = (&'static str, fn(&Path));
    let harm: [Harm; 3] = [
        ("are not those that were committed", |path| {
            let mut bytes = fs::read(path).expect("it is there");
            bytes[2] ^= 1;
            fs::write(path, bytes).expect("there is room");
        }),
        ("it ends before", |path| {
            let bytes = fs::read(path).expect("it is there");
            fs::write(path, &bytes[..bytes.len() - 1]).expect("there is room");
        }),
        ("cannot read", |path| fs::remove_file(path).expect("it is there")),
    ];
    for part in ["part-0-1-0-spikes.csv", "part-0-1-1-Other.csv"] {
        for (expected, harm) in harm {
            let (_keep, directory) = new();
            compute(&directory, 0..POINTS).expect("nothing in the way");
            let path = directory.run().join(part);
            harm(&path);
            let message = merge_all(&directory).expect_err("it was harmed").to_string();
            assert!(message.contains(expected) && message.contains(part), "{message}");
            assert!(!directory.out().join("points.csv").exists());
        }
    }
}

#[test]
fn the_data_package_tells_types_units_and_keys() {
    let (_keep, directory) = new();
    run(&directory).expect("nothing in the way");
    let package: Value =
        serde_json::from_str(&text(directory.out(), "datapackage.json")).expect("it is JSON");
    assert_eq!(package["name"], "small-run");
    let paths: Vec<_> = package["resources"].as_array().expect("a list").iter().map(|r| &r["path"]).collect();
    assert_eq!(paths, ["points.csv", "summary.csv", "spikes.csv", "Other.csv"]);
    assert_eq!(package["resources"][3]["name"], "other");
    for resource in package["resources"].as_array().expect("a list") {
        let path = resource["path"].as_str().expect("a name");
        let header = text(directory.out(), path).lines().next().expect("a header").to_owned();
        let fields = resource["schema"]["fields"].as_array().expect("a list");
        let names: Vec<_> = fields.iter().map(|field| field["name"].as_str().expect("a name")).collect();
        assert_eq!(names.join(","), header);
    }
    let points = &package["resources"][0]["schema"];
    assert_eq!(points["fields"][2], serde_json::json!({ "name": "we_mV", "type": "number", "unit": "mV" }));
    assert_eq!(points["primaryKey"], serde_json::json!(["point"]));
    assert_eq!(package["resources"][2]["schema"]["foreignKeys"][0]["reference"]["resource"], "points");
}

#[test]
fn status_follows_a_run() {
    let (_keep, directory) = new();
    compute(&directory, 0..8).expect("nothing in the way");
    let lock = directory.lock(0).expect("it is free");
    let now = status(directory.out()).expect("a run");
    assert_eq!((now.points, now.committed, now.missing), (POINTS, 8, POINTS - 8));
    assert_eq!((now.counts.ok, now.counts.diverged, now.counts.failed), (7, 1, 0));
    assert!(now.running && !now.complete);
    drop(lock);
    run(&directory).expect("the rest");
    let now = status(directory.out()).expect("a run");
    assert!(now.complete && !now.running);
    let attempts: Vec<_> = now.shards[0].attempts.iter().map(|a| (a.attempt, a.points, a.finished)).collect();
    assert_eq!(attempts, [(1, 8, true), (2, POINTS - 8, true)]);
    let json = serde_json::to_value(&now).expect("it can be written");
    assert_eq!((&json["ok"], &json["shards"][0]["holder"]), (&Value::from(POINTS - 1), &Value::Null));
}

#[test]
fn records_that_do_not_fit_the_tables_are_our_fault() {
    let (_keep, directory) = new();
    compute(&directory, 0..POINTS).expect("nothing in the way");
    let mut other = package();
    other.summary.pop();
    let committed = read(&directory).expect("good");
    let error =
        merge(&directory, &other, point_rows(), &committed, MergeOptions::default()).expect_err("one less");
    assert!(matches!(error, StoreError::Misuse(_)), "{error}");
    let few = point_rows().take(3);
    let error = merge(&directory, &package(), few, &committed, MergeOptions::default()).expect_err("too few");
    assert_eq!(error.exit_code(), 70);
    assert_eq!(summary(0).len(), package().summary.len());
}
