//! What a phase does when it begins: values set back and set anew, waiting times of Poisson groups.

use super::support::{Folder, assert_close};
use super::{HEAD, phases};

/// A group that is set back repeats itself to the bit, refractoriness and draws of initial values included; synapses get
/// their first weights back.
#[test]
fn what_is_set_back_begins_again() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["30 ms", "30 ms"])
            .replace("name = \"p1\"\n", "name = \"p1\"\nreset = [\"P\", \"Q\", \"S\"]\n"),
        r#"
[neurons.P]
size = 5
equations = """
dv/dt = (20*mV - v)/(10*ms) : volt (unless refractory)
n : 1
since = 1*int(not_refractory) : 1
"""
threshold = "v > 15*mV"
reset = "v = 0*mV; n += 1"
refractory = "4 ms"
initial = "v = 14*mV*rand()"
[neurons.Q]
size = 2
equations = "dv/dt = -v/(5*ms) : volt"
[synapses.S]
source = "P"
target = "Q"
equations = "w : volt"
initial = "w = 1*mV*(1 + rand())"
on_pre = "v_post += w; w *= 0.9"
connect = {}
[record.p]
kind = "state"
source = "P"
variables = ["v", "n", "since"]
[record.q]
kind = "state"
source = "Q"
variables = ["v"]
"#
    );
    let folder = Folder::new();
    let out = folder.results_of(&text, "out", &[]);
    for (name, count) in [("p", 5), ("q", 2)] {
        let table = out.table(name);
        let rows: Vec<&[String]> = table.rows.iter().map(|row| &row[2..]).collect();
        let half = 300 * count;
        assert_eq!(rows.len(), 2 * half);
        assert_ne!(rows[half - count..half], rows[..count], "{name} does not move");
        assert!(rows[..half] == rows[half..], "{name}: the second half is another one");
    }
}

/// Code of a phase counts steps on the clock of its group, of which the next one is meant; what is set back has time 0, and
/// reads what its source, which is set back with it though listed later, begins with.
#[test]
fn clocks_and_links_at_a_beginning() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["10 ms", "10 ms"]).replace(
            "name = \"p1\"\n",
            "name = \"p1\"\nreset = [\"A\", \"Z\"]\ncode = { P = \"n = t_in_timesteps; at = t/ms\" }\n",
        ),
        r#"
[neurons.P]
size = 1
equations = """
n : 1
at : 1
"""
dt = "0.3 ms"
[neurons.A]
size = 2
equations = """
a : 1
seen : 1 (linked)
"""
initial = "a = 2*seen + i"
linked = { seen = "Z.z" }
[neurons.Z]
size = 1
equations = "dz/dt = 1/ms : 1"
initial = "z = 5"
[record.p]
kind = "state"
source = "P"
variables = ["n", "at"]
[record.a]
kind = "state"
source = "A"
variables = ["a"]
every = "5 ms"
[record.z]
kind = "state"
source = "Z"
variables = ["z"]
every = "5 ms"
"#
    );
    let folder = Folder::new();
    let out = folder.results_of(&text, "out", &[]);
    let p = out.table("p");
    // Step 33 of the group is at 9.9 ms, before the phase begins.
    let last = p.rows.len() - 1;
    let [n, at] = ["n", "at"].map(|column| p.numbers(column)[last]);
    assert_eq!(n, 34.0);
    assert_close(at, 34.0 * 0.3, 1e-12, "time of the next step");
    assert_eq!(out.table("a").numbers("a"), [10.0, 11.0].repeat(4));
    for (z, expected) in out.table("z").numbers("z").into_iter().zip([5.0, 10.0, 5.0, 10.0]) {
        assert_close(z, expected, 1e-9, "z");
    }
}

/// 400 trains for 250 ms a phase at 40, 160, 0 and 80 Hz: counts within 5 standard deviations of a binomial, and no spike
/// where the rate is zero. Fixed seed; the odds of a false alarm are below 1e-5.
#[test]
fn poisson_groups_follow_their_rate() {
    let rates: [f64; 4] = [40.0, 160.0, 0.0, 80.0];
    let mut text = format!(
        "{HEAD}[parameters]\nrate = '40 Hz'\n[poisson.X]\nsize = 400\nrate = 'rate'\n[record.spikes]\nkind = 'spikes'\nsource = 'X'\n"
    );
    for (k, rate) in rates.iter().enumerate() {
        text += &format!(
            "[[phase]]\nname = 'p{k}'\nduration = '250 ms'\nparameters = {{ rate = '{rate:.1} Hz' }}\n"
        );
    }
    let folder = Folder::new();
    let table = folder.results_of(&text, "out", &[]).table("spikes");
    let (times, trains) = (table.numbers("t_ms"), table.numbers("i"));
    for (k, rate) in rates.iter().enumerate() {
        let window = 250.0 * k as f64..250.0 * (k + 1) as f64;
        let (n, p) = (400.0 * 2500.0, rate * 1e-4);
        let count = times.iter().filter(|t| window.contains(*t)).count() as f64;
        let spread = 5.0 * (n * p * (1.0 - p)).sqrt();
        assert_close(count, n * p, spread, &format!("spikes at {rate} Hz"));
    }
    // The time from the beginning of the second phase to a train's first spike there has mean 1/rate: 6.25 ms, with a
    // standard error of 6.25/20.
    let mut first = vec![f64::NAN; 400];
    for (t, i) in times.iter().zip(&trains).filter(|(t, _)| (250.0..500.0).contains(*t)) {
        let at = &mut first[*i as usize];
        *at = at.min(t - 250.0);
    }
    let mean = first.iter().sum::<f64>() / 400.0;
    assert_close(mean, 6.25, 5.0 * 6.25 / 20.0, "waiting times after the change");
}

#[test]
fn synapses_are_set_by_code_of_a_phase() {
    let text = format!(
        "{HEAD}{}{}",
        phases(&["10 ms", "10 ms"])
            .replace("name = \"p1\"\n", "name = \"p1\"\ncode = { S = \"w = 2*w + j\" }\n"),
        "[neurons.A]\nsize = 1\nthreshold = 't_in_timesteps % 10 == 0'\n[neurons.B]\nsize = 3\nequations = 'x : 1'\n\
         [synapses.S]\nsource = 'A'\ntarget = 'B'\nequations = 'w : 1'\ninitial = 'w = 1 + j'\nconnect = {}\non_pre = 'x_post += w'\n\
         [record.x]\nkind = 'state'\nsource = 'B'\nvariables = ['x']\n"
    );
    let folder = Folder::new();
    let table = folder.results_of(&text, "out", &[]).table("x");
    for i in 0..3 {
        let x = table.pick("x", &[("i", &i.to_string())]);
        let (first, second) = (1.0 + i as f64, 2.0 * (1.0 + i as f64) + i as f64);
        // Spikes at 0, 1, ... ms; values are read before.
        assert_eq!((x[100], x[199]), (10.0 * first, 10.0 * first + 10.0 * second), "neuron {i}");
    }
}
