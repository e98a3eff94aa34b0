//! The C texts of `kernels/prelude/`, pasted into a kernel only as far as it uses them.

use std::collections::BTreeSet;

macro_rules! texts {
    ($($stem:literal),* $(,)?) => {
        &[$(($stem, include_str!(concat!("../../prelude/", $stem, ".c")))),*]
    };
}

/// Stem and text of every file; a file may use only functions of those it names after `// needs:`.
pub const TEXTS: &[(&str, &str)] = texts![
    "arccos",
    "arcsin",
    "arctan",
    "asinparts",
    "binomial",
    "bits",
    "continuous",
    "control",
    "cos",
    "cosh",
    "count32",
    "exp",
    "expm",
    "expm1",
    "expm1parts",
    "exprel",
    "integer",
    "inverse_exprel",
    "log",
    "log10",
    "log1p",
    "logparts",
    "lookup",
    "making",
    "normals",
    "philox",
    "pow",
    "powers",
    "propagator",
    "random",
    "refractory",
    "rk45",
    "sin",
    "sincos",
    "sinh",
    "sqrt",
    "table",
    "tan",
    "tanh",
    "types",
];

/// The texts that define every `ss_` function called in `body`, with all they need, each once, in a working order.
pub fn for_body(body: &str) -> String {
    let mut wanted = BTreeSet::new();
    for (stem, text) in TEXTS {
        if defined(text).any(|function| calls(body, function)) {
            require(stem, &mut wanted);
        }
    }
    ["types", "bits"].iter().for_each(|stem| require(stem, &mut wanted));
    let mut done = BTreeSet::new();
    let mut out = String::new();
    wanted.iter().for_each(|stem| paste(stem, &mut done, &mut out));
    out
}

fn text_of(stem: &str) -> &'static str {
    TEXTS.iter().find(|(s, _)| *s == stem).map_or("", |(_, text)| text)
}

fn needs(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter_map(|line| line.strip_prefix("// needs:")).flat_map(str::split_whitespace)
}

fn require(stem: &'static str, wanted: &mut BTreeSet<&'static str>) {
    if wanted.insert(stem) {
        needs(text_of(stem)).for_each(|other| require(other, wanted));
    }
}

fn paste(stem: &'static str, done: &mut BTreeSet<&'static str>, out: &mut String) {
    if !done.insert(stem) {
        return;
    }
    needs(text_of(stem)).for_each(|other| paste(other, done, out));
    out.push_str(text_of(stem));
    out.push('\n');
}

/// Names of the functions that a text defines.
fn defined(text: &'static str) -> impl Iterator<Item = &'static str> {
    text.lines().filter(|line| line.starts_with("static ")).filter_map(|line| {
        let head = &line[..line.find('(')?];
        head.rsplit([' ', '*']).next()
    })
}

fn calls(body: &str, function: &str) -> bool {
    let needle = format!("{function}(");
    body.match_indices(&needle)
        .any(|(at, _)| !body[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
}
