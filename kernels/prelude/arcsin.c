/* arcsin(x).
 * Method: asinparts. Error: below 1.25 ulp. Odd; |x| > 1 and NaN give NaN. */
// needs: asinparts
static SS_INLINE double ss_arcsin(double x) {
    double size = __builtin_fabs(x);
    double s, w;
    ss_asin_parts(size, &s, &w);
    int big = size > 0.5;
    double base = big ? 0x1.921fb54442d18p+0 : 0.0;
    double base_low = big ? 0x1.1a62633145c07p-54 : 0.0;
    double factor = big ? -2.0 : 1.0;
    double high = __builtin_fma(factor, s, base);
    double low = __builtin_fma(factor, s, base - high);
    double y = high + (low + __builtin_fma(factor, w, base_low));
    return size < 0x1p-27 ? x : __builtin_copysign(y, x);
}
