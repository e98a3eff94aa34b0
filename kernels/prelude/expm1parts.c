/* What the functions built on exp(x) - 1 share.
 * Method: x = n ln2 + r with |r| <= ln2/2 (the first product of the two-part ln2 is exact by fma), r kept as a sum of two
 * doubles; exp(x) - 1 = (2^n - 1 + 2^n r) + 2^n r^2 p(r), the bracket kept as a sum of two doubles.
 * p: minimax of degree 9 for the relative error of exp(r) - 1 (own Remez fit, 2^-55.6). */
// needs: bits

/* p(r) = (exp(r) - 1 - r) / r^2 for |r| <= ln2/2, given r and r^2. */
static SS_INLINE double ss_exp_tail(double r, double r2) {
    double p01 = __builtin_fma(r, 0x1.5555555555544p-3, 0x1.0000000000005p-1);
    double p23 = __builtin_fma(r, 0x1.1111111115259p-7, 0x1.5555555552036p-5);
    double p45 = __builtin_fma(r, 0x1.a01a019074c91p-13, 0x1.6c16c17f8218ep-10);
    double p67 = __builtin_fma(r, 0x1.71de3bfe0ce00p-19, 0x1.a019a57065900p-16);
    double p89 = __builtin_fma(r, 0x1.aefb8225de9e4p-26, 0x1.28a3e71f83a37p-22);
    double p69 = __builtin_fma(r2, p89, p67);
    double p49 = __builtin_fma(r2, p69, p45);
    double p29 = __builtin_fma(r2, p49, p23);
    return __builtin_fma(r2, p29, p01);
}

/* *high + *low = (exp(x) - 1) 2^-down for x >= -42 and x / ln2 < 1023.5 + down; NaN for NaN, else without meaning. */
static SS_INLINE void ss_expm1_parts(double x, uint64_t down, double *high, double *low) {
    double shifted = __builtin_fma(x, 0x1.71547652b82fep+0, SS_SHIFT);
    double n = shifted - SS_SHIFT;
    double r_high = __builtin_fma(n, -0x1.62e42fefa39efp-1, x);
    double r_low = n * -0x1.abc9e3b39803fp-56;
    double r = r_high + r_low;
    double r2 = r * r;
    double tail = __builtin_fma(r2, ss_exp_tail(r, r2), r_low);
    double scale = ss_from_bits((ss_bits(shifted) + (1023 - down)) << 52);
    double base = scale - ss_from_bits((1023 - down) << 52);
    double sum = __builtin_fma(scale, r_high, base);
    double rest = __builtin_fma(scale, r_high, base - sum);
    *high = sum;
    *low = __builtin_fma(scale, tail, rest);
}
