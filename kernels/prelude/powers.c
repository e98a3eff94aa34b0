/* Whole powers of an expression by repeated products, in a fixed order; exact up to one rounding a product. */
static inline double ss_square(double x) { return x * x; }

static inline double ss_cube(double x) { return x * x * x; }

/* x**n for 0 < n <= 8; n is a literal, so that the branches vanish. */
static inline double ss_whole_power(double x, int32_t n) {
    const double x2 = x * x, x4 = x2 * x2;
    const double high = n >= 8 ? x4 * x4 : n >= 4 ? x4 : 1.0;
    const int32_t rest = n & 3;
    return rest == 0 ? high : rest == 1 ? high * x : rest == 2 ? high * x2 : high * (x2 * x);
}
