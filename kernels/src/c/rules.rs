//! The loops that find the pairs of each rule of `connect`.

use crate::language::ast::Expr;
use crate::program::rules::Rule;
use crate::program::synapses::SynapsesProgram;

use super::connect::fill_one;
use super::expression::print;
use super::writer::Writer;

pub(super) fn rule(synapses: &SynapsesProgram, number: usize, rule: &Rule, fills: bool, out: &mut Writer) {
    let name = &synapses.name;
    match rule {
        Rule::Listed { count, .. } => {
            let cursor = format!("listed_{number}");
            out.open(format!(
                "for (; {cursor} < {count} && pairs_{name}_{number}_i[{cursor}] == i; ++{cursor})"
            ));
            out.line(format!("const int64_t j = pairs_{name}_{number}_j[{cursor}];"));
            synapse(synapses, None, fills, out);
            out.close();
        }
        Rule::Pairs { condition, p: Some((p, key)), skips: true, n } => {
            out.open("");
            out.line(format!(
                "const double odds = ss_geometric_inverse({});",
                print(p, &synapses.build_names)
            ));
            out.line("uint64_t draw = 0;");
            out.open(format!("for (int64_t j = -1; j < columns_{name};)"));
            out.line(format!(
                "j += 1 + ss_geometric_from(1.0 - ss_uniform({key}, draw++, (uint64_t)i), odds);"
            ));
            out.line(format!("if (j >= columns_{name}) break;"));
            filtered(synapses, condition.as_ref(), n.as_ref(), fills, out);
            out.close();
            out.close();
        }
        Rule::Pairs { condition, p, n, .. } => {
            out.open(format!("for (int64_t j = 0; j < columns_{name}; ++j)"));
            if let Some((p, key)) = p {
                let p = print(p, &synapses.build_names);
                out.line(format!("if (!(ss_uniform({key}, (uint64_t)j, (uint64_t)i) < {p})) continue;"));
            }
            filtered(synapses, condition.as_ref(), n.as_ref(), fills, out);
            out.close();
        }
    }
}

fn filtered(
    synapses: &SynapsesProgram,
    condition: Option<&Expr>,
    n: Option<&Expr>,
    fills: bool,
    out: &mut Writer,
) {
    if let Some(condition) = condition {
        out.line(format!("if (!({})) continue;", print(condition, &synapses.build_names)));
    }
    synapse(synapses, n, fills, out);
}

fn synapse(synapses: &SynapsesProgram, n: Option<&Expr>, fills: bool, out: &mut Writer) {
    let repeats = n.map(|n| print(n, &synapses.build_names));
    if let Some(n) = &repeats {
        out.open(format!("for (int64_t copy = 0, copies = (int64_t)({n}); copy < copies; ++copy)"));
    }
    if fills {
        fill_one(synapses, out);
    }
    out.line("++q;");
    if repeats.is_some() {
        out.close();
    }
}
