/* exp(x).
 * Method: x = n ln2 + r with |r| <= ln2/2 (two-part ln2, the first product exact by fma), exp(r) = 1 + r + r^2 p(r),
 * then n is added to the exponent. p: minimax of degree 9 for the relative error of exp (own Remez fit, 2^-57.9).
 * Error: below 1.05 ulp. Above log(DBL_MAX) the result is inf, below log(2^-1022) it is 0, NaN gives NaN. */
// needs: bits
static SS_INLINE double ss_exp(double x) {
    double shifted = __builtin_fma(x, 0x1.71547652b82fep+0, SS_SHIFT);
    double n = shifted - SS_SHIFT;
    double r = __builtin_fma(n, -0x1.62e42fefa39efp-1, x);
    r = __builtin_fma(n, -0x1.abc9e3b39803fp-56, r);
    double r2 = r * r;
    double p01 = __builtin_fma(r, 0x1.5555555555503p-3, 0x1.000000000000ap-1);
    double p23 = __builtin_fma(r, 0x1.1111111124d4bp-7, 0x1.5555555550609p-5);
    double p45 = __builtin_fma(r, 0x1.a01a013d37c8bp-13, 0x1.6c16c184b3ba6p-10);
    double p67 = __builtin_fma(r, 0x1.71def4a1a616fp-19, 0x1.a01998955b926p-16);
    double p89 = __builtin_fma(r, 0x1.add6203b5cd14p-26, 0x1.28aece19fbb42p-22);
    double p69 = __builtin_fma(r2, p89, p67);
    double p49 = __builtin_fma(r2, p69, p45);
    double p29 = __builtin_fma(r2, p49, p23);
    double p = __builtin_fma(r2, p29, p01);
    double y = 1.0 + __builtin_fma(r2, p, r);
    y = ss_from_bits(ss_bits(y) + (ss_bits(shifted) << 52));
    y = x < -0x1.6232bdd7abcd2p+9 ? 0.0 : y;
    return x <= 0x1.62e42fefa39efp+9 ? y : x + SS_INFINITY;
}
