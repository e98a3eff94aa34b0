//! Models from papers, against what the papers say or what follows from their equations.

use super::support::{Results, assert_close};
use super::{Job, SPIKES_OF_P, run};

pub const JOBS: &[Job] = &[
    (
        "pulse_coupled_oscillators",
        oscillators,
        &[
            ("spikes", "point,t_ms,i"),
            ("points", "point,repeat,epsilon,status"),
            ("summary", "point,oscillator_spikes,oscillator_rate_Hz,oscillator_cv_isi"),
        ],
    ),
    (
        "rothman_manis_2003",
        cochlear_nucleus,
        &[
            ("spikes", "point,t_ms,i"),
            ("trace", "point,t_ms,i,v_mV"),
            ("points", "point,repeat,gkht_nS,gklt_nS,gka_nS,gh_nS,I_step_nA,cell,status"),
            SPIKES_OF_P,
        ],
    ),
    (
        "synfire_chain",
        synfire,
        &[
            ("spikes", "point,t_ms,i"),
            ("last", "point,t_ms,i"),
            ("points", "point,repeat,n_volley,jitter_ms,status"),
            (
                "summary",
                "point,P_spikes,P_rate_Hz,P_cv_isi,volley_spikes,volley_rate_Hz,volley_cv_isi,\
                 clock_spikes,clock_rate_Hz,clock_cv_isi",
            ),
        ],
    ),
    (
        "tsodyks_pawelzik_markram_1998",
        dynamic_synapses,
        &[
            ("psc", "point,t_ms,i,psc_nA"),
            ("epsp", "point,t_ms,i,v_mV"),
            ("points", "point,repeat,rate_Hz,A_nA,U,tau_rec_ms,tau_facil_ms,tau_inact_ms,kind,status"),
            ("summary", "point,train_spikes,train_rate_Hz,train_cv_isi"),
        ],
    ),
];

#[test]
fn pulse_coupled_oscillators_runs() {
    run("pulse_coupled_oscillators");
}

#[test]
fn rothman_manis_2003_runs() {
    run("rothman_manis_2003");
}

#[test]
fn synfire_chain_runs() {
    run("synfire_chain");
}

#[test]
fn tsodyks_pawelzik_markram_1998_runs() {
    run("tsodyks_pawelzik_markram_1998");
}

/// With coupling all fire within the refractory period in the last cycle, without it as spread as in the
/// first; alone or together the period is ln 2 s and the refractory period, within two steps.
fn oscillators(results: &Results) {
    let epsilon = results.table("points").numbers("epsilon");
    let trains = results.table("spikes").by_point();
    assert_eq!(epsilon, [0.0, 0.1, 0.3]);
    for (point, epsilon) in epsilon.iter().enumerate() {
        let table = &trains[&(point as u64)];
        let mut trains = vec![Vec::new(); 100];
        for (i, t) in table.numbers("i").into_iter().zip(table.numbers("t_ms")) {
            trains[i as usize].push(t);
        }
        let spread = |of: &dyn Fn(&Vec<f64>) -> f64| {
            let times: Vec<f64> = trains.iter().map(of).collect();
            times.iter().copied().fold(f64::MIN, f64::max) - times.iter().copied().fold(f64::MAX, f64::min)
        };
        let (first, last) = (spread(&|train| train[0]), spread(&|train| train[train.len() - 1]));
        assert!(first > 300.0, "epsilon {epsilon}: the first spikes lie within {first} ms");
        match *epsilon {
            0.0 => assert!(last > 600.0, "the last spikes lie within {last} ms without coupling"),
            _ => assert!(last <= 4.0, "epsilon {epsilon}: the last spikes are spread over {last} ms"),
        }
        for train in &trains {
            let two = &train[train.len() - 2..];
            assert_close(two[1] - two[0], 1e3 * 2f64.ln() + 4.0, 0.4, "period");
        }
    }
}

