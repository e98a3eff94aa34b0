//! The job file of a network.

use std::fmt::Write;

use crate::plain::{Group, Network};

pub fn job(network: &Network) -> String {
    let mut out = format!("[run]\nduration = \"{} ms\"\ndt = \"0.1 ms\"\n", network.steps as f64 / 10.0);
    for (name, variable, group) in [("A", "x", &network.a), ("B", "y", &network.b)] {
        neurons(name, variable, group, &mut out);
    }
    let [a, b] = [&network.a.part, &network.b.part];
    let side = |k: usize| network.pairs.iter().map(|pair| pair[k]).collect::<Vec<_>>();
    write!(
        out,
        "[synapses.S]\nsource = \"A[{}:{}]\"\ntarget = \"B[{}:{}]\"\nequations = \"w : integer\"\ninitial = \"w = 1\"\n\
         connect = {{ i = {:?}, j = {:?} }}\n",
        a[0],
        a[1],
        b[0],
        b[1],
        side(0),
        side(1)
    )
    .unwrap();
    network.pathways.iter().filter(|p| ["pre", "post"].contains(&p.name.as_str())).for_each(|pathway| {
        let delay = if pathway.name == "pre" { "delay" } else { "delay_post" };
        write!(out, "on_{} = {}\n{delay} = {}\n", pathway.name, code(pathway.factor), time(network, pathway))
            .unwrap();
    });
    for pathway in network.pathways.iter().filter(|p| !["pre", "post"].contains(&p.name.as_str())) {
        let side = if pathway.from_source { "on_pre" } else { "on_post" };
        write!(
            out,
            "[synapses.S.pathways.{}]\n{side} = {}\ndelay = {}\n",
            pathway.name,
            code(pathway.factor),
            time(network, pathway)
        )
        .unwrap();
        pathway.order.iter().for_each(|order| writeln!(out, "order = {order}").unwrap());
    }
    let last = format!("{:.1} ms", (network.steps - 1) as f64 / 10.0);
    for (name, source, variable) in [("x", "A", "x"), ("y", "B", "y"), ("w", "S", "w")] {
        let kind = if name == "w" { "synapses" } else { "state" };
        write!(
            out,
            "[record.{name}]\nkind = \"{kind}\"\nsource = \"{source}\"\nvariables = [\"{variable}\"]\nat = \"{last}\"\n\
             slot = \"after_end\"\n"
        )
        .unwrap();
    }
    out
}

fn neurons(name: &str, variable: &str, group: &Group, out: &mut String) {
    write!(
        out,
        "[neurons.{name}]\nsize = {}\ndt = \"{:.1} ms\"\nequations = \"{variable} : integer\"\ninitial = \"{variable} = 1\"\n\
         threshold = \"(timestep(t, dt) + i) % {} == 0 or timestep(t, dt) % {} == 0\"\nreset = \"\"\n",
        group.size,
        group.dt as f64 / 10.0,
        group.period,
        group.burst
    )
    .unwrap();
}

fn code(factor: i64) -> String {
    format!(
        "\"w = (w*{factor} + x_pre + i) % 1009; y_post = (y_post*3 + w + j) % 1013; x_pre = (x_pre*{factor} + y_post) % 1019\""
    )
}

/// A delay in the steps of its sender's clock.
fn time(network: &Network, pathway: &crate::plain::Pathway) -> String {
    let dt = if pathway.from_source { network.a.dt } else { network.b.dt };
    let [base, di, dj] = pathway.delay;
    match [di, dj] {
        [0, 0] => format!("\"{} us\"", base * dt * 100),
        _ => format!("\"({base} + {di}*i + {dj}*j)*{dt}*0.1*ms\""),
    }
}
