/* sinh(x).
 * Method: with g = (exp|x| - 1)/4 from expm1parts, sinh|x| = 2 (g + g/(4g + 1)); the quarter keeps exp(710.47) finite.
 * |x| < 2^-27 returns x.
 * Error: below 1.8 ulp. Odd; overflow gives inf, NaN gives NaN. */
// needs: expm1parts
static SS_INLINE double ss_sinh(double x) {
    double size = __builtin_fabs(x);
    double bounded = size > 710.6 ? 710.6 : size;
    double high, low;
    ss_expm1_parts(bounded, 2, &high, &low);
    double quarter = high + low;
    double y = high + (low + quarter / __builtin_fma(quarter, 4.0, 1.0));
    return size < 0x1p-27 ? x : __builtin_copysign(y + y, x);
}
