//! Characters without a meaning in equations, with what is meant by them.

use super::super::ast::Span;
use super::super::codes;
use super::super::fault::Fault;

/// Characters that come with copied text, with what is meant.
const LOOKALIKES: [(char, &str); 20] = [
    ('\u{201C}', "\""),
    ('\u{201D}', "\""),
    ('\u{2018}', "'"),
    ('\u{2019}', "'"),
    ('\u{2212}', "-"),
    ('\u{2013}', "-"),
    ('\u{2014}', "-"),
    ('\u{D7}', "*"),
    ('\u{B7}', "*"),
    ('\u{22C5}', "*"),
    ('\u{F7}', "/"),
    ('\u{2264}', "<="),
    ('\u{2265}', ">="),
    ('\u{2260}', "!="),
    ('\u{B2}', "**2"),
    ('\u{B3}', "**3"),
    ('\u{221A}', "sqrt()"),
    ('\u{221E}', "inf"),
    ('\u{FF1A}', ":"),
    ('\u{2215}', "/"),
];

/// Names of letters that people write in formulas; `lambda` is reserved.
const GREEK: [(char, &str); 29] = [
    ('α', "alpha"),
    ('β', "beta"),
    ('γ', "gamma"),
    ('δ', "delta"),
    ('ε', "epsilon"),
    ('ζ', "zeta"),
    ('η', "eta"),
    ('θ', "theta"),
    ('ι', "iota"),
    ('κ', "kappa"),
    ('λ', "lambda_"),
    ('μ', "mu"),
    ('ν', "nu"),
    ('ξ', "xi"),
    ('π', "pi"),
    ('ρ', "rho"),
    ('σ', "sigma"),
    ('τ', "tau"),
    ('φ', "phi"),
    ('χ', "chi"),
    ('ψ', "psi"),
    ('ω', "omega"),
    ('Δ', "Delta"),
    ('Ω', "Omega"),
    ('Σ', "Sigma"),
    ('Φ', "Phi"),
    ('Ψ', "Psi"),
    ('Γ', "Gamma"),
    ('Θ', "Theta"),
];

/// The fault of a character that is none of the language.
pub(super) fn strange(c: char, span: Span) -> Fault {
    if c.is_whitespace() || matches!(c, '\u{200B}' | '\u{FEFF}') {
        let message = format!("an invisible character (U+{:04X}) stands here", c as u32);
        return Fault::new(codes::CHARACTER, span, message).help("replace it by a plain space");
    }
    let shown = if c.is_control() { format!("U+{:04X}", c as u32) } else { format!("'{c}'") };
    let fault =
        Fault::new(codes::CHARACTER, span, format!("the character {shown} has no meaning in equations"));
    if let Some((_, plain)) = LOOKALIKES.iter().find(|(k, _)| *k == c) {
        return fault.help(format!("write {plain}"));
    }
    match GREEK.iter().find(|(k, _)| *k == c) {
        Some((_, name)) => fault.help(format!("names are made of A-Z, a-z, 0-9 and _: write {name}")),
        None if c.is_alphanumeric() => fault.help("names are made of A-Z, a-z, 0-9 and _"),
        None => fault,
    }
}
