//! Units wherever a value stands: as a quantity and as an expression; constants on request; units of columns.

use std::path::Path;

use jobs::Job;

const JOB: &str = r#"[run]
duration = "<duration>"
dt = "<dt>"

[parameters]
delay0 = "<parameter>"
tau = "10 ms"
w = "1 mV"

[neurons.G]
size = 3
equations = 'dv/dt = -v/tau : volt'
threshold = "v > 10*mV"
reset = "v = 0*mV"
refractory = "<refractory>"

[poisson.P]
size = 2
rate = "<rate>"

[synapses.S]
source = "P"
target = "G"
connect = { p = 0.5 }
on_pre = "v_post += w"
on_post = "v_post += 0*mV"
delay = "<delay>"
delay_post = "<post>"

[record.trace]
kind = "state"
source = "G"
variables = ["v"]
every = "<every>"

[record.rate]
kind = "rate"
source = "G"
smooth = { window = "gaussian", width = "<width>" }

[summary]
top = "max(G.v)"

[[sweep]]
axes.tau = ["<list>", "20 ms"]
axes.w = { from = "<from>", to = "<to>", n = 3 }

[[sweep]]
axes.w = { from = "1 mV", to = "2 mV", step = "<step>" }
derived.tau = "<derived>"
"#;

/// Where a value stands: its mark in the job, as a quantity, as an expression, and in a wrong unit.
const PLACES: [(&str, &str, &str, &str); 15] = [
    ("<duration>", "1 s", "1*second", "1 mV"),
    ("<dt>", "0.1 ms", "0.1*ms", "0.1 mV"),
    ("<parameter>", "1.5 ms", "1.5*ms", "1.5 furlong"),
    ("<refractory>", "5 ms", "5*ms", "5 mV"),
    ("<rate>", "10 Hz", "10*Hz", "10 ms"),
    ("<delay>", "1 ms", "1*ms + 0*second", "1 mV"),
    ("<post>", "2 ms", "2*ms", "2 nA"),
    ("<every>", "1 ms", "1*msecond", "1 nS"),
    ("<width>", "5 ms", "5*msecond", "5 nS"),
    ("<list>", "5 ms", "5*ms", "5 mV"),
    ("<from>", "1 mV", "1*mV", "1 ms"),
    ("<to>", "2 mV", "2*mvolt", "2 ms"),
    ("<step>", "0.5 mV", "0.5*mV", "0.5 ms"),
    ("<derived>", "7 ms", "7*ms", "7 mV"),
    ("\"10 ms\"", "\"10 ms\"", "\"10*ms\"", "\"10 mV\""),
];

/// The job with all values as quantities, but for one place.
fn text(place: &str, value: &str) -> String {
    let mut text = JOB.replacen(place, value, 1);
    for (other, quantity, ..) in PLACES.iter().filter(|p| p.0 != place) {
        text = text.replacen(other, quantity, 1);
    }
    text
}

fn load(text: &str, sets: &[&str]) -> Result<Job, jobs::Rejected> {
    let sets: Vec<String> = sets.iter().map(|s| (*s).to_owned()).collect();
    jobs::from_text("job.toml", text.as_bytes(), Path::new("tests"), &sets)
}

fn good(text: &str, sets: &[&str]) -> Job {
    load(text, sets).unwrap_or_else(|rejected| panic!("{rejected}"))
}

/// All values of all points.
fn values(job: &Job) -> Vec<String> {
    job.points().iter().map(|p| format!("{:?} {:?}", p.values, p.run)).collect()
}

#[test]
fn quantities_and_expressions_mean_the_same_everywhere() {
    for (place, quantity, expression, wrong) in PLACES {
        let (one, other) = (good(&text(place, quantity), &[]), good(&text(place, expression), &[]));
        assert_eq!(values(&one), values(&other), "{place}");
        let rejected =
            load(&text(place, wrong), &[]).err().unwrap_or_else(|| panic!("{place}: {wrong} passes"));
        let message = rejected.to_string();
        assert!(message.contains("error[E0304]") || message.contains("error[E2101]"), "{place}: {message}");
    }
}

#[test]
fn settings_have_units() {
    let plain = text("", "");
    let (one, other) = (good(&plain, &["delay0=3 ms"]), good(&plain, &["delay0=3*ms"]));
    assert_eq!(values(&one), values(&other));
    assert!(load(&plain, &["delay0=3 mV"]).is_err());
    assert!(load(&plain, &["duration=2 s"]).is_ok() && load(&plain, &["duration=2 mV"]).is_err());
}

