//! Functions, tables and Poisson inputs. Bounds were stated before the jobs were run.

use super::support::{Results, assert_close};
use super::{Job, run};

pub const JOBS: &[Job] = &[
    (
        "hh_tabulated",
        hh_tabulated,
        &[
            ("formula_spikes", "point,t_ms,i"),
            ("table_spikes", "point,t_ms,i"),
            ("points", "point,repeat,I_uA_per_cm2,status"),
            (
                "summary",
                "point,formula_spikes,formula_rate_Hz,formula_cv_isi,table_spikes,table_rate_Hz,table_cv_isi",
            ),
        ],
    ),
    (
        "siegert",
        siegert,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,nu_Hz,mu_mV,status"),
            ("summary", "point,P_spikes,P_rate_Hz,P_cv_isi"),
        ],
    ),
];

#[test]
fn hh_tabulated_runs() {
    run("hh_tabulated");
}

#[test]
fn siegert_runs() {
    run("siegert");
}

/// At 10 uA/cm^2 the axon fires with an interval of 14.6 ms (the published 68 Hz), within 0.3 ms. Intervals by table are
/// those by formula within 0.5 % and two time steps, as straight lines err by one part in 800; both fire as often.
fn hh_tabulated(results: &Results) {
    let trains = |name: &str| results.table(name).by_point();
    let (formula, table) = (trains("formula_spikes"), trains("table_spikes"));
    assert_eq!((formula.len(), table.len()), (4, 4), "every current makes a train");
    for (point, own) in &formula {
        let (own, other) = (own.numbers("t_ms"), table[point].numbers("t_ms"));
        assert_eq!(own.len(), other.len(), "point {point}: other numbers of spikes");
        for (a, b) in own.windows(2).zip(other.windows(2)) {
            let (a, b) = (a[1] - a[0], b[1] - b[0]);
            assert_close(b, a, 0.005 * a + 0.04, &format!("an interval of point {point}"));
        }
    }
    let at_ten = formula[&1].numbers("t_ms");
    let late = &at_ten[at_ten.len() - 6..];
    assert_close((late[5] - late[0]) / 5.0, 14.6, 0.3, "the interval at 10 uA/cm^2");
}

/// exp(x^2)*(1 + erf(x)) = 2/sqrt(pi) times the integral of exp(-t^2 + 2xt) over positive t.
fn kernel(x: f64) -> f64 {
    let end = x.max(0.0) + 7.0;
    2.0 / std::f64::consts::PI.sqrt() * simpson(0.0, end, 400, |t| (-t * t + 2.0 * x * t).exp())
}

fn simpson(from: f64, to: f64, pieces: u32, f: impl Fn(f64) -> f64) -> f64 {
    let h = (to - from) / f64::from(2 * pieces);
    let inner = |k: u32| f(from + h * f64::from(k)) * if k % 2 == 1 { 4.0 } else { 2.0 };
    (f(from) + f(to) + (1..2 * pieces).map(inner).sum::<f64>()) * h / 3.0
}

/// Siegert's rate in Hz for the job's parameters, with the threshold of a membrane that is looked at once a step.
fn siegert_rate(nu: f64) -> f64 {
    let (tau, weight, g, n_exc, n_inh) = (0.02, 0.2, 3.0, 1000.0, 250.0);
    let mu = tau * weight * nu * (n_exc - g * n_inh);
    let s = (tau * weight * weight * nu * (n_exc + g * g * n_inh)).sqrt();
    let theta = 20.0 + 0.5826 * s * (1e-4_f64 / tau).sqrt();
    let area = simpson((10.0 - mu) / s, (theta - mu) / s, 200, kernel);
    1.0 / (0.002 + tau * std::f64::consts::PI.sqrt() * area)
}

/// Within 8 %: the formula is that of small steps (diffusion), a step here is up to 0.6 mV of 3 to 6 mV; and the first
/// tens of 2000 ms are not stationary. 12 % at the lowest rate, where the threshold lies two standard deviations above the
/// mean and the skewness of the input (-0.06, as inhibition comes in larger steps) thins out the tail that reaches it.
/// Intervals are irregular where the mean is below the threshold.
fn siegert(results: &Results) {
    let (nu, summary) = (results.table("points").numbers("nu_Hz"), results.table("summary"));
    let (rates, cv) = (summary.numbers("P_rate_Hz"), summary.numbers("P_cv_isi"));
    for (point, nu) in nu.iter().enumerate() {
        let wanted = siegert_rate(*nu);
        let error = if point == 0 { 0.12 } else { 0.08 };
        assert_close(rates[point], wanted, error * wanted, &format!("the rate at {nu} Hz of input"));
        assert!(rates[point] > 1.0, "hardly any spikes at {nu} Hz");
    }
    assert!(cv[0] > 0.5 && cv[0] < 1.1 && cv[3] < cv[0], "CVs {cv:?}: not irregular below the threshold");
}
