//! Limits on the size of jobs: refused with the option that raises them, accepted with it.

mod support;

use support::Folder;

const JOB: &str = r#"
[run]
duration = "1 ms"
[parameters]
drive = 1
[neurons.P]
size = 1
equations = "x : 1"
initial = "x = drive"
[record.x]
kind = "state"
source = "P"
variables = ["x"]
"#;

/// The job with so many bytes of comment behind it.
fn padded(bytes: usize) -> String {
    format!("{JOB}# {}\n", "x".repeat(bytes))
}

#[test]
fn more_points_than_usual_need_a_word() {
    let folder = Folder::new();
    // A grid with too many combinations, and one that is too large only with its repeats.
    let grid = "[[sweep]]\naxes.drive = { from = 1, to = 100_000_001, step = 1 }\n";
    let repeats = "[[sweep]]\naxes.drive = { from = 1, to = 20_000_000, step = 1 }\nrepeat = 6\n";
    for (sweep, points) in [(grid, 100_000_001_u64), (repeats, 120_000_000)] {
        folder.write("job.toml", format!("{JOB}{sweep}"));
        let refused = folder.spikesweep(&["check", "job.toml"]).expect(65).stderr;
        for words in ["E2503", "100000000 points", "--max-points N raises this limit, up to 1000000000"] {
            assert!(refused.contains(words), "{words}: {refused}");
        }
        let (few, enough, last) = ((points - 1).to_string(), points.to_string(), (points - 1).to_string());
        folder.spikesweep(&["check", "job.toml", "--max-points", &few]).expect(65);
        let shown = ["show", "job.toml", "--max-points", &enough, "--points", &last];
        let shown = folder.spikesweep(&shown).expect(0).stdout;
        assert!(shown.lines().nth(1).is_some_and(|row| row.starts_with(&format!("{last},"))), "{shown}");
    }
}

#[test]
fn a_lower_limit_holds_as_well_and_is_not_part_of_the_run() {
    let folder = Folder::new();
    folder.write("job.toml", format!("{JOB}[[sweep]]\naxes.drive = [1, 2, 3, 4]\n"));
    let refused = folder.spikesweep(&["run", "job.toml", "--out", "out", "--max-points", "3"]).expect(65);
    assert!(refused.stderr.contains("at most 3 points"), "{}", refused.stderr);
    assert!(!folder.path("out").exists());
    folder.spikesweep(&["run", "job.toml", "--out", "out", "--points", "0-1"]).expect(0);
    folder.spikesweep(&["run", "job.toml", "--out", "out", "--max-points", "4"]).expect(0);
    assert_eq!(folder.results("out").table("points").rows.len(), 4);
}

#[test]
fn a_large_job_needs_a_word_and_is_merged_without() {
    let folder = Folder::new();
    folder.write("job.toml", padded(9 << 20));
    let refused = folder.spikesweep(&["run", "job.toml", "--out", "out"]).expect(65).stderr;
    let mend = "--max-job-bytes N raises this limit, up to 67108864";
    assert!(refused.contains("larger than 8 MiB") && refused.contains(mend), "{refused}");
    folder.spikesweep(&["run", "job.toml", "--out", "out", "--max-job-bytes", "9000000"]).expect(65);
    let more = ["--max-job-bytes", "10000000"];
    for shard in ["1/1", "1/1"] {
        folder
            .spikesweep(&[&["run", "job.toml", "--out", "out", "--shard", shard][..], &more].concat())
            .expect(0);
    }
    folder.spikesweep(&["merge", "out"]).expect(0);
    let results = folder.results("out");
    assert_eq!(results.table("x").numbers("x"), [1.0; 10]);
    assert!(std::fs::metadata(results.dir.join("job.toml")).unwrap().len() > 9 << 20);
    // Included files count together with the job.
    folder.write("model.toml", padded(5 << 20));
    folder.write("both.toml", format!("include = [\"model.toml\"]\n# {}\n", "x".repeat(5 << 20)));
    let refused = folder.spikesweep(&["check", "both.toml"]).expect(65).stderr;
    assert!(
        refused.contains("all files together are larger than 8 MiB") && refused.contains(mend),
        "{refused}"
    );
    folder.spikesweep(&["check", "both.toml", "--max-job-bytes", "11000000"]).expect(0);
}

#[test]
fn a_point_that_fails_is_repeated_within_the_same_limits() {
    let folder = Folder::new();
    let text = JOB.replace("x = drive", "x = log(drive)").replace("[run]", "[run]\nstrict_nan = true");
    let text = text.replace("equations = \"x : 1\"", "equations = \"dx/dt = 0/ms : 1\"");
    let text = format!("{text}[[sweep]]\naxes.drive = [1, -1]\n");
    let limits = ["--max-points", "2", "--max-job-bytes", "5000"];
    let results = folder.results_ending(10, &text, "out", &limits);
    let replay = results.table(".run/errors").texts("replay")[0].to_owned();
    let words = "'job.toml' --max-points 2 --max-job-bytes 5000 --out 'out-point-1' --points 1";
    assert_eq!(replay, format!("spikesweep run {words}"));
}

#[test]
fn nobody_can_ask_for_more_than_there_may_be() {
    let folder = Folder::new();
    folder.write("job.toml", JOB);
    for limit in [["--max-points", "1000000001"], ["--max-job-bytes", "67108865"], ["--max-points", "0"]] {
        folder.spikesweep(&[&["check", "job.toml"][..], &limit].concat()).expect(64);
    }
}
