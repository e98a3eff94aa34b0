/* Draws of real numbers besides uniform and normal.
 * exponential: inversion, 53 bits (largest value 36.7 means); one Philox block. gamma: Marsaglia and Tsang (ACM Trans.
 * Math. Softw. 26, 2000), for a shape below 1 times a power of a uniform number (their section 6); attempt k takes the
 * blocks 2k + 1 and 2k + 2, the power block 0, whose number goes into bits 40 and up of the second counter word, so there
 * element must stay below 2^40. uniform_between: low + (high - low) u, which may round to high.
 * NaN for a mean or scale that is negative, a shape that is not positive, and where an argument is NaN. */
// needs: types log exp sqrt random

static SS_INLINE double ss_uniform_between(uint64_t key, uint64_t step, uint64_t element, double low, double high) {
    return low + (high - low) * ss_uniform(key, step, element);
}

static SS_INLINE double ss_exponential(uint64_t key, uint64_t step, uint64_t element, double mean) {
    double x = mean * (0.0 - ss_log(1.0 - ss_uniform(key, step, element)));
    return mean >= 0.0 ? x : SS_NAN;
}

/* A gamma number of scale 1 and shape >= 1. */
static inline double ss_gamma_of(uint64_t key, uint64_t step, uint64_t element, double shape) {
    double d = shape - 1.0 / 3.0, c = 1.0 / (3.0 * ss_sqrt(d));
    for (uint64_t block = 1; block < 1 << 20; block += 2) {
        double x = ss_normal(key, step, element + (block << 40));
        double u = 1.0 - ss_uniform(key, step, element + ((block + 1) << 40));
        double root = 1.0 + c * x;
        if (!(root > 0.0)) continue;
        double v = root * root * root, x2 = x * x;
        if (u < 1.0 - 0.0331 * x2 * x2) return d * v;
        if (ss_log(u) < 0.5 * x2 + d * (1.0 - v + ss_log(v))) return d * v;
    }
    return d; /* not reached: each attempt is accepted with a probability of 0.95 or more */
}

static inline double ss_gamma(uint64_t key, uint64_t step, uint64_t element, double shape, double scale) {
    if (!(shape > 0.0 && shape < SS_INFINITY && scale >= 0.0)) return SS_NAN;
    if (shape >= 1.0) return scale * ss_gamma_of(key, step, element, shape);
    double u = 1.0 - ss_uniform(key, step, element);
    return scale * ss_gamma_of(key, step, element, shape + 1.0) * ss_exp(ss_log(u) / shape);
}
