//! What is known of a value of a scheme: its powers of the variable and of time, and where noise stands in it.

/// Where dW and g stand in a value: the least and the most of dW among its terms with noise, and whether all have g.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Noise {
    pub least: u32,
    pub most: u32,
    pub with_g: bool,
}

/// What is known of a value of a scheme.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Known {
    /// Exponents of the variable and of time; a number of any dimension (0) has none.
    pub powers: (f64, f64),
    /// Its terms with noise.
    pub noise: Option<Noise>,
    /// Whether terms without noise are there.
    pub plain: bool,
    /// The most of dW that was added up in it.
    pub summed: u32,
}

/// A value without noise.
pub(super) const fn plain(x: f64, t: f64) -> Known {
    Known { powers: (x, t), noise: None, plain: true, summed: 0 }
}

impl Known {
    /// Whether its noises are added up when it becomes a stage: all terms are g times dW.
    pub fn adds_up(&self) -> bool {
        self.noise.is_none_or(|n| n.least >= 1 && n.with_g)
    }
}

/// Equal but for roundings of thirds.
pub(super) fn same(a: (f64, f64), b: (f64, f64)) -> bool {
    (a.0 - b.0).abs() < 1e-9 && (a.1 - b.1).abs() < 1e-9
}

/// A dimension in words: `x`, `x/time`, `time**0.5`.
pub(super) fn dimension((x, t): (f64, f64)) -> String {
    if same((x, t), (0.0, 0.0)) {
        return "a pure number".into();
    }
    let power = |name: &str, n: f64| if n == 1.0 { name.to_string() } else { format!("{name}**{n}") };
    let over: Vec<String> =
        [("x", x), ("time", t)].iter().filter(|(_, n)| *n < 0.0).map(|(s, n)| power(s, -n)).collect();
    let up: Vec<String> =
        [("x", x), ("time", t)].iter().filter(|(_, n)| *n > 0.0).map(|(s, n)| power(s, *n)).collect();
    let up = if up.is_empty() { "1".to_string() } else { up.join("*") };
    if over.is_empty() { up } else { format!("{up}/{}", over.join("/")) }
}
