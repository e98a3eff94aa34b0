//! The rules of linked variables: every neuron reads one that is there.

use kernels::language::ast::{Expr, Span};
use kernels::language::evaluate::{self, Value, Values};
use kernels::model::{Group, Link, Model, Places};

use super::Broken;
use super::collect::Collector;
use super::sizes::size;
use crate::codes;
use crate::points::{self, Bindings};

impl Collector<'_> {
    /// A link of a group.
    pub(super) fn link(&mut self, group: &Group, link: &Link, model: &Model) {
        let source = &model.groups[link.group];
        let (own, other) = (ends(group), ends(source));
        let span = link.span;
        match &link.index {
            None => self.add(&[&own.1.clone(), &other.1.clone()], move |bindings| {
                let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
                if m == 1 || n == m {
                    return Ok(());
                }
                let message = format!("{} has {n} neurons and {} has {m}", own.0, other.0);
                let help = "say which neuron each one reads: { from = \"...\", index = \"i // 2\" }";
                Err(Broken::new(codes::LINK, span, message).help(help))
            }),
            Some(Places::List(list, span)) => self.listed(own, other, list.clone(), *span),
            Some(Places::Formula(index)) => self.formula(own, other, index.clone(), model),
        }
    }

    fn listed(&mut self, own: (String, Expr), other: (String, Expr), list: Vec<u32>, span: Span) {
        self.add(&[&own.1.clone(), &other.1.clone()], move |bindings| {
            let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
            if list.len() as i64 != n {
                let message = format!("there are {} indices, but {} has {n} neurons", list.len(), own.0);
                return Err(Broken::new(codes::LINK, span, message).help("list one for each neuron"));
            }
            match list.iter().enumerate().find(|(_, place)| i64::from(**place) >= m) {
                Some((i, place)) => Err(outside(i as i64, i64::from(*place), &other.0, m, span)),
                None => Ok(()),
            }
        });
    }

    fn formula(&mut self, own: (String, Expr), other: (String, Expr), index: Expr, model: &Model) {
        let arrays: Vec<(String, Vec<f64>)> = super::super::formula::names(&index)
            .into_iter()
            .filter_map(|(name, _)| model.arrays.iter().find(|a| a.name == name))
            .map(|a| (a.name.clone(), a.values.clone()))
            .collect();
        self.add(&[&own.1.clone(), &other.1.clone(), &index.clone()], move |bindings| {
            let (n, m) = (size(&own.0, &own.1, bindings)?, size(&other.0, &other.1, bindings)?);
            for i in 0..n {
                let place = at(&index, i, n, &arrays, bindings)?;
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

fn outside(i: i64, place: i64, source: &str, size: i64, span: Span) -> Broken {
    let message = format!("neuron {i} would read neuron {place} of {source}, which has {size}");
    Broken::new(codes::LINK, span, message).help(&format!("indices go from 0 to {}", size - 1))
}
