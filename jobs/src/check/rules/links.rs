//! The rules of linked variables: every neuron reads one that is there.

use kernels::language::ast::{Expr, Flag, Span};
use kernels::language::evaluate::{self, Value, Values};
use kernels::model::{Group, Link, Model, Places, Population};

use super::Broken;
use super::collect::Collector;
use super::sizes::size;
use crate::codes;
use crate::points::{self, Bindings};

impl Collector<'_> {
    /// A link of a group.
    pub(super) fn link(&mut self, group: &Group, link: &Link, model: &Model) {
        let source = match link.of {
            Population::Group(g) => &model.groups[g],
            _ => return self.count_for_synapses(group, link),
        };
        let (own, other) = (ends(group), ends(source));
        let span = link.span;
        let is_shared =
            |group: &Group, name: &str| group.equations.iter().any(|e| e.name == name && e.has(Flag::Shared));
        // A shared variable has one value; what it reads must, too.
        let differ = is_shared(group, &link.variable) && !is_shared(source, &link.source);
        let variable = link.variable.clone();
        match &link.index {
            None => self.add(&[&own.1.clone(), &other.1.clone()], move |bindings| {
                let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
                if m == 1 || n == m && !differ {
                    return Ok(());
                }
                if n == m && n > 1 {
                    return Err(unshared(&variable, span));
                }
                let message = format!("{} has {n} neurons and {} has {m}", own.0, other.0);
                let help = "say which neuron each one reads: { from = \"...\", index = \"i // 2\" }";
                Err(Broken::new(codes::LINK, span, message).help(help))
            }),
            Some(Places::List(list, span)) => {
                let differ = differ.then_some(variable);
                self.listed(own, other, (list.clone(), *span), differ);
            }
            Some(Places::Formula(index)) => {
                let differ = differ.then_some(variable);
                self.formula(own, other, (index.clone(), differ), model);
            }
        }
    }

    /// How many synapses there are is known once they are made.
    fn count_for_synapses(&mut self, group: &Group, link: &Link) {
        let (Some(Places::List(list, span)), own) = (&link.index, ends(group)) else { return };
        let (count, span) = (list.len() as i64, *span);
        self.add(&[&own.1.clone()], move |bindings| match size(&own.0, &own.1, bindings)? {
            n if n == count => Ok(()),
            n => Err(unlisted(count, &own.0, n, span)),
        });
    }

    /// `differ`: the variable, if all its places must be the same.
    fn listed(
        &mut self,
        own: (String, Expr),
        other: (String, Expr),
        (list, span): (Vec<u32>, Span),
        differ: Option<String>,
    ) {
        self.add(&[&own.1.clone(), &other.1.clone()], move |bindings| {
            let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
            if list.len() as i64 != n {
                return Err(unlisted(list.len() as i64, &own.0, n, span));
            }
            match list.iter().enumerate().find(|(_, place)| i64::from(**place) >= m) {
                Some((i, place)) => Err(outside(i as i64, i64::from(*place), &other.0, m, span)),
                None => match &differ {
                    Some(variable) if list.iter().any(|place| *place != list[0]) => {
                        Err(unshared(variable, span))
                    }
                    _ => Ok(()),
                },
            }
        });
    }

    fn formula(
        &mut self,
        own: (String, Expr),
        other: (String, Expr),
        (index, differ): (Expr, Option<String>),
        model: &Model,
    ) {
        let arrays: Vec<(String, Vec<f64>)> = super::super::formula::names(&index)
            .into_iter()
            .filter_map(|(name, _)| model.arrays.iter().find(|a| a.name == name))
            .map(|a| (a.name.clone(), a.values.clone()))
            .collect();
        self.add(&[&own.1.clone(), &other.1.clone(), &index.clone()], move |bindings| {
            let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
            // A list of another length is a fault of its own.
            if arrays.iter().any(|(_, values)| values.len() as i64 != n) {
                return Ok(());
            }
            let mut first = None;
            for i in 0..n {
                let place = at(&index, i, n, &arrays, bindings)?;
                if let Some(variable) = &differ
                    && *first.get_or_insert(place) != place
                {
                    return Err(unshared(variable, index.span));
                }
                if !(0..m).contains(&place) {
                    return Err(outside(i, place, &other.0, m, index.span));
                }
            }
            Ok(())
        });
    }
}

fn ends(group: &Group) -> (String, Expr) {
    (group.name.clone(), group.size.clone())
}

/// The index for one neuron.
fn at(
    index: &Expr,
    i: i64,
    n: i64,
    arrays: &[(String, Vec<f64>)],
    bindings: &Bindings<'_>,
) -> Result<i64, Broken> {
    let known = |name: &str| match name {
        "i" => Some(Value::Integer(i)),
        "N" => Some(Value::Integer(n)),
        _ => match arrays.iter().find(|(array, _)| array == name) {
            Some((_, values)) => values.get(i as usize).map(|v| Value::Real(*v)),
            None => Values::value(bindings, name),
        },
    };
    let value = evaluate::scalar(index, &known).map_err(Broken::of)?;
    points::whole(&value)
        .ok_or_else(|| Broken::new(codes::LINK, index.span, format!("the index of neuron {i} is not whole")))
}

fn unlisted(count: i64, group: &str, size: i64, span: Span) -> Broken {
    let message = format!("there are {count} indices, but {group} has {size} neurons");
    Broken::new(codes::LINK, span, message).help("list one for each neuron")
}

fn unshared(variable: &str, span: Span) -> Broken {
    let message = format!("'{variable}' is shared, but this gives each neuron a value of its own");
    Broken::new(codes::LINK, span, message)
        .help("link it to a shared variable, to a group of one neuron, or to one neuron by index = 0")
}

fn outside(i: i64, place: i64, source: &str, size: i64, span: Span) -> Broken {
    let message = format!("neuron {i} would read neuron {place} of {source}, which has {size}");
    Broken::new(codes::LINK, span, message).help(&format!("indices go from 0 to {}", size - 1))
}
