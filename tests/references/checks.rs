//! Every check: the case, the expected file, where our table comes from, and how they are compared.

use crate::compare::Rule;
use crate::results::Results;
use crate::table::Table;
use crate::{built, listings, numbered, statistics};

/// Where our table comes from.
pub enum Got {
    /// A monitor of a job.
    Monitor(&'static str, &'static str),
    /// Built from monitors.
    Built(fn(&Results) -> Result<Table, String>),
}

/// One comparison.
pub struct Check {
    /// The case.
    pub case: &'static str,
    /// The name of the expected file.
    pub expected: &'static str,
    /// Our table.
    pub got: Got,
    /// The rule.
    pub rule: Rule,
}

const fn check(case: &'static str, expected: &'static str, got: Got, rule: Rule) -> Check {
    Check { case, expected, got, rule }
}

const fn spikes(dt: f64, columns: &'static [&'static str]) -> Rule {
    Rule::Spikes { dt, columns }
}

const fn state(rtol: f64, columns: &'static [&'static str]) -> Rule {
    Rule::State { rtol, atol: None, columns }
}

const fn table(rtol: f64, atol: f64) -> Rule {
    Rule::Table { rtol, atol }
}

const fn list(rtol: f64, columns: &'static [&'static str]) -> Rule {
    Rule::List { rtol, columns }
}

const STATE: Rule = state(1e-9, &[]);

