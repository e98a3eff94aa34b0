//! Cells that are coupled at every step, against closed forms. Bounds were stated before the job was run; one was below
//! what is left of the beginning, and was raised.

use std::f64::consts::TAU;

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[(
    "gap_junctions",
    low_pass,
    &[("state", "point,t_ms,i,v_mV"), ("points", "point,repeat,f_Hz,status"), ("summary", "point")],
)];

#[test]
fn gap_junctions_runs() {
    run("gap_junctions");
}

/// Amplitude of a table's column at a frequency in kHz, over whole periods.
fn amplitude(t: &[f64], v: &[f64], frequency: f64) -> f64 {
    let sum = |wave: fn(f64) -> f64| -> f64 {
        t.iter().zip(v).map(|(t, v)| v * wave(TAU * frequency * t)).sum::<f64>() / t.len() as f64
    };
    let scale = if frequency == 0.0 { 1.0 } else { 2.0 };
    scale * sum(f64::cos).hypot(sum(f64::sin))
}

/// A complex number.
type Complex = (f64, f64);

fn times(a: Complex, b: Complex) -> Complex {
    (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
}

/// The root with a positive real part.
fn root(a: Complex) -> Complex {
    let size = a.0.hypot(a.1);
    let (re, im) = (((size + a.0) / 2.0).sqrt(), ((size - a.0) / 2.0).sqrt());
    (re, im.copysign(a.1))
}

/// Attenuation from cell to cell, and the potential at the electrode, within 1 %: the coupling current is that of the
/// beginning of a step, 0.05 ms late. Without frequency all is at rest,
/// but for exp(-20) of the beginning.
fn low_pass(results: &Results) {
    let (leak, gap, capacity, current) = (8.0, 8.0 / 6.0, 80.0, 50.0);
    for (point, state) in results.table("state").by_point() {
        let frequency = [0.0, 0.01, 0.04, 0.16][point as usize];
        // nS, kHz and pF.
        let y: Complex = (leak, TAU * frequency * capacity);
        let s: Complex = (2.0 + y.0 / gap, y.1 / gap);
        let under = times(s, s);
        let under = root((under.0 - 4.0, under.1));
        let r = ((s.0 - under.0) / 2.0, (s.1 - under.1) / 2.0);
        let input = (y.0 + 2.0 * gap * (1.0 - r.0), y.1 - 2.0 * gap * r.1);
        let of = |i: usize| {
            let i = i.to_string();
            let cell = [("i", i.as_str())];
            amplitude(&state.pick("t_ms", &cell), &state.pick("v_mV", &cell), frequency)
        };
        let tolerance = if frequency == 0.0 { 1e-7 } else { 0.01 };
        let first = current / input.0.hypot(input.1);
        assert_close(of(0) / first, 1.0, tolerance, &format!("at the electrode, {frequency} kHz"));
        for i in 0..3 {
            let what = format!("from cell {i} to the next, {frequency} kHz");
            assert_close(of(i + 1) / of(i) / r.0.hypot(r.1), 1.0, tolerance, &what);
        }
    }
}
