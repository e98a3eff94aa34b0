/* Binomial numbers, exact for every n from 0 to 2^40 and every p: p > 1/2 is turned over; below n p = 10 sequential
 * inversion by the recurrence of the probabilities (BINV; Kachitvichyanukul and Schmeiser, CACM 31, 1988), above it
 * Hoermann's transformed rejection with squeeze (BTRS; J. Stat. Comput. Simul. 46, 1993), whose acceptance test uses
 * the saddle-point form of the probability (Loader, 2000), so that it loses no digits at large n.
 * A law holds what depends on n and p alone, so that a loop with the same n and p computes it once. One Philox block a
 * draw by inversion; attempts of the rejection take further blocks, whose number goes into bits 40 and up of the second
 * counter word, so there element must stay below 2^40.
 * Refused (INT64_MIN): n that is negative, above 2^40 or not whole (within 1e-9 of it), p outside of [0, 1], NaN. */
// needs: types philox log log1p exp sqrt random

typedef struct {
    double n, p;                    /* p <= 1/2 */
    double most;                    /* inversion: the largest k that is tried; rejection: -1; refused: -2 */
    double start, ratio, rise;      /* inversion: q^n, p/q, (n + 1) p/q */
    double a, b, squeeze, log_peak; /* rejection: the hat's shape, and log(alpha) - log f(mode) */
    int64_t turned;                 /* p was above 1/2 */
} ss_binomial_law;

/* log k! minus Stirling's formula for it, k >= 1. */
static inline double ss_stirling_rest(double k) {
    if (k < 16.0) {
        double factorial = 1.0;
        for (double i = 2.0; i <= k; i += 1.0) factorial *= i;
        return ss_log(factorial) - (k + 0.5) * ss_log(k) + k - 0x1.d67f1c864beb5p-1;
    }
    double i = 1.0 / k, i2 = i * i;
    return i * (1.0 / 12 - i2 * (1.0 / 360 - i2 * (1.0 / 1260 - i2 * (1.0 / 1680 - i2 * (1.0 / 1188)))));
}

/* x log(x/mean) + mean - x. */
static inline double ss_deviance(double x, double mean) {
    double d = (x - mean) / mean;
    return mean * ((1.0 + d) * ss_log1p(d) - d);
}

/* log of the probability of k, 0 <= k <= n. */
static inline double ss_binomial_log(double k, double n, double p) {
    double rest = n - k;
    if (k == 0.0) return n * ss_log1p(-p);
    if (rest == 0.0) return n * ss_log(p);
    double stirling = ss_stirling_rest(n) - ss_stirling_rest(k) - ss_stirling_rest(rest);
    double deviance = ss_deviance(k, n * p) + ss_deviance(rest, n * (1.0 - p));
    return stirling - deviance - 0.5 * ss_log(0x1.921fb54442d18p+2 * k * (rest / n));
}

static inline ss_binomial_law ss_binomial_law_of(double n, double p) {
    ss_binomial_law law = {0};
    double whole = __builtin_floor(n + 0.5);
    int refused = !(n >= 0.0 && n <= 0x1p40 && p >= 0.0 && p <= 1.0);
    refused |= !(__builtin_fabs(n - whole) <= 1e-9 * (whole + 1.0));
    law.turned = p > 0.5;
    law.n = whole;
    law.p = p > 0.5 ? 1.0 - p : p;
    if (refused) {
        law.most = -2.0;
        return law;
    }
    double q = 1.0 - law.p, mean = whole * law.p;
    if (mean < 10.0) {
        law.most = whole < 256.0 ? whole : 256.0;
        law.start = ss_exp(whole * ss_log1p(-law.p));
        law.ratio = law.p / q;
        law.rise = (whole + 1.0) * law.ratio;
        return law;
    }
    double deviation = ss_sqrt(mean * q);
    law.most = -1.0;
    law.b = 1.15 + 2.53 * deviation;
    law.a = -0.0873 + 0.0248 * law.b + 0.01 * law.p;
    law.squeeze = 0.92 - 4.2 / law.b;
    double mode = __builtin_floor((whole + 1.0) * law.p);
    law.log_peak = ss_log((2.83 + 5.1 / law.b) * deviation) + ss_binomial_log(mode, whole, law.p);
    return law;
}

static inline double ss_binomial_small(const ss_binomial_law *law, double uniform) {
    double probability = law->start, sum = probability, k = 0.0;
    while (uniform >= sum && k < law->most) {
        k += 1.0;
        probability *= law->rise / k - law->ratio;
        sum += probability;
    }
    return k;
}

static inline double ss_binomial_large(uint64_t key, uint64_t step, uint64_t element, const ss_binomial_law *law) {
    for (uint64_t block = 0; block < 1 << 20; block++) {
        double u, v;
        ss_uniform_pair(key, step, element + (block << 40), &u, &v);
        u -= 0.5;
        v = 1.0 - v;
        double side = 0.5 - __builtin_fabs(u);
        double k = __builtin_floor((2.0 * law->a / side + law->b) * u + law->n * law->p + 0.5);
        if (side >= 0.07 && v <= law->squeeze) return k;
        if (!(k >= 0.0 && k <= law->n)) continue;
        double bound = ss_log(v) + law->log_peak - ss_log(law->a / (side * side) + law->b);
        if (bound <= ss_binomial_log(k, law->n, law->p)) return k;
    }
    return __builtin_floor(law->n * law->p); /* not reached: each block is accepted with a probability of 0.7 or more */
}

/* A number of this law. */
static inline int64_t ss_binomial_drawn(uint64_t key, uint64_t step, uint64_t element, const ss_binomial_law *law) {
    if (law->most == -2.0) return -0x7fffffffffffffff - 1;
    double k = law->most >= 0.0 ? ss_binomial_small(law, ss_uniform(key, step, element))
                                : ss_binomial_large(key, step, element, law);
    return (int64_t)(law->turned ? law->n - k : k);
}

static inline int64_t ss_binomial(uint64_t key, uint64_t step, uint64_t element, double n, double p) {
    const ss_binomial_law law = ss_binomial_law_of(n, p);
    return ss_binomial_drawn(key, step, element, &law);
}
