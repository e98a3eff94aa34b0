/* Random numbers that are a function of (key, step, element) only: one Philox block per draw, counter = (step,
 * element). Poisson numbers may need several blocks; their number goes into bits 40 and up of the second counter word,
 * so there element must stay below 2^40.
 * uniform: 53 bits, in [0, 1). normal: Box and Muller, 53 bits each for the radius (in (0, 1], so the logarithm is finite;
 * largest value 8.57) and the angle. geometric: inversion of -log(1 - p). poisson: sequential inversion below 10, above
 * it Hoermann's transformed rejection with squeeze (PTRS, 1993), whose acceptance test uses the deviance form of
 * the probability, so that it loses no digits at large lambda. uniform and normal vectorise, the others are scalar.
 * Refused (INT64_MIN): a lambda that is negative, NaN or above 2^40. */
// needs: types bits philox log log1p exp sqrt sincos

/* The upper 53 bits of a word, times 2^-53; exact, without a conversion instruction. */
static SS_INLINE double ss_uniform_of(uint64_t word) {
    double high = ss_from_bits((word >> 32) | 0x4330000000000000u) - 0x1p52;
    double low = ss_from_bits((word >> 11 & 0x1fffffu) | 0x4330000000000000u) - 0x1p52;
    return high * 0x1p-32 + low * 0x1p-53;
}

/* Two uniform numbers in [0, 1) of one block. */
static SS_INLINE void ss_uniform_pair(uint64_t key, uint64_t step, uint64_t element, double *first, double *second) {
    uint64_t first_word, second_word;
    ss_philox_pairs(key, step, element, &first_word, &second_word);
    *first = ss_uniform_of(first_word);
    *second = ss_uniform_of(second_word);
}

static SS_INLINE double ss_uniform(uint64_t key, uint64_t step, uint64_t element) {
    double first, second;
    ss_uniform_pair(key, step, element, &first, &second);
    return first;
}

/* A normal number from two uniform ones in [0, 1). */
static SS_INLINE double ss_normal_of(double uniform, double turns) {
    double radius = ss_sqrt(-2.0 * ss_log(1.0 - uniform));
    /* cos(2 pi turns), the quadrant split off exactly */
    double shifted = __builtin_fma(turns, 4.0, SS_SHIFT);
    double rest = __builtin_fma(shifted - SS_SHIFT, -0.25, turns);
    return radius * ss_sin_quadrant(ss_bits(shifted) + 1, rest * 0x1.921fb54442d18p+2, 0.0);
}

static SS_INLINE double ss_normal(uint64_t key, uint64_t step, uint64_t element) {
    double uniform, turns;
    ss_uniform_pair(key, step, element, &uniform, &turns);
    return ss_normal_of(uniform, turns);
}

/* 1 / log(1 - p) for ss_geometric_from: -0 for p >= 1, -inf for p <= 0 and NaN. */
static inline double ss_geometric_inverse(double p) {
    double inverse = 1.0 / ss_log1p(-p);
    inverse = p >= 1.0 ? -0.0 : inverse;
    return p > 0.0 ? inverse : -SS_INFINITY;
}

/* Failures before the first success, from a uniform number in (0, 1]; 2^62 stands for "never". */
static SS_INLINE int64_t ss_geometric_from(double uniform, double inverse_log_q) {
    double failures = __builtin_floor(ss_log(uniform) * inverse_log_q);
    return failures < 0x1p62 ? (int64_t)failures : (int64_t)1 << 62;
}

static inline int64_t ss_geometric(uint64_t key, uint64_t step, uint64_t element, double p) {
    return ss_geometric_from(1.0 - ss_uniform(key, step, element), ss_geometric_inverse(p));
}

/* log of the Poisson probability of k for lambda >= 10. */
static inline double ss_poisson_log(double k, double lambda) {
    if (k < 16.0) {
        double factorial = 1.0;
        for (double i = 2.0; i <= k; i += 1.0) factorial *= i;
        return k * ss_log(lambda) - lambda - ss_log(factorial);
    }
    double d = (k - lambda) / lambda;
    double deviance = lambda * ((1.0 + d) * ss_log1p(d) - d);
    double i = 1.0 / k, i2 = i * i;
    double stirling = i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 * (1.0 / 1188)))));
    return -(deviance + stirling + 0.5 * ss_log(0x1.921fb54442d18p+2 * k));
}

static inline int64_t ss_poisson_small(double uniform, double lambda) {
    double probability = ss_exp(-lambda), sum = probability;
    int64_t k = 0;
    while (uniform >= sum && k < 128) {
        k += 1;
        probability *= lambda / (double)k;
        sum += probability;
    }
    return k;
}

static inline int64_t ss_poisson_large(uint64_t key, uint64_t step, uint64_t element, double lambda) {
    double b = 0.931 + 2.53 * ss_sqrt(lambda);
    double a = -0.059 + 0.02483 * b;
    double log_inverse_alpha = ss_log(1.1239 + 1.1328 / (b - 3.4));
    double squeeze = 0.9277 - 3.6224 / (b - 2.0);
    for (uint64_t block = 0; block < 1 << 20; block++) {
        double u, v;
        ss_uniform_pair(key, step, element + (block << 40), &u, &v);
        u -= 0.5;
        v = 1.0 - v;
        double side = 0.5 - __builtin_fabs(u);
        double k = __builtin_floor((2.0 * a / side + b) * u + lambda + 0.43);
        if (side >= 0.07 && v <= squeeze) return (int64_t)k;
        if (!(k >= 0.0) || (side < 0.013 && v > side)) continue;
        double bound = ss_log(v) + log_inverse_alpha - ss_log(a / (side * side) + b);
        if (bound <= ss_poisson_log(k, lambda)) return (int64_t)k;
    }
    return (int64_t)lambda; /* not reached: each block is accepted with a probability of at least 0.7 */
}

static inline int64_t ss_poisson(uint64_t key, uint64_t step, uint64_t element, double lambda) {
    if (!(lambda >= 0.0 && lambda <= 0x1p40)) return -0x7fffffffffffffff - 1;
    if (lambda < 10.0) return ss_poisson_small(ss_uniform(key, step, element), lambda);
    return ss_poisson_large(key, step, element, lambda);
}
