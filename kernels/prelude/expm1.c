/* exp(x) - 1.
 * Method: expm1parts, at half size, so that n = 1024 is no special case. |x| < 2^-54 returns x.
 * Error: below 1.3 ulp. Overflow gives inf, -inf gives -1, NaN gives NaN, the sign of zero is kept. */
// needs: expm1parts
static SS_INLINE double ss_expm1(double x) {
    double above = x < -42.0 ? -42.0 : x;
    double bounded = above > 710.0 ? 710.0 : above;
    double high, low;
    ss_expm1_parts(bounded, 1, &high, &low);
    double half = high + low;
    return __builtin_fabs(x) < 0x1p-54 ? x : half + half;
}
