//! Jobs with spikes at given times, and with several clocks. Bounds were stated before the jobs were run; one did not hold, and
//! says so.

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "coincidence_detector",
        coincidences,
        &[
            ("input", "point,t_ms,i"),
            ("output", "point,t_ms,i"),
            ("points", "point,repeat,lag_ms,status"),
            ("summary", "point,cell_spikes,cell_rate_Hz,cell_cv_isi"),
        ],
    ),
    (
        "several_clocks",
        regulation,
        &[
            ("spikes", "point,t_ms,i"),
            ("process", "point,t_ms,i,r_Hz,less_mV"),
            ("points", "point,repeat,drive_mV,status"),
            (
                "summary",
                "point,cell_spikes,cell_rate_Hz,cell_cv_isi,process_spikes,process_rate_Hz,process_cv_isi",
            ),
        ],
    ),
];

#[test]
fn coincidence_detector_runs() {
    run("coincidence_detector");
}

#[test]
fn several_clocks_runs() {
    run("several_clocks");
}

/// One spike for each of the ten pairs where 6 mV*(1 + exp(-|lag|/5 ms)) is still above 10 mV a step later, none elsewhere; in
/// that step, the next after the second spike of the pair. (Stated first was: at once. But the threshold of a step is tested before spikes
/// arrive, so v decays for a step in between.)
fn coincidences(results: &Results) {
    let (points, output) = (results.table("points"), results.table("output").by_point());
    let lags = points.numbers("lag_ms");
    assert_eq!(lags.len(), 33);
    for (point, lag) in lags.into_iter().enumerate() {
        let fires = 6.0 * (1.0 + (-lag.abs() / 5.0).exp()) * (-0.1_f64 / 5.0).exp() > 10.0;
        let times = output.get(&(point as u64)).map_or(Vec::new(), |table| table.numbers("t_ms"));
        let expected: Vec<f64> =
            (0..10).filter(|_| fires).map(|k| 50.0 * f64::from(k) + 20.1 + lag.max(0.0)).collect();
        assert_eq!(times.len(), expected.len(), "spikes for a lag of {lag} ms");
        times.iter().zip(&expected).for_each(|(t, e)| assert_close(*t, *e, 1e-9, "a spike"));
    }
}

/// In the last four seconds the target of 20 Hz is kept within 5 %, whatever the drive; the process takes the drive down to what
/// gives this rate, 10 mV/(1 - exp(-50 ms/20 ms)) = 10.9 mV, within 0.3 mV. Its clock ticks 10 000 times.
fn regulation(results: &Results) {
    let (spikes, process) = (results.table("spikes").by_point(), results.table("process").by_point());
    let drives = results.table("points").numbers("drive_mV");
    let ticks = results.table("summary").numbers("process_spikes");
    for (point, drive) in (0..).zip(drives) {
        let late = spikes[&point].numbers("t_ms").into_iter().filter(|t| *t >= 6000.0).count() as f64;
        assert_close(late, 80.0, 4.0, "spikes of the last four seconds");
        let less = *process[&point].numbers("less_mV").last().unwrap();
        assert_close(drive - less, 10.894, 0.3, "drive that is left");
        assert_close(ticks[point as usize], 10_000.0, 0.0, "steps of the process");
    }
}
