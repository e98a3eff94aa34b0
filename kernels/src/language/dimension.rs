//! Physical dimensions: seven exponents in the order m, kg, s, A, K, mol, cd.

/// Exponents are kept in sixtieths, so that halves, thirds, quarters and fifths are exact.
const STEPS: i32 = 60;

/// A physical dimension; equality is exact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Dimension([i32; 7]);

impl Dimension {
    /// A pure number.
    pub const NONE: Dimension = Dimension([0; 7]);
    /// Seconds.
    pub const TIME: Dimension = Dimension::whole([0, 0, 1, 0, 0, 0, 0]);

    /// From whole exponents of m, kg, s, A, K, mol, cd.
    pub const fn whole(exponents: [i32; 7]) -> Dimension {
        let mut scaled = [0; 7];
        let mut k = 0;
        while k < 7 {
            scaled[k] = exponents[k] * STEPS;
            k += 1;
        }
        Dimension(scaled)
    }

    /// The seven exponents as numbers.
    pub fn exponents(self) -> [f64; 7] {
        self.0.map(|e| f64::from(e) / f64::from(STEPS))
    }

    /// Whether this is a pure number.
    pub fn is_none(self) -> bool {
        self == Dimension::NONE
    }

    /// The dimension of a product.
    pub fn times(self, other: Dimension) -> Dimension {
        Dimension(std::array::from_fn(|k| self.0[k] + other.0[k]))
    }

    /// The dimension of a quotient.
    pub fn over(self, other: Dimension) -> Dimension {
        Dimension(std::array::from_fn(|k| self.0[k] - other.0[k]))
    }

    /// The dimension of a power; `None` where the exponents are not sixtieths or are absurdly large.
    pub fn power(self, exponent: f64) -> Option<Dimension> {
        if !exponent.is_finite() {
            return None;
        }
        let mut out = [0; 7];
        for (o, e) in out.iter_mut().zip(self.0).filter(|(_, e)| *e != 0) {
            let scaled = f64::from(e) * exponent;
            let near = scaled.round();
            if !near.is_finite() || near.abs() > 1e6 || (near - scaled).abs() > 1e-6 {
                return None;
            }
            *o = near as i32;
        }
        Some(Dimension(out))
    }
}
