/* tan(x).
 * Method: sincos; sine over cosine of the remainder, or minus the inverse in odd quadrants, both as sums of two doubles and
 * the quotient corrected by its remainder.
 * Error: below 1 ulp for |x| < 2^48. |x| >= 2^48, inf and NaN give NaN; the sign of zero is kept. */
// needs: sincos
static SS_INLINE double ss_tan(double x) {
    double high, low;
    uint64_t quadrant = ss_trig_reduce(x, &high, &low);
    double sine_tail = ss_sin_tail(high, low);
    double sine = high + sine_tail;
    double sine_low = (high - sine) + sine_tail;
    double cosine_high;
    double cosine_tail = ss_cos_tail(high, low, &cosine_high);
    double cosine = cosine_high + cosine_tail;
    double cosine_low = (cosine_high - cosine) + cosine_tail;
    int odd = (quadrant & 1) != 0;
    double above = odd ? -cosine : sine;
    double above_low = odd ? -cosine_low : sine_low;
    double below = odd ? sine : cosine;
    double below_low = odd ? sine_low : cosine_low;
    double inverse = 1.0 / below;
    double y = above * inverse;
    double remainder = __builtin_fma(-y, below, above) + __builtin_fma(-y, below_low, above_low);
    y = __builtin_fma(remainder, inverse, y);
    return x == 0.0 ? x : y;
}
