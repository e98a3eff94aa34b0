//! The C of six models, whole: what a change of the printer does to them is seen in a diff. A kernel holds no code for
//! what its model does not use.
//!
//! `UPDATE_GOLDENS=1 cargo test --test printed_kernels` writes the files of `tests/printed/` anew.

mod support;

use support::{Folder, root};

/// Jobs of the gallery, and what their kernels have no use for.
const MODELS: [(&str, &[&str]); 6] = [
    // Points side by side, exact, threshold and reset in one loop.
    ("lif_fi_curve", &["ring_", "clock_", "k_0", "ss_normal", "pow", "synaps", "indices_"]),
    // A network: two objects of synapses, refractoriness.
    ("cuba", &["clock_", "ss_normal", "reduced_", "record[", "/* event", "delay_post"]),
    // Conductances, exponential Euler.
    ("cobahh", &["clock_", "ss_normals", "reduced_", "/* event", "delay_post"]),
    // Noise.
    ("noisy_lif", &["clock_", "/* event", "target_", "ss_poisson"]),
    // Inner steps of adaptive length.
    ("van_der_pol", &["ring_", "clock_", "ss_normal", "target_"]),
    // Several clocks.
    ("several_clocks", &["ss_normal", "ss_rk45", "/* event"]),
];

#[test]
fn kernels_are_as_printed() {
    let update = std::env::var_os("UPDATE_GOLDENS").is_some();
    let mut changed = Vec::new();
    for (name, unused) in MODELS {
        let job = root().join("jobs/gallery").join(format!("{name}.toml"));
        let ended = Folder::new().spikesweep(&["show", "--code", "c", job.to_str().expect("a path of text")]);
        assert_eq!(ended.code, Some(0), "{name}: {}", ended.stderr);
        for word in unused {
            assert!(!ended.stdout.contains(word), "the kernel of {name} has {word}");
        }
        let golden = root().join("tests/printed").join(format!("{name}.c"));
        if update {
            std::fs::write(&golden, &ended.stdout).expect("the golden can be written");
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != ended.stdout {
            changed.push(name);
        }
    }
    assert!(
        changed.is_empty(),
        "printed otherwise: {changed:?}; if that is meant, UPDATE_GOLDENS=1 cargo test --test printed_kernels"
    );
}
