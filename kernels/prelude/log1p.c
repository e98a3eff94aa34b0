/* log(1 + x).
 * Method: u = 1 + x and its rounding error c; log u as in log, with c / 2^k added to f (where k = 0 that makes f = x
 * exactly). |x| < 2^-54 returns x.
 * Error: below 1.2 ulp. -1 gives -inf, less than -1 and NaN give NaN, inf gives inf, the sign of zero is kept. */
// needs: logparts
static SS_INLINE double ss_log1p(double x) {
    double u = 1.0 + x;
    double back = u - 1.0;
    double error = (x - back) + (1.0 - (u - back));
    double k, f;
    ss_log_split(u, &k, &f);
    /* 2^(1-k), without a conversion; 0 for k = 1024, where the error of u is 0 anyway */
    double inverse = ss_from_bits((1024 - ss_bits(k + SS_SHIFT)) << 52);
    f = __builtin_fma(0.5 * error, inverse, f);
    double k_high = k * 0x1.62e42fefa38p-1;
    double high = k_high + f;
    double low = (k_high - high) + f;
    low = __builtin_fma(k, 0x1.ef35793c7673p-45, low);
    double y = high + (low + ss_log_tail(f, 0.5 * f * f));
    y = ss_log_special(u, y);
    return __builtin_fabs(x) < 0x1p-54 ? x : y;
}