/// The table of checks.
#[rustfmt::skip]
pub const CHECKS: &[Check] = &[
    check("adex_patterns", "spikes", Got::Monitor("adex_patterns", "spikes"), spikes(1e-4, &["w"])),
    check("adex_patterns", "state", Got::Monitor("adex_patterns", "state"), STATE),
    check("clocks_inputs", "spikes", Got::Monitor("clocks_inputs", "spikes"), spikes(1e-4, &[])),
    check("clocks_inputs", "spikes_slow", Got::Monitor("clocks_inputs", "spikes_slow"), spikes(3e-4, &[])),
    check("clocks_inputs", "spikes_periodic", Got::Monitor("clocks_inputs", "spikes_periodic"), spikes(1e-4, &[])),
    check("clocks_inputs", "spikes_gen_slow", Got::Monitor("clocks_inputs", "spikes_gen_slow"), spikes(2.5e-4, &[])),
    check("clocks_inputs", "state", Got::Monitor("clocks_inputs", "state"), STATE),
    check("clocks_inputs", "state_slow", Got::Monitor("clocks_inputs", "state_slow"), STATE),
    check("clocks_inputs", "lookup", Got::Monitor("clocks_inputs", "lookup"), state(1e-12, &[])),
    check("connectivity", "spikes", Got::Monitor("connectivity", "spikes"), spikes(1e-4, &[])),
    check("connectivity", "state", Got::Monitor("connectivity", "state"), STATE),
    check("connectivity", "synapses", Got::Built(listings::connectivity), list(1e-12, &["object", "i", "j", "w", "delay"])),
    check("connectivity", "multi_index", Got::Monitor("connectivity", "of_c13"), list(0.0, &["i", "j", "k", "N_incoming", "N_outgoing"])),
    check("cuba_exact", "spikes", Got::Monitor("cuba_exact", "spikes"), spikes(1e-4, &[])),
    check("cuba_exact", "counts", Got::Built(built::cuba_counts), table(1e-12, 0.0)),
    check("cuba_exact", "synapse_counts", Got::Built(built::cuba_synapses), table(1e-12, 0.0)),
    check("cuba_exact", "rates", Got::Built(built::cuba_rates), table(1e-9, 1e-9)),
    check("cuba_exact", "state", Got::Monitor("cuba_exact", "state"), STATE),
    check("delays_pathways", "spikes", Got::Monitor("delays_pathways", "spikes"), spikes(1e-4, &[])),
    check("delays_pathways", "state", Got::Monitor("delays_pathways", "state"), STATE),
    check("delays_pathways", "synapses", Got::Built(numbered::delays_pathways_made), Rule::Keyed { key: "syn", rtol: 1e-9, columns: &["i", "j", "delay_fast", "delay_slow", "delay_back", "delay_late"] }),
    check("delays_pathways", "state_syn", Got::Built(numbered::delays_pathways), STATE),
    check("events_linked", "spikes", Got::Monitor("events_linked", "spikes"), spikes(1e-4, &["v", "r"])),
    check("events_linked", "events_up", Got::Monitor("events_linked", "up"), spikes(1e-4, &["v", "nup"])),
    check("events_linked", "events_down", Got::Monitor("events_linked", "down"), spikes(1e-4, &[])),
    check("events_linked", "state", Got::Monitor("events_linked", "state"), STATE),
    check("events_linked", "state_source", Got::Monitor("events_linked", "state_source"), STATE),
    check("events_linked", "state_acc", Got::Monitor("events_linked", "state_acc"), STATE),
    check("exact_linear", "spikes_g1", Got::Monitor("exact_linear", "spikes_g1"), spikes(1e-4, &[])),
    check("exact_linear", "spikes_g2", Got::Monitor("exact_linear", "spikes_g2"), spikes(1e-4, &[])),
    check("exact_linear", "state_g1", Got::Monitor("exact_linear", "state_g1"), STATE),
    check("exact_linear", "state_g2", Got::Monitor("exact_linear", "state_g2"), STATE),
    check("exact_linear", "state_g3", Got::Monitor("exact_linear", "state_g3"), STATE),
    check("exact_linear", "state_g4", Got::Monitor("exact_linear", "state_g4"), STATE),
    check("fit", "spikes", Got::Monitor("fit", "spikes"), spikes(1e-4, &[])),
    check("fit", "state", Got::Monitor("fit", "state"), STATE),
    check("hh_conductance", "spikes", Got::Monitor("hh_conductance", "spikes"), spikes(5e-5, &[])),
    check("hh_conductance", "state", Got::Monitor("hh_conductance", "state"), state(1e-8, &[])),
    check("integers_time", "arithmetic", Got::Built(built::arithmetic), table(1e-12, 1e-15)),
    check("integers_time", "functions", Got::Built(built::functions), table(1e-12, 1e-15)),
    check("integers_time", "spikes_time", Got::Monitor("integers_time", "spikes"), spikes(1e-4, &[])),
    check("integers_time", "spikes_time07", Got::Monitor("integers_time", "spikes_07"), spikes(7e-4, &[])),
    check("integers_time", "state_time", Got::Monitor("integers_time", "state"), Rule::State { rtol: 1e-15, atol: Some(0.0), columns: &[] }),
    check("integrators", "state_fhn_euler", Got::Monitor("integrators", "euler"), STATE),
    check("integrators", "state_fhn_rk2", Got::Monitor("integrators", "rk2"), STATE),
    check("integrators", "state_fhn_rk4", Got::Monitor("integrators", "rk4"), STATE),
    check("integrators", "state_ml_expeuler", Got::Monitor("integrators", "expeuler"), STATE),
    check("integrators", "state_ml_rk4_coarse", Got::Monitor("integrators", "rk4_coarse"), STATE),
    check("izhikevich_delays", "spikes", Got::Monitor("izhikevich_delays", "spikes"), spikes(2.5e-4, &[])),
    check("izhikevich_delays", "state", Got::Monitor("izhikevich_delays", "state"), STATE),
    check("izhikevich_delays", "synapses", Got::Built(listings::izhikevich), table(1e-12, 0.0)),
    check("nmda_gap", "spikes", Got::Monitor("nmda_gap", "spikes"), spikes(1e-4, &[])),
    check("nmda_gap", "state", Got::Monitor("nmda_gap", "state"), STATE),
    check("nmda_gap", "state_syn", Got::Built(numbered::nmda_gap), STATE),
    check("refractory", "spikes", Got::Built(built::refractory_spikes), spikes(1e-4, &[])),
    check("refractory", "spikes_tgt", Got::Monitor("refractory", "spikes_tgt"), spikes(1e-4, &[])),
    check("refractory", "state_quantity", Got::Monitor("refractory", "state_quantity"), STATE),
    check("refractory", "state_nonmult", Got::Monitor("refractory", "state_nonmult"), STATE),
    check("refractory", "state_param", Got::Monitor("refractory", "state_param"), STATE),
    check("refractory", "state_expr", Got::Monitor("refractory", "state_expr"), STATE),
    check("refractory", "state_bool", Got::Monitor("refractory", "state_bool"), STATE),
    check("refractory", "state_noflag", Got::Monitor("refractory", "state_noflag"), STATE),
    check("refractory", "state_last", Got::Monitor("refractory", "state_last"), STATE),
    check("refractory", "state_tgt", Got::Monitor("refractory", "state_tgt"), STATE),
    check("reset_subexpr", "spikes", Got::Monitor("reset_subexpr", "spikes"), spikes(1e-4, &["v", "th", "a", "nsp", "gain"])),
    check("reset_subexpr", "spikes_free", Got::Monitor("reset_subexpr", "spikes_free"), spikes(1e-4, &[])),
    check("reset_subexpr", "state", Got::Monitor("reset_subexpr", "state"), STATE),
    check("reset_subexpr", "state_free", Got::Monitor("reset_subexpr", "state_free"), STATE),
    check("reset_subexpr", "shared", Got::Monitor("reset_subexpr", "shared"), table(1e-9, 0.0)),
    check("stdp_events", "input_pre", Got::Monitor("stdp_events", "spikes_pre"), spikes(1e-4, &[])),
    check("stdp_events", "input_post", Got::Monitor("stdp_events", "spikes_post"), spikes(1e-4, &[])),
    check("stdp_events", "state", Got::Built(numbered::stdp_weights), STATE),
    check("stdp_events", "final", Got::Built(numbered::stdp_final), Rule::Keyed { key: "syn", rtol: 1e-9, columns: &["i", "j", "w", "apre", "apost", "lastupdate"] }),
    check("stochastic", "moments", Got::Built(statistics::moments), Rule::Moments { names: 21 }),
    check("stochastic", "moments", Got::Built(statistics::inputs), Rule::Moments { names: 4 }),
    check("stochastic", "moments", Got::Built(statistics::noise), Rule::Moments { names: 21 }),
    check("stp_tm", "spikes", Got::Monitor("stp_tm", "spikes"), spikes(1e-4, &[])),
    check("stp_tm", "state", Got::Monitor("stp_tm", "state"), STATE),
    check("stp_tm", "state_syn", Got::Built(numbered::stp_tm), STATE),
    check("subgroups", "spikes_G", Got::Monitor("subgroups", "spikes_G"), spikes(1e-4, &[])),
    check("subgroups", "spikes_b", Got::Monitor("subgroups", "spikes_b"), spikes(1e-4, &[])),
    check("subgroups", "spikes_d", Got::Monitor("subgroups", "spikes_d"), spikes(1e-4, &[])),
    check("subgroups", "spikes_H", Got::Monitor("subgroups", "spikes_H"), spikes(1e-4, &[])),
    check("subgroups", "state_b", Got::Monitor("subgroups", "state_b"), STATE),
    check("subgroups", "state_H", Got::Monitor("subgroups", "state_H"), STATE),
    check("subgroups", "state_load", Got::Monitor("subgroups", "state_load"), STATE),
    check("subgroups", "rates", Got::Built(built::subgroup_rates), table(1e-9, 1e-9)),
    check("subgroups", "synapses", Got::Built(listings::subgroups), table(1e-12, 0.0)),
    check("sweeps", "fi_lif", Got::Built(built::lif_sweep), table(1e-12, 0.0)),
    check("sweeps", "fi_lif", Got::Built(built::lif_group), table(1e-12, 0.0)),
    check("sweeps", "fi_hh", Got::Built(built::hh_curve), table(1e-12, 0.0)),
    check("sweeps", "grid", Got::Built(built::grid), table(1e-9, 0.0)),
    check("zero_delay_order", "spikes_drv", Got::Monitor("zero_delay_order", "spikes_drv"), spikes(1e-4, &["v"])),
    check("zero_delay_order", "spikes_ring", Got::Monitor("zero_delay_order", "spikes_ring"), spikes(1e-4, &["v"])),
    check("zero_delay_order", "spikes_par", Got::Monitor("zero_delay_order", "spikes_par"), spikes(1e-4, &["v"])),
    check("zero_delay_order", "state_ring_start", Got::Monitor("zero_delay_order", "ring_start"), STATE),
    check("zero_delay_order", "state_ring_after_groups", Got::Monitor("zero_delay_order", "ring_after_groups"), STATE),
    check("zero_delay_order", "state_ring_after_thresholds", Got::Monitor("zero_delay_order", "ring_after_thresholds"), STATE),
    check("zero_delay_order", "state_ring_after_synapses", Got::Monitor("zero_delay_order", "ring_after_synapses"), STATE),
    check("zero_delay_order", "state_ring_end", Got::Monitor("zero_delay_order", "ring_end"), STATE),
    check("zero_delay_order", "state_ring_got", Got::Monitor("zero_delay_order", "ring_got"), STATE),
    check("zero_delay_order", "state_w", Got::Built(numbered::zero_delay_weights), STATE),
    check("zero_delay_order", "state_order", Got::Monitor("zero_delay_order", "order"), STATE),
];
