/* The decimal logarithm.
 * Method: log(1 + f) as in log, kept as a sum of two doubles and multiplied by 1/ln 10 in two doubles; the binary
 * exponent times log10(2) in two parts.
 * Error: below 0.8 ulp; powers of ten that a double holds give exact integers. Special values as in log. */
// needs: logparts
static SS_INLINE double ss_log10(double x) {
    double k, f;
    ss_log_split(x, &k, &f);
    double tail = ss_log_tail(f, 0.5 * f * f);
    double m = f + tail;
    double m_low = (f - m) + tail;
    double m10 = m * 0x1.bcb7b1526e50ep-2;
    double m10_low = __builtin_fma(m, 0x1.bcb7b1526e50ep-2, -m10);
    m10_low = __builtin_fma(m, 0x1.95355baaafad3p-57, m10_low);
    m10_low = __builtin_fma(m_low, 0x1.bcb7b1526e50ep-2, m10_low);
    double k_high = k * 0x1.34413509f7800p-2;
    double high = k_high + m10;
    double low = (k_high - high) + m10;
    low = __builtin_fma(k, 0x1.fef311f12b358p-46, low + m10_low);
    return ss_log_special(x, high + low);
}
