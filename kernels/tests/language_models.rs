//! Equations of published models pass the checks as they stand.

use std::collections::BTreeMap;

use kernels::language::ast::TextId;
use kernels::language::check::{self, Scope, Symbol};
use kernels::language::dimension::Dimension;
use kernels::language::names::Place;
use kernels::language::{parser, units};

/// Names with their units.
struct Known(BTreeMap<&'static str, Symbol>);

impl Known {
    fn new(words: &'static str) -> Known {
        let symbol = |unit: &str| match unit {
            "1" => Symbol::NUMBER,
            "integer" => Symbol::INTEGER,
            "boolean" => Symbol::BOOLEAN,
            _ => Symbol::real(units::quantity(&format!("1 {unit}")).expect(unit).expect(unit).1),
        };
        let listed = words.split_whitespace().map(|w| w.split_once(':').expect(w));
        let usual = [
            ("t", Symbol::real(Dimension::TIME)),
            ("dt", Symbol::real(Dimension::TIME)),
            ("i", Symbol::INTEGER),
        ];
        Known(listed.map(|(name, unit)| (name, symbol(unit))).chain(usual).collect())
    }
}

impl Scope for Known {
    fn symbol(&self, name: &str) -> Option<Symbol> {
        self.0.get(name).copied()
    }

    fn names(&self) -> Vec<String> {
        self.0.keys().map(|n| n.to_string()).collect()
    }
}

fn passes(place: Place, parameters: &'static str, text: &str) {
    let known = Known::new(parameters);
    let list = parser::equations(text, TextId(0)).unwrap_or_else(|faults| panic!("{faults:#?}"));
    check::equations(&list, place, &known).unwrap_or_else(|faults| panic!("{faults:#?}"));
}

#[test]
fn cuba() {
    passes(
        Place::Neurons,
        "taum:ms taue:ms taui:ms El:mV",
        "dv/dt  = (ge + gi - (v - El))/taum : volt (unless refractory)
         dge/dt = -ge/taue : volt
         dgi/dt = -gi/taui : volt",
    );
}

#[test]
fn cobahh() {
    passes(
        Place::Neurons,
        "Cm:pF gl:nS El:mV Ee:mV Ei:mV EK:mV ENa:mV g_na:nS g_kd:nS VT:mV taue:ms taui:ms",
        "dv/dt = (gl*(El-v)+ge*(Ee-v)+gi*(Ei-v)-
                  g_na*(m*m*m)*h*(v-ENa)-
                  g_kd*(n*n*n*n)*(v-EK))/Cm : volt
         dm/dt = alpha_m*(1-m)-beta_m*m : 1
         dn/dt = alpha_n*(1-n)-beta_n*n : 1
         dh/dt = alpha_h*(1-h)-beta_h*h : 1
         dge/dt = -ge*(1./taue) : siemens
         dgi/dt = -gi*(1./taui) : siemens
         alpha_m = 0.32*(mV**-1)*4*mV/exprel((13*mV-v+VT)/(4*mV))/ms : Hz
         beta_m = 0.28*(mV**-1)*5*mV/exprel((v-VT-40*mV)/(5*mV))/ms : Hz
         alpha_h = 0.128*exp((17*mV-v+VT)/(18*mV))/ms : Hz
         beta_h = 4./(1+exp((40*mV-v+VT)/(5*mV)))/ms : Hz
         alpha_n = 0.032*(mV**-1)*5*mV/exprel((15*mV-v+VT)/(5*mV))/ms : Hz
         beta_n = .5*exp((10*mV-v+VT)/(40*mV))/ms : Hz",
    );
}

#[test]
fn adex() {
    passes(
        Place::Neurons,
        "C:pF gL:nS EL:mV VT:mV DeltaT:mV tauw:ms a:nS",
        "dvm/dt = (gL*(EL - vm) + gL*DeltaT*exp((vm - VT)/DeltaT) + I - w)/C : volt
         dw/dt = (a*(vm - EL) - w)/tauw : amp
         I : amp",
    );
}

#[test]
fn izhikevich_with_units() {
    passes(
        Place::Neurons,
        "a:1/ms b:1/ms",
        "dv/dt = (0.04/ms/mV)*v**2 + (5/ms)*v + 140*mV/ms - u + I : volt
         du/dt = a*(b*v - u) : volt/second
         I : volt/second",
    );
}

#[test]
fn noise_and_heterogeneity() {
    passes(
        Place::Neurons,
        "tau:ms sigma:mV mu:mV xi:1/s^0.5",
        "dv/dt = (mu - v + gain*drive)/tau + sigma*xi*(2/tau)**0.5 : volt (unless refractory)
         gain : 1 (constant)
         drive = 1*mV*sin(2*pi*5*Hz*t + i) : volt (constant over dt)
         late = t > 100*ms and not off : boolean
         off : boolean
         k = int(late) + i // 2 : integer",
    );
}

#[test]
fn stdp_and_nmda() {
    passes(
        Place::Synapses,
        "taupre:ms taupost:ms v_post:mV Mg:1 alpha:1/ms taus:ms",
        "w : 1
         dApre/dt = -Apre/taupre : 1 (event-driven)
         dApost/dt = -Apost/taupost : 1 (event-driven)
         dg/dt = -g/taus + alpha*x*(1 - g) : 1 (clock-driven)
         dx/dt = -x/taus : 1 (clock-driven)
         g_nmda_post = w*g/(1 + Mg*exp(-0.062*v_post/mV)/3.57) : 1 (summed)",
    );
    let known = Known::new("wmax:1 gmax:1 dApre:1 Apre:1 Apost:1 w:1 ge_post:1");
    let writable =
        |name: &str| known.symbol(name).filter(|_| matches!(name, "Apre" | "Apost" | "w" | "ge_post"));
    let on_pre = "ge_post += w\nApre += dApre; change = Apost*wmax\nw = clip(w + change, 0, gmax)";
    let list = parser::statements(on_pre, TextId(0)).expect(on_pre);
    let temporaries = check::statements(&list, &known, &writable).expect(on_pre);
    assert_eq!(temporaries, BTreeMap::from([("change".to_string(), Symbol::NUMBER)]));
}
