//! The codes of faults that show when a step program is made: `E06..`.

/// There is no such method.
pub const METHOD: &str = "E0601";
/// A conditionally linear method for equations that are not.
pub const NOT_CONDITIONALLY_LINEAR: &str = "E0602";
/// Random numbers within an integration step.
pub const DRAW: &str = "E0603";
/// The exact method for equations that it cannot solve.
pub const NOT_EXACT: &str = "E0604";
/// Noise where it cannot be, or not linear.
pub const NOISE: &str = "E0611";
/// A method that cannot integrate noise of this kind.
pub const NOISE_METHOD: &str = "E0612";
/// A scheme of the user's that is wrong.
pub const SCHEME: &str = "E0613";

/// Every code with what it means, in order.
pub const TABLE: &[(&str, &str)] = &[
    (METHOD, "an integration method that does not exist"),
    (NOT_CONDITIONALLY_LINEAR, "exponential_euler for an equation that is not linear in its own variable"),
    (DRAW, "random numbers within an integration step"),
    (NOT_EXACT, "exact for equations that have no exact solution"),
    (NOISE, "a noise term that is not linear, or outside of differential equations"),
    (NOISE_METHOD, "an integration method that does not fit the noise of the equations"),
    (SCHEME, "an integration scheme that cannot be carried out"),
];
