/* x to the power y, with the special cases of IEEE 754 (C99 annex F).
 * Method: exp(y log|x|) with the logarithm as a sum of two doubles, good to 2^-65: log(1 + f) = s (2 + s^2 (2/3 + s^2
 * p(s^2))), s = f / (2 + f) with its remainder, all but p in two doubles; p: minimax of degree 6 (own Remez fit,
 * 2^-66.3); then the exponential of such a sum.
 * Error: below 1.25 ulp. A negative base with a power that is no integer gives NaN; a subnormal base
 * counts as 0, a result below 2^-1022 may be 0. */
// needs: bits logparts expm1parts

/* log(x) = *high + *low for x >= 0; inf and NaN come back in *high. */
static SS_INLINE void ss_pow_log(double x, double *high, double *low) {
    double k, f;
    ss_log_split(x, &k, &f);
    double d = 2.0 + f;
    double d_low = f - (d - 2.0);
    double inverse = 1.0 / d;
    double s = f * inverse;
    double s_low = __builtin_fma(-s, d_low, __builtin_fma(-s, d, f)) * inverse;
    double z = s * s;
    double z_low = __builtin_fma(s + s, s_low, __builtin_fma(s, s, -z));
    double z2 = z * z;
    double p01 = __builtin_fma(z, 0x1.2492492457b51p-2, 0x1.9999999999b31p-2);
    double p23 = __builtin_fma(z, 0x1.745ce9d12bb76p-3, 0x1.c71c722d980bep-3);
    double p45 = __builtin_fma(z, 0x1.0f7f94c0cee7bp-3, 0x1.3b1eef82a0d31p-3);
    double p46 = __builtin_fma(z2, 0x1.0e45e2c73af45p-3, p45);
    double p26 = __builtin_fma(z2, p46, p23);
    double p = __builtin_fma(z2, p26, p01);
    /* t = 2/3 + z p */
    double zp = z * p;
    double t = 0x1.5555555555555p-1 + zp;
    double t_low = ((0x1.5555555555555p-1 - t) + zp) + 0x1.5555555555555p-55;
    /* g = z t */
    double g = z * t;
    double g_low = __builtin_fma(z, t, -g);
    g_low = __builtin_fma(z, t_low, g_low);
    g_low = __builtin_fma(z_low, t, g_low);
    /* b = 2 + g, and log(1 + f) = s b */
    double b = 2.0 + g;
    double b_low = ((2.0 - b) + g) + g_low;
    double m = s * b;
    double m_low = __builtin_fma(s, b, -m);
    m_low = __builtin_fma(s, b_low, m_low);
    m_low = __builtin_fma(s_low, b, m_low);
    double k_high = k * 0x1.62e42fefa38p-1;
    double sum = k_high + m;
    double sum_low = (k_high - sum) + m;
    *low = __builtin_fma(k, 0x1.ef35793c7673p-45, sum_low + m_low);
    sum = x < SS_INFINITY ? sum : x;
    *high = x < 0x1p-1022 ? -SS_INFINITY : sum;
}

/* exp(high + low) with |low| < 2^-40: inf above the range, 0 below, 1 when asked for. */
static SS_INLINE double ss_pow_exp(double high, double low, int one) {
    int outside = __builtin_fabs(high) > 710.0;
    double limit = __builtin_copysign(710.0, high);
    double bounded = outside ? limit : high;
    bounded = one ? 0.0 : bounded;
    low = (outside | one) ? 0.0 : low;
    double shifted = __builtin_fma(bounded, 0x1.71547652b82fep+0, SS_SHIFT);
    double n = shifted - SS_SHIFT;
    double r_high = __builtin_fma(n, -0x1.62e42fefa39efp-1, bounded);
    double r_low = __builtin_fma(n, -0x1.abc9e3b39803fp-56, low);
    double r = r_high + r_low;
    double r2 = r * r;
    double y = 1.0 + __builtin_fma(r2, ss_exp_tail(r, r2), r);
    /* 2^n as 2 * 2^(n-1) or 1/2 * 2^(n+1), so that n = 1024 and -1024 need no other case */
    double step = __builtin_copysign(1.0, n);
    double scale = ss_from_bits((ss_bits(shifted - step) + 1023) << 52);
    return y * __builtin_fma(step, 0.75, 1.25) * scale;
}

static SS_INLINE double ss_pow(double x, double y) {
    double size = __builtin_fabs(x);
    double log_high, log_low;
    ss_pow_log(size, &log_high, &log_low);
    double product = y * log_high;
    double product_low = __builtin_fma(y, log_low, __builtin_fma(y, log_high, -product));
    double power = ss_pow_exp(product, product_low, (size == 1.0) | (y == 0.0));
    double half = 0.5 * y;
    int integer = __builtin_floor(y) == y;
    int odd = integer & (__builtin_floor(half) != half);
    uint64_t sign = odd ? ss_bits(x) & 0x8000000000000000u : 0;
    power = ((x < 0.0) & (x > -SS_INFINITY) & !integer) ? SS_NAN : power;
    return ss_from_bits(ss_bits(power) | sign);
}
