/* What the logarithms share: x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2), and
 * log(1 + f) = f - f^2/2 + s (f^2/2 + s^2 q(s^2)) with s = f / (2 + f), which is 2 atanh(s) with the first terms
 * rearranged so that f itself stays exact.
 * q: minimax of degree 6 in s^2 for the relative error of log(1 + f) (own Remez fit, 2^-59.5). */
// needs: bits

/* For normal x > 0. */
static SS_INLINE void ss_log_split(double x, double *k, double *f) {
    uint64_t moved = ss_bits(x) + (0x3ff0000000000000u - 0x3fe6a09e00000000u);
    *k = ss_from_bits((moved >> 52) | 0x4330000000000000u) - (0x1p52 + 1023.0);
    *f = ss_from_bits((moved & 0x000fffffffffffffu) + 0x3fe6a09e00000000u) - 1.0;
}

/* log(1 + f) - f, given half = f^2/2. */
static SS_INLINE double ss_log_tail(double f, double half) {
    double s = f / (2.0 + f);
    double z = s * s;
    double z2 = z * z;
    double q12 = __builtin_fma(z, 0x1.249249422a4b2p-2, 0x1.999999997f9f8p-2);
    double q34 = __builtin_fma(z, 0x1.746649b118e6fp-3, 0x1.c71c51d7c8e71p-3);
    double q56 = __builtin_fma(z, 0x1.2f11816cdb22cp-3, 0x1.39a0955d88866p-3);
    double q36 = __builtin_fma(z2, q56, q34);
    double q16 = __builtin_fma(z2, q36, q12);
    double q = __builtin_fma(z, q16, 0x1.5555555555593p-1);
    return __builtin_fma(s, __builtin_fma(z, q, half), -half);
}

/* y where x is positive and finite, otherwise what every logarithm gives there. A subnormal x counts as 0. */
static SS_INLINE double ss_log_special(double x, double y) {
    double finite = x < SS_INFINITY ? y : x;
    double below = x > -0x1p-1022 ? -SS_INFINITY : SS_NAN;
    return x >= 0x1p-1022 ? finite : below;
}