/// The resting potentials of the authors' models. Type I fires throughout at 0.1 nA, type II once or twice at most at any
/// current.
fn cochlear_nucleus(results: &Results) {
    let points = results.table("points");
    let (cells, current) = (points.texts("cell"), points.numbers("I_step_nA"));
    let (spikes, traces) = (results.table("summary").numbers("P_spikes"), results.table("trace").by_point());
    let at = |cell: &str, nanoampere: f64| {
        (0..cells.len()).find(|k| cells[*k] == cell && current[*k] == nanoampere).expect("a point")
    };
    let resting = [("I-c", -63.9), ("I-t", -64.2), ("I-II", -64.1), ("II-I", -63.8), ("II", -63.6)];
    for (cell, expected) in resting {
        let point = at(cell, 0.0);
        let trace = &traces[&(point as u64)];
        let before = trace.numbers("t_ms").iter().position(|t| *t == 199.5).expect("a row before the step");
        assert_close(trace.numbers("v_mV")[before], expected, 0.3, &format!("rest of {cell}"));
        assert_eq!(spikes[point], 0.0, "{cell} fires without current");
    }
    for cell in ["I-c", "I-t"] {
        assert!(spikes[at(cell, 0.1)] >= 5.0, "{cell} does not go on firing at 0.1 nA");
    }
    let of_type_2: Vec<f64> = (0..cells.len()).filter(|k| cells[*k] == "II").map(|k| spikes[k]).collect();
    assert!(of_type_2.iter().all(|n| *n <= 2.0) && of_type_2.contains(&1.0), "type II: {of_type_2:?} spikes");
}

/// Volleys of 30 die and of 80 arrive without jitter; jitter saves none. In the 15 ms after a volley the last
/// group has some five spikes of its own.
fn synfire(results: &Results) {
    let points = results.table("points");
    let (volley, jitter) = (points.numbers("n_volley"), points.numbers("jitter_ms"));
    let last = results.table("last").by_point();
    let arrived = |point: usize| {
        let times = last.get(&(point as u64)).map(|table| table.numbers("t_ms")).unwrap_or_default();
        times.iter().filter(|t| (20.0..35.0).contains(*t)).count()
    };
    for point in (0..volley.len()).filter(|k| jitter[*k] == 0.0) {
        let (n, arrived) = (volley[point], arrived(point));
        let plausible = match n {
            n if n <= 30.0 => arrived <= 15,
            n if n >= 80.0 => (90..=115).contains(&arrived),
            _ => arrived <= 115,
        };
        assert!(plausible, "{arrived} spikes arrived of a volley of {n}");
    }
    let deaths = |of: f64| (0..volley.len()).filter(|k| jitter[*k] == of && arrived(*k) < 50).count();
    assert!(deaths(3.0) >= deaths(0.0), "jitter saves volleys: {} and {}", deaths(3.0), deaths(0.0));
}

/// The fixed point of Tsodyks, Pawelzik and Markram's equations at every rate, and their two shapes:
/// depressed responses times rate level off, facilitated ones have their maximum in between.
fn dynamic_synapses(results: &Results) {
    let points = results.table("points");
    let psc = results.table("psc").by_point();
    let of = |column: &str| points.numbers(column);
    let (rate, scale, release) = (of("rate_Hz"), of("A_nA"), of("U"));
    let (recovery, facilitation) = (of("tau_rec_ms"), of("tau_facil_ms"));
    assert_eq!(rate.len(), 14);
    let mut responses = Vec::new();
    for k in 0..rate.len() {
        let interval = 1e3 / rate[k];
        let u = release[k] / (1.0 - (1.0 - release[k]) * (-interval / facilitation[k]).exp());
        let recovered = (-interval / recovery[k]).exp();
        let resources = (1.0 - recovered) / (1.0 - (1.0 - u) * recovered);
        let expected = scale[k] * u * resources;
        let response = *psc[&(k as u64)].numbers("psc_nA").last().expect("a row");
        assert_close(response, expected, 1e-4 * expected, &format!("response of point {k}"));
        responses.push(response);
    }
    let (depressing, facilitating) = responses.split_at(7);
    assert!(depressing.windows(2).all(|two| two[1] < two[0]), "{depressing:?}");
    assert_close(depressing[6] * rate[6] / (depressing[4] * rate[4]), 1.0, 0.05, "40 and 100 Hz");
    let best = (0..7).max_by(|a, b| facilitating[*a].total_cmp(&facilitating[*b])).expect("seven rates");
    assert!((5.0..=40.0).contains(&rate[best]), "facilitation is largest at {} Hz", rate[best]);
}
