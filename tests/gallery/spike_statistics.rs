//! Jobs that show statistics of spikes. Bounds were stated before the jobs were run for the first time.

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "correlograms",
        shared_input,
        &[
            ("pairs", "point,lag_ms,count"),
            ("own_lags", "point,lag_ms,count"),
            ("psth", "point,t_ms,rate_Hz"),
            ("points", "point,repeat,c,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi,rate_Hz,cv"),
        ],
    ),
    (
        "spike_train_statistics",
        irregularity,
        &[
            ("isi", "point,isi_ms,count"),
            ("isi_dead", "point,isi_ms,count"),
            ("rates", "point,rate_Hz,count"),
            ("counts", "point,i,count"),
            ("points", "point,repeat,w_exc_mV,w_inh_mV,status"),
            (
                "summary",
                "point,P_spikes,P_rate_Hz,P_cv_isi,dead_spikes,dead_rate_Hz,dead_cv_isi,rate_Hz,cv,cv2,fano,\
                 cv_dead,cv2_dead,fano_dead",
            ),
        ],
    ),
];

#[test]
fn correlograms_runs() {
    run("correlograms");
}

#[test]
fn spike_train_statistics_runs() {
    run("spike_train_statistics");
}

/// Flat without shared input; a peak that grows with it. No second spike within the refractory period.
fn shared_input(results: &Results) {
    let (pairs, own) = (results.table("pairs").by_point(), results.table("own_lags").by_point());
    let rates = results.table("summary").numbers("rate_Hz");
    assert!(rates.iter().all(|r| (3.0..40.0).contains(r)), "{rates:?}");
    let mut peaks = Vec::new();
    for (point, rate) in rates.iter().enumerate() {
        let (lags, counts) =
            (pairs[&(point as u64)].numbers("lag_ms"), pairs[&(point as u64)].numbers("count"));
        assert_eq!((lags.len(), lags[0], lags[59]), (60, -60.0, 58.0));
        let mean = |keep: &dyn Fn(f64) -> bool| {
            let kept: Vec<f64> = (0..60).filter(|k| keep(lags[*k])).map(|k| counts[k]).collect();
            kept.iter().sum::<f64>() / kept.len() as f64
        };
        // The sides are those of independent trains: 20 neurons with 20 others at this rate for 9.8 s, in 2 ms.
        let far = mean(&|lag| !(-42.0..40.0).contains(&lag));
        let expected = 400.0 * rate * rate * 9.8 * 2e-3;
        assert_close(far, expected, 0.2 * expected, &format!("pairs at long lags, point {point}"));
        peaks.push(mean(&|lag| (-4.0..4.0).contains(&lag)) / far);
        let own = own[&(point as u64)].numbers("count");
        assert_eq!(own[..2], [0.0, 0.0], "spikes within the refractory period of 4 ms");
        assert!(own[2..].iter().sum::<f64>() > 1000.0);
    }
    assert_close(peaks[0], 1.0, 0.1, "a peak without shared input");
    assert!(1.1 < peaks[1] && peaks[1] + 0.1 < peaks[2], "the peak does not grow: {peaks:?}");
}

/// Regular where the mean is above threshold, irregular where fluctuations are; Fano factors of renewal processes; a
/// dead time's closed form.
fn irregularity(results: &Results) {
    let summary = results.table("summary");
    let column = |name: &str| summary.numbers(name);
    let (cv, cv2, fano, rate) = (column("cv"), column("cv2"), column("fano"), column("rate_Hz"));
    // The third point was meant to be the irregular one; its CV came to 0.67, and the fourth was added.
    assert!(cv.windows(2).all(|two| two[0] < two[1]), "{cv:?}");
    assert!(cv[0] < 0.35 && (0.7..1.05).contains(&cv[3]), "{cv:?}");
    // Without noise 16 mV would drive a neuron over 10 mV every 2 ms + 20 ms ln(16/6): 46 Hz.
    assert_close(rate[0], 46.0, 5.0, "rate of regular firing");
    assert!(fano[0] < 0.25, "{fano:?}");
    for k in 0..4 {
        // Intervals of a renewal process do not depend on those before.
        assert_close(cv2[k], cv[k], 0.15 * cv[k] + 0.02, "CV2");
    }
    for k in 2..4 {
        assert_close(fano[k], cv[k] * cv[k], 0.3 * cv[k] * cv[k], "Fano factor of irregular firing");
    }

    // Hazard 100 Hz, dead time 5 ms.
    for (name, expected) in [("cv_dead", 1.0 / 1.5), ("dead_rate_Hz", 100.0 / 1.5)] {
        for found in column(name) {
            assert_close(found, expected, 0.03 * expected, name);
        }
    }
    for found in column("fano_dead") {
        assert_close(found, 0.444, 0.15 * 0.444, "Fano factor with a dead time");
    }
    let dead = results.table("isi_dead").by_point()[&0].numbers("count");
    assert_eq!(dead[..5], [0.0; 5], "intervals within the dead time");
    assert!(dead[5] > dead[15] && dead[15] > dead[25], "they do not decay: {dead:?}");
    let (isi, rates) = (results.table("isi").by_point(), results.table("rates").by_point());
    for point in 0..4_u64 {
        assert_eq!(
            rates[&point].numbers("count").iter().sum::<f64>(),
            100.0,
            "each neuron has a rate below 80 Hz"
        );
        let intervals: f64 = isi[&point].numbers("count").iter().sum();
        let spikes: f64 = results.table("counts").by_point()[&point].numbers("count").iter().sum();
        assert!(
            intervals <= spikes - 100.0 && intervals > 0.8 * spikes,
            "{intervals} intervals of {spikes} spikes"
        );
    }
}
