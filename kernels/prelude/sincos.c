/* What the trigonometric functions share: x = n pi/2 + r with |r| <= pi/4 as a sum of two doubles, and sine and cosine
 * of r.
 * Method: Cody and Waite with pi/2 in three doubles; with fma the first product is exact, the second is kept in two
 * doubles. Good to 2^-70 of pi/2 or better for |x| < 2^48; beyond that, and for inf and NaN, the remainder is NaN: a
 * double that large does not hold a phase.
 * Polynomials: minimax of degree 5 in r^2 for (sin r - r)/r^3 and (cos r - 1 + r^2/2)/r^4 (own Remez fit, 2^-57.8 and
 * 2^-63.7 of the result). */
// needs: bits
#define SS_TRIG_LIMIT 0x1p48

/* Bit 0 of the result: sine and cosine change places; bit 1: the sign of the sine. */
static SS_INLINE uint64_t ss_trig_reduce(double x, double *high, double *low) {
    double shifted = __builtin_fma(x, 0x1.45f306dc9c883p-1, SS_SHIFT);
    double n = shifted - SS_SHIFT;
    double first = __builtin_fma(n, -0x1.921fb54442d18p+0, x);
    double product = n * 0x1.1a62633145c07p-54;
    double product_low = __builtin_fma(n, 0x1.1a62633145c07p-54, -product);
    double rest = first - product;
    double back = first - rest;
    double rest_low = (first - (rest + back)) + (back - product);
    rest_low = rest_low - product_low;
    rest_low = __builtin_fma(n, 0x1.f1976b7ed8fbcp-110, rest_low);
    *high = __builtin_fabs(x) < SS_TRIG_LIMIT ? rest : SS_NAN;
    *low = rest_low;
    return ss_bits(shifted);
}

/* sin(r + low) - r. */
static SS_INLINE double ss_sin_tail(double r, double low) {
    double z = r * r;
    double z2 = z * z;
    double p01 = __builtin_fma(z, 0x1.111111110f730p-7, -0x1.5555555555548p-3);
    double p23 = __builtin_fma(z, 0x1.71de35553cb47p-19, -0x1.a01a019be9319p-13);
    double p45 = __builtin_fma(z, 0x1.5d8b5a8c67e70p-33, -0x1.ae5e4b937a009p-26);
    double p25 = __builtin_fma(z2, p45, p23);
    double p = __builtin_fma(z2, p25, p01);
    double low_part = __builtin_fma(-0.5 * z, low, low);
    return __builtin_fma(z * r, p, low_part);
}

/* cos(r + low) = *high + the result, *high = 1 - r^2/2 rounded. */
static SS_INLINE double ss_cos_tail(double r, double low, double *high) {
    double z = r * r;
    double z2 = z * z;
    double p01 = __builtin_fma(z, -0x1.6c16c16c15012p-10, 0x1.555555555554bp-5);
    double p23 = __builtin_fma(z, -0x1.27e4f7f1127f3p-22, 0x1.a01a019c8e9f3p-16);
    double p45 = __builtin_fma(z, -0x1.8fa6488da3d02p-37, 0x1.1ee9db68981dbp-29);
    double p25 = __builtin_fma(z2, p45, p23);
    double p = __builtin_fma(z2, p25, p01);
    double half = 0.5 * z;
    double one = 1.0 - half;
    double lost = (1.0 - one) - half;
    *high = one;
    return __builtin_fma(z2, p, __builtin_fma(-r, low, lost));
}

/* The sine of (quadrant pi/2 + high + low). */
static SS_INLINE double ss_sin_quadrant(uint64_t quadrant, double high, double low) {
    double sine = high + ss_sin_tail(high, low);
    double cosine_high;
    double cosine_tail = ss_cos_tail(high, low, &cosine_high);
    double cosine = cosine_high + cosine_tail;
    double y = (quadrant & 1) != 0 ? cosine : sine;
    return ss_from_bits(ss_bits(y) ^ ((quadrant & 2) << 62));
}
