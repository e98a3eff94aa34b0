/* cosh(x).
 * Method: with q = exp|x|/4 from expm1parts, cosh x = 2 (q + 1/(16 q)); the quarter keeps exp(710.47) finite.
 * Error: below 1.5 ulp. Even; overflow gives inf, NaN gives NaN. */
// needs: expm1parts
static SS_INLINE double ss_cosh(double x) {
    double size = __builtin_fabs(x);
    double bounded = size > 710.6 ? 710.6 : size;
    double high, low;
    ss_expm1_parts(bounded, 2, &high, &low);
    double quarter = (0.25 + high) + low;
    double y = quarter + 1.0 / (16.0 * quarter);
    return y + y;
}
