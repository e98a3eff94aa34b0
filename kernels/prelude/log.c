/* log(x), natural.
 * Method: logparts; k ln2 in two parts, the first with 42 bits so that its product with k is exact.
 * Error: below 0.9 ulp. 0 gives -inf, negative and NaN give NaN, inf gives inf; subnormal arguments
 * count as 0. */
// needs: logparts
static SS_INLINE double ss_log(double x) {
    double k, f;
    ss_log_split(x, &k, &f);
    double k_high = k * 0x1.62e42fefa38p-1;
    double high = k_high + f;
    double low = (k_high - high) + f;
    low = __builtin_fma(k, 0x1.ef35793c7673p-45, low);
    double y = high + (low + ss_log_tail(f, 0.5 * f * f));
    return ss_log_special(x, y);
}
