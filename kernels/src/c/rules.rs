//! The loops that find the pairs of each rule of `connect`.
//!
//! A rule is a loop over the rows that are asked for, or (generators of sources) over all columns. What a generator
//! computes may be no index: then the function leaves cause, rule, neuron and value, and returns.

use crate::language::ast::{Expr, ValueKind};
use crate::model::{Taken, Through};
use crate::program::degrees;
use crate::program::names::part;
use crate::program::rules::{Generated, Rule};
use crate::program::synapses::SynapsesProgram;

use super::connect::{Making, fill_one};
use super::expression::print;
use super::writer::Writer;

/// What is done with the pairs of a rule.
pub(super) struct Pairs<'a> {
    pub synapses: &'a SynapsesProgram,
    /// The rule's place in the list.
    pub number: usize,
    pub making: Making,
}

impl Pairs<'_> {
    fn print(&self, expr: &Expr) -> String {
        print(expr, &self.synapses.build_names)
    }

    /// The rule for the row `i`, or for the column `j`.
    pub fn rule(&self, rule: &Rule, out: &mut Writer) {
        let name = &self.synapses.name;
        match rule {
            Rule::Listed { count, given, .. } => self.listed(*count, given, out),
            Rule::Generated(generated) => self.generated(generated, out),
            Rule::Pairs { condition, p: Some((p, key)), skips: true, n } => {
                out.open("");
                self.skips(p, key, "i", &format!("columns_{name}"), out);
                out.line("const int64_t j = (int64_t)far;");
                self.filtered(condition.as_ref(), n.as_ref(), out);
                out.close();
                out.close();
            }
            Rule::Pairs { condition, p, n, .. } => {
                out.open(format!("for (int64_t j = 0; j < columns_{name}; ++j)"));
                if let Some((p, key)) = p {
                    let p = self.print(p);
                    out.line(format!("if (!(ss_uniform({key}, (uint64_t)j, (uint64_t)i) < {p})) continue;"));
                }
                self.filtered(condition.as_ref(), n.as_ref(), out);
                out.close();
            }
        }
    }

    /// The loop over the hits of a stream of skips, up to an end.
    fn skips(&self, p: &Expr, key: &str, neuron: &str, end: &str, out: &mut Writer) {
        out.line(format!("const double odds = ss_geometric_inverse({});", self.print(p)));
        out.line(format!("const double end = (double){end};"));
        out.line("double skips[SS_SKIPS], far = -1.0;");
        out.open("for (uint64_t draw = 0;; ++draw)");
        out.line(format!(
            "if (draw % SS_SKIPS == 0) ss_skips(skips, {key}, draw, (uint64_t){neuron}, odds);"
        ));
        out.line("far += 1.0 + skips[draw % SS_SKIPS];");
        out.line("if (!(far < end)) break;");
    }

    fn listed(&self, count: usize, given: &[(String, String)], out: &mut Writer) {
        let (name, number) = (&self.synapses.name, self.number);
        let cursor = format!("listed_{number}");
        let source = format!("pairs_{name}_{number}_i[{cursor}]");
        out.line(format!("while ({cursor} < {count} && {source} < i) ++{cursor};"));
        out.open(format!("for (; {cursor} < {count} && {source} == i; ++{cursor})"));
        out.line(format!("const int64_t j = pairs_{name}_{number}_j[{cursor}];"));
        let values: Vec<String> = given
            .iter()
            .map(|(variable, array)| self.given(variable, &format!("{array}[{cursor}]")))
            .collect();
        self.synapse(None, &values, out);
        out.close();
    }

    /// Sets a variable of a synapse to a value that is given with its pair.
    fn given(&self, variable: &str, value: &str) -> String {
        let name = &self.synapses.name;
        let own = self.synapses.variables.iter().find(|(own, ..)| own == variable);
        let (_, kind, moves) = own.expect("values are given of variables of the synapses");
        let stem = if *moves { "first_y" } else { "y" };
        let value = match kind {
            ValueKind::Real => value.to_string(),
            _ => format!("(int32_t){value}"),
        };
        format!("{stem}_{name}_{}[q] = {value};", part(variable))
    }

    fn filtered(&self, condition: Option<&Expr>, n: Option<&Expr>, out: &mut Writer) {
        if let Some(condition) = condition {
            out.line(format!("if (!({})) continue;", self.print(condition)));
        }
        self.synapse(n, &[], out);
    }

    /// Counts or writes the synapses from `i` to `j`.
    fn synapse(&self, n: Option<&Expr>, given: &[String], out: &mut Writer) {
        let name = &self.synapses.name;
        if let Some(n) = n {
            let n = self.print(n);
            out.open(format!("for (int64_t copy = 0, copies = (int64_t)({n}); copy < copies; ++copy)"));
        }
        if self.counts_incoming() {
            // Other processes count other rows meanwhile; the sum is the same in any order.
            let column = format!("&{}[j]", degrees::incoming(name));
            out.line(format!("__atomic_fetch_add({column}, 1, __ATOMIC_RELAXED);"));
        }
        match (self.making.fills, self.making.scattered) {
            (false, true) => out.line(format!("++first_{name}[i];")),
            (true, true) => {
                out.line(format!("const int64_t row = first_{name}[i], q = row + made_{name}[i]++;"));
                out.line("(void)row;");
                fill_one(self.synapses, given, out);
            }
            (true, false) => {
                fill_one(self.synapses, given, out);
                out.line("++q;");
            }
            (false, false) => out.line("++q;"),
        }
        if n.is_some() {
            out.close();
        }
    }

    fn generated(&self, rule: &Generated, out: &mut Writer) {
        let name = &self.synapses.name;
        let (neuron, all) = match rule.through {
            Through::Sources => ("i", format!("columns_{name}")),
            Through::Targets => ("j", format!("rows_{name}")),
        };
        let number = self.number;
        let fault = move |cause: &str, value: &str| {
            format!("return ss_unmade(place, {cause}, {number}, {neuron}, {value})")
        };
        out.open("");
        self.values(rule, &fault, out);
        match &rule.taken {
            Taken::All => out.open("for (int64_t at = 0; at < total; ++at)"),
            Taken::Each(p) => {
                self.skips(p, &rule.key, neuron, "total", out);
                out.line("const int64_t at = (int64_t)far;");
            }
            Taken::Some(size) | Taken::Repeated(size) => self.sampled(rule, size, neuron, &fault, out),
        }
        let value = if rule.others { format!("at + (at >= {neuron})") } else { "low + at*step".to_string() };
        if rule.element.is_some() || rule.among.is_none() {
            out.line(format!("const int64_t value = {value};"));
        }
        self.result(rule, &all, &fault, out);
        out.close();
        out.close();
    }

    /// `low`, `step`, and how many values there are.
    fn values(&self, rule: &Generated, fault: &dyn Fn(&str, &str) -> String, out: &mut Writer) {
        let mut whole = |ident: &str, value: &Option<Expr>, absent: i64| match value {
            Some(value) => {
                out.line(format!("const double {ident}_given = {};", self.print(value)));
                out.line(format!("const int64_t {ident} = ss_whole_number({ident}_given);"));
                let refused = fault("SS_BOUND", &format!("{ident}_given"));
                out.line(format!("if ({ident} == SS_NO_NUMBER) {refused};"));
            }
            None => out.line(format!("const int64_t {ident} = {absent};")),
        };
        whole("low", &rule.low, 0);
        whole("high", &rule.high, 1);
        whole("step", &rule.step, 1);
        if rule.step.is_some() {
            out.line(format!("if (step == 0) {};", fault("SS_STEP", "0.0")));
        }
        let name = &self.synapses.name;
        match rule.others {
            true => {
                let (own, limit) = match rule.through {
                    Through::Sources => ("i", format!("columns_{name}")),
                    Through::Targets => ("j", format!("rows_{name}")),
                };
                out.line("(void)low; (void)step;");
                out.line(format!("const int64_t total = high - ({own} < {limit});"));
            }
            false => out.line("const int64_t total = ss_values(low, high, step);"),
        }
    }

    /// The loop over a sample of so many.
    fn sampled(
        &self,
        rule: &Generated,
        size: &Expr,
        neuron: &str,
        fault: &dyn Fn(&str, &str) -> String,
        out: &mut Writer,
    ) {
        let candidates = match &rule.among {
            Some(among) => {
                let made = if rule.through == Through::Sources { "j" } else { "i" };
                out.line("int64_t among = 0;");
                out.line(format!(
                    "for (int64_t {made} = 0; {made} < total; ++{made}) among += ({});",
                    self.print(among)
                ));
                out.line(format!("int64_t {made} = -1, passed = -1;"));
                "among"
            }
            None => "total",
        };
        out.line(format!("const double size_given = {};", self.print(size)));
        out.line("int64_t size = ss_whole_number(size_given);");
        out.line(format!("if (size == SS_NO_NUMBER) {};", fault("SS_SIZE", "size_given")));
        let repeated = matches!(rule.taken, Taken::Repeated(_));
        let most = match repeated {
            true => format!("size > 0 && {candidates} == 0"),
            false => format!("size > {candidates}"),
        };
        match rule.skip_if_invalid {
            true => {
                let limit = if repeated { "0" } else { candidates };
                out.line(format!("if ({most}) size = {limit};"));
                out.line("if (size < 0) size = 0;");
            }
            false => {
                let cause = if rule.element.is_none() { "SS_DEGREE" } else { "SS_SIZE" };
                out.line(format!("if (({most}) | (size < 0)) {};", fault(cause, "size_given")));
            }
        }
        if self.only_counts(rule) {
            out.line("q += size;");
            // Nothing is drawn: how many there are is all that is asked for.
            out.line("size = 0;");
        }
        let key = &rule.key;
        out.line(format!("ss_choice s = {{ {key}, (uint64_t){neuron}, 0, -1, size, {candidates}, 1.0 }};"));
        out.open("while (s.wanted > 0)");
        out.line(if repeated { "ss_choice_again(&s);" } else { "ss_choice_next(&s);" });
        match &rule.among {
            Some(among) => {
                let made = if rule.through == Through::Sources { "j" } else { "i" };
                out.line(format!("while (passed < s.at) passed += (++{made}, ({}));", self.print(among)));
            }
            None => out.line("const int64_t at = s.at;"),
        }
    }

    /// Every choice makes one synapse, and only their number is wanted.
    fn only_counts(&self, rule: &Generated) -> bool {
        let Making { fills, scattered } = self.making;
        let plain = rule.element.is_none() && rule.condition.is_none() && rule.n.is_none();
        plain && !fills && !scattered && !self.counts_incoming()
    }

    /// How many synapses each target has is counted with those of each row.
    fn counts_incoming(&self) -> bool {
        self.synapses.counts_incoming && !self.making.fills
    }

    /// From a value to a synapse.
    fn result(&self, rule: &Generated, all: &str, fault: &dyn Fn(&str, &str) -> String, out: &mut Writer) {
        let made = if rule.through == Through::Sources { "j" } else { "i" };
        let exists = |out: &mut Writer| {
            let refused = if rule.skip_if_invalid {
                "continue".to_string()
            } else {
                fault("SS_INDEX", &format!("{made}_given"))
            };
            out.line(format!("if (({made} < 0) | ({made} >= {all})) {refused};"));
        };
        let checked = rule.element.is_some();
        match &rule.element {
            Some(element) => {
                out.line(format!("const double {made}_given = {};", self.print(element)));
                out.line(format!("const int64_t {made} = ss_whole_number({made}_given);"));
            }
            None if rule.among.is_none() => out.line(format!("const int64_t {made} = value;")),
            None => {}
        }
        if checked && rule.looks {
            exists(out);
        }
        if let Some(condition) = &rule.condition {
            out.line(format!("if (!({})) continue;", self.print(condition)));
        }
        if checked && !rule.looks {
            exists(out);
        }
        if rule.through == Through::Targets {
            out.line("if ((i < from) | (i >= to)) continue;");
        }
        self.synapse(rule.n.as_ref(), &[], out);
    }
}
