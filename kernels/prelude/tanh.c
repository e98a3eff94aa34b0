/* tanh(x).
 * Method: with e = exp(2|x|) - 1 from expm1parts, tanh|x| = e/(e + 2).
 * |x| < 2^-27 returns x; beyond 22 it is 1.
 * Error: below 2.6 ulp. Odd; NaN gives NaN. */
// needs: expm1parts
static SS_INLINE double ss_tanh(double x) {
    double size = __builtin_fabs(x);
    double bounded = size > 22.0 ? 22.0 : size;
    double high, low;
    ss_expm1_parts(bounded + bounded, 0, &high, &low);
    double numerator = high + low;
    double divisor = numerator + 2.0;
    double y = numerator / divisor;
    return size < 0x1p-27 ? x : __builtin_copysign(y, x);
}