/// Name, unit, value in SI units: CODATA 2014, as Brian 2 has them.
const CONSTANTS: [(&str, &str, f64); 10] = [
    ("avogadro_constant", "1/mol", 6.022140857e23),
    ("boltzmann_constant", "J/K", 1.38064852e-23),
    ("electric_constant", "F/m", 8.854187817e-12),
    ("electron_mass", "kg", 9.10938356e-31),
    ("elementary_charge", "C", 1.6021766208e-19),
    ("faraday_constant", "C/mol", 96485.33289),
    ("gas_constant", "J/(K*mol)", 8.3144598),
    ("magnetic_constant", "N/A^2", 4.0 * std::f64::consts::PI * 1e-7),
    ("molar_mass_constant", "kg/mol", 1e-3),
    ("zero_celsius", "K", 273.15),
];

fn with_parameters(lines: &str) -> String {
    text("", "").replace("[parameters]\n", &format!("[parameters]\n{lines}\n"))
}

/// The value of a parameter at the first point.
fn value(job: &Job, name: &str) -> f64 {
    let points = job.points();
    let mut bindings = points.bindings();
    points.fill(0, &mut bindings, &mut jobs::Point::default());
    match kernels::language::evaluate::Values::value(&bindings, name) {
        Some(value) => value.real().expect("a number"),
        None => panic!("there is no parameter {name}"),
    }
}

#[test]
fn constants_are_there_on_request() {
    for (name, unit, expected) in CONSTANTS {
        let unit = if unit.contains('(') { "J/K/mol" } else { unit };
        let job = good(&with_parameters(&format!("k = \"{name}\"\nsum = \"2*k + 0*{name}\"")), &[]);
        assert!((value(&job, "k") - expected).abs() <= 1e-15 * expected, "{name}: {}", value(&job, "k"));
        // The dimension is that of the unit: the two can be added.
        let same = good(&with_parameters(&format!("u = \"1 {unit}\"\nk = \"{name} + u\"")), &[]);
        assert_eq!(value(&same, "k"), expected + 1.0, "{name}");
    }
}

#[test]
fn constants_leave_their_names_free() {
    let own = good(&with_parameters("gas_constant = \"3 mV\"\nb = \"2*gas_constant\""), &[]);
    assert_eq!(value(&own, "b"), 0.006);
    let same = good(&with_parameters("gas_constant = \"gas_constant\"\nb = \"2*gas_constant\""), &[]);
    assert_eq!(value(&same, "b"), 2.0 * 8.3144598);
    let variable =
        text("", "").replace("'dv/dt = -v/tau : volt'", "'''dv/dt = -v/tau : volt\nzero_celsius : 1'''");
    good(&variable, &[]);
    let unasked = text("", "").replace("-v/tau", "-v/tau*faraday_constant");
    let message = load(&unasked, &[]).expect_err("it was not asked for").to_string();
    assert!(message.contains("'faraday_constant' is not defined"), "{message}");
    assert!(message.contains("F = \"faraday_constant\""), "{message}");
}

#[test]
fn axes_and_derived_values_can_ask_for_constants() {
    let sweep = "\n[[sweep]]\naxes.F = [\"faraday_constant\", \"2*faraday_constant\"]\nderived.T = \"zero_celsius + 37*kelvin\"\n";
    let base = text("", "");
    let base = &base[..base.find("[[sweep]]").expect("sweeps")];
    let base = base.replace("[parameters]\n", "[parameters]\nF = \"1 C/mol\"\nT = \"300 K\"\n");
    let job = good(&format!("{base}{sweep}"), &[]);
    assert_eq!((value(&job, "F"), value(&job, "T")), (96485.33289, 310.15));
    assert_eq!(job.points().len(), 2);
}

/// Tables with their columns.
fn columns(output: &str) -> Vec<String> {
    let job = good(&format!("{}{output}", text("", "")), &[]);
    let names = |t: &jobs::Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>().join(" ");
    job.tables().iter().map(|t| format!("{}: {}", t.name, names(t))).collect()
}

#[test]
fn columns_of_all_tables_have_the_units_that_are_asked_for() {
    assert_eq!(
        columns(""),
        ["points: tau_ms w_mV", "summary: top_mV", "trace: point t_ms i v_mV", "rate: point t_ms rate_Hz"]
    );
    assert_eq!(
        columns(
            "[output]\nunits = { tau = \"s\", w = \"uV\", top = \"V\", v = \"uV\", t = \"us\", rate = \"kHz\" }\n"
        ),
        ["points: tau_s w_uV", "summary: top_V", "trace: point t_us i v_uV", "rate: point t_us rate_kHz"]
    );
    assert_eq!(
        columns("[output]\nunits = { \"trace.t\" = \"s\" }\n")[2..],
        ["trace: point t_s i v_mV", "rate: point t_ms rate_Hz"]
    );
}
