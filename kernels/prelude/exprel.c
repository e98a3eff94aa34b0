/* (exp(x) - 1) / x, and 1 at 0: the factor of the exponential Euler step.
 * Method: the numerator from expm1parts at 2^-16 of its size, divided by x 2^-16, so that exp(x) may overflow where the
 * quotient does not (709.78 < x <= 716.3569). The quotient is corrected by its remainder, in which the lower part of the
 * numerator enters; so there is one division.
 * Error: below 1.2 ulp. Above the range inf; -1/x for x < -42; -inf gives less than 2^-1022 (0 when the CPU flushes),
 * NaN gives NaN. */
// needs: expm1parts
static SS_INLINE double ss_exprel(double x) {
    double bounded = x < -42.0 ? -42.0 : x;
    double high, low;
    ss_expm1_parts(bounded, 16, &high, &low);
    /* a subtraction in the exponent; finite also for x = -inf, and x = 0 does not matter */
    double divisor = ss_from_bits(ss_bits(x) - ((uint64_t)16 << 52));
    double inverse = 1.0 / divisor;
    double y = high * inverse;
    double remainder = __builtin_fma(-y, divisor, high) + low;
    y = __builtin_fma(remainder, inverse, y);
    y = x > 0x1.662dae9df3736p+9 ? SS_INFINITY : y;
    return __builtin_fabs(x) < 0x1p-54 ? 1.0 : y;
}
