/* arccos(x).
 * Method: asinparts. Error: below 1.25 ulp. |x| > 1 and NaN give NaN. */
// needs: asinparts
static SS_INLINE double ss_arccos(double x) {
    double size = __builtin_fabs(x);
    double s, w;
    ss_asin_parts(size, &s, &w);
    int big = size > 0.5, negative = x < 0.0;
    double halves = big ? (negative ? 2.0 : 0.0) : 1.0;
    double base = halves * 0x1.921fb54442d18p+0;
    double base_low = halves * 0x1.1a62633145c07p-54;
    double turned = big ? -2.0 : 1.0;
    double factor = negative ? turned : -turned;
    double high = __builtin_fma(factor, s, base);
    double low = __builtin_fma(factor, s, base - high);
    return high + (low + __builtin_fma(factor, w, base_low));
}
