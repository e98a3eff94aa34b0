/* x / (exp(x) - 1), and 1 at 0: 1/exprel(x) with one division instead of two, as in the rates of Hodgkin-Huxley gates.
 * Method: as exprel.c with numerator and denominator exchanged; the quotient is corrected by its remainder.
 * Error: below 1.3 ulp. 0 above the range of exprel; -x for x < -42; NaN gives NaN. */
// needs: expm1parts
static SS_INLINE double ss_inverse_exprel(double x) {
    double bounded = x < -42.0 ? -42.0 : x;
    double high, low;
    ss_expm1_parts(bounded, 16, &high, &low);
    double sum = high + low;
    low = (high - sum) + low;
    double dividend = ss_from_bits(ss_bits(x) - ((uint64_t)16 << 52));
    double inverse = 1.0 / sum;
    double y = dividend * inverse;
    double remainder = __builtin_fma(-low, y, __builtin_fma(-y, sum, dividend));
    y = __builtin_fma(remainder, inverse, y);
    y = x > 0x1.662dae9df3736p+9 ? 0.0 : y;
    y = __builtin_fabs(x) < 0x1p-54 ? 1.0 : y;
    return x < -0x1p1000 ? -x : y;
}
