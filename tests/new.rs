//! Jobs to start from: each passes the check, runs, and does what its comments say; and `new` never overwrites.

mod support;

use support::{Folder, assert_close};

/// A folder in which a kind was written, checked and run; its results are in `results/KIND`.
#[track_caller]
fn run(kind: &str) -> Folder {
    let folder = Folder::new();
    let file = format!("{kind}.toml");
    let told = folder.spikesweep(&["new", kind]).expect(0).stdout;
    for next in ["check", "run"] {
        assert!(told.contains(&format!("spikesweep {next} {file}")), "{told}");
        folder.spikesweep(&[next, &file]).expect(0);
    }
    let text = std::fs::read_to_string(folder.path(&file)).unwrap();
    assert!(text.starts_with("#:schema ./spikesweep.schema.json\n"), "editors find no schema");
    let schema = std::fs::read_to_string(folder.path("spikesweep.schema.json")).unwrap();
    assert_eq!(schema, folder.spikesweep(&["schema"]).expect(0).stdout);
    assert!(text.lines().all(|line| line.chars().count() <= 120), "a line is too long");
    folder
}

/// The same job with the lines that its comments offer.
fn with_offers(text: &str) -> String {
    let is_offer = |line: &str| {
        let key = line.split('=').next().unwrap_or("").trim();
        line.starts_with('[') && line.ends_with(']') || line.contains('=') && !key.contains(' ')
    };
    let line = |line: &str| match line.strip_prefix("# ") {
        Some(offer) if is_offer(offer) => offer.to_string(),
        _ => line.to_string(),
    };
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

#[test]
fn lines_that_comments_offer_pass_the_check() {
    for kind in ["fi-curve", "network", "sweep"] {
        let folder = Folder::new();
        folder.spikesweep(&["new", kind, "job.toml"]).expect(0);
        let text = std::fs::read_to_string(folder.path("job.toml")).unwrap();
        let more = with_offers(&text);
        assert_ne!(more, text.trim_end(), "{kind} offers nothing");
        folder.write("more.toml", more);
        folder.spikesweep(&["check", "more.toml"]).expect(0);
    }
}

/// Intervals of t_ref + tau*ln((El + R*I - Vr)/(El + R*I - Vt)), within a step; nothing below 0.2 nA.
#[test]
fn the_f_i_curve_is_that_of_the_model() {
    let folder = run("fi-curve");
    let results = folder.results("results/fi-curve");
    let current = results.table("points").numbers("I_nA");
    let trains = results.table("spikes").by_point();
    assert_eq!((current.len(), current[0], current[50]), (51, 0.0, 0.5));
    for (point, current) in current.iter().enumerate() {
        let train = trains.get(&(point as u64)).map(|t| t.numbers("t_ms")).unwrap_or_default();
        let depolarised = -70.0 + 100.0 * current;
        if depolarised <= -50.0 {
            assert_eq!(train.len(), 0, "spikes at {current} nA");
            continue;
        }
        let expected = 2.0 + 20.0 * ((depolarised + 60.0) / (depolarised + 50.0)).ln();
        assert!(train.len() > 10, "{} spikes at {current} nA", train.len());
        for two in train.windows(2) {
            assert_close(two[1] - two[0], expected, 0.1 + 1e-9, &format!("interval at {current} nA"));
        }
    }
}

/// Neither silent nor saturated, and irregular: 5 to 20 Hz, CV 0.4 to 1.
#[test]
fn the_network_is_irregular() {
    let folder = run("network");
    let results = folder.results("results/network");
    let summary = results.table("summary");
    for group in ["exc", "inh"] {
        let (rate, cv) = (format!("{group}_rate_Hz"), format!("{group}_cv_isi"));
        let (rate, cv) = (summary.numbers(&rate)[0], summary.numbers(&cv)[0]);
        assert!((5.0..20.0).contains(&rate) && (0.4..1.0).contains(&cv), "{group}: {rate} Hz, CV {cv}");
    }
    assert_eq!(results.table("trace").header, ["point", "t_ms", "i", "v_mV"]);
}

/// 4 x 5 combinations, each twice; the more inhibition, the lower the rate.
#[test]
fn the_sweep_has_all_combinations() {
    let folder = run("sweep");
    let results = folder.results("results/sweep");
    let (points, summary) = (results.table("points"), results.table("summary"));
    let (g, rate) = (points.numbers("g"), summary.numbers("cells_rate_Hz"));
    assert_eq!(g.len(), 40);
    let mean = |wanted: f64| {
        let kept: Vec<f64> = (0..40).filter(|k| g[*k] == wanted).map(|k| rate[k]).collect();
        assert_eq!(kept.len(), 8);
        kept.iter().sum::<f64>() / 8.0
    };
    assert!(mean(2.0) > 1.1 * mean(6.0) && mean(6.0) > 1.1 * mean(10.0), "{rate:?}");
    assert_eq!(summary.header.last().map(String::as_str), Some("v_mean_mV"));
}

#[test]
fn without_a_kind_they_are_listed() {
    let folder = Folder::new();
    let told = folder.spikesweep(&["new"]).expect(0).stdout;
    for kind in ["fi-curve", "network", "sweep"] {
        assert!(told.lines().any(|line| line.trim_start().starts_with(kind)), "{kind}: {told}");
    }
    assert_eq!(std::fs::read_dir(folder.path("")).unwrap().count(), 0);
    assert!(folder.spikesweep(&["new", "netwrok"]).expect(64).stderr.contains("'network'"));
}

#[test]
fn what_exists_is_never_overwritten() {
    let folder = Folder::new();
    folder.write("network.toml", "mine");
    std::os::unix::fs::symlink("nowhere", folder.path("dangling.toml")).unwrap();
    for arguments in
        [&["new", "network"][..], &["new", "sweep", "network.toml"], &["new", "sweep", "dangling.toml"]]
    {
        let refused = folder.spikesweep(arguments).expect(73);
        assert!(refused.stderr.contains("exists already"), "{}", refused.stderr);
    }
    assert_eq!(std::fs::read_to_string(folder.path("network.toml")).unwrap(), "mine");
    assert!(!folder.path("nowhere").exists());
    folder.write("spikesweep.schema.json", "also mine");
    folder.spikesweep(&["new", "network", "other.toml"]).expect(0);
    assert_eq!(std::fs::read_to_string(folder.path("spikesweep.schema.json")).unwrap(), "also mine");
    let refused = folder.spikesweep(&["new", "network", "no/where.toml"]).expect(73);
    assert!(refused.stderr.contains("no/where.toml"), "{}", refused.stderr);
}
