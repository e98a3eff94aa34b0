/* arctan(x).
 * Method: atan t + offset with t = |x|, (|x| - 1)/(|x| + 1) or -1/|x| and offset 0, pi/4 or pi/2 for |x| up to 1/2, up to
 * 2 and beyond; so |t| <= 1/2 and there is one division. Polynomial: minimax of degree 11 in t^2 for (atan t - t)/t^3
 * (own Remez fit, 2^-57.8).
 * Error: below 1.4 ulp. Odd; +-inf give +-pi/2, NaN gives NaN. */
// needs: bits
static SS_INLINE double ss_arctan(double x) {
    double size = __builtin_fabs(x);
    int far = size > 2.0, middle = size > 0.5;
    double above = middle ? size - 1.0 : size;
    double below = middle ? size + 1.0 : 1.0;
    double offset = middle ? 0x1.921fb54442d18p-1 : 0.0;
    double offset_low = middle ? 0x1.1a62633145c07p-55 : 0.0;
    above = far ? -1.0 : above;
    below = far ? size : below;
    offset = far ? 0x1.921fb54442d18p+0 : offset;
    offset_low = far ? 0x1.1a62633145c07p-54 : offset_low;
    double t = above / below;
    double z = t * t;
    double z2 = z * z;
    double p01 = __builtin_fma(z, 0x1.99999999912e8p-3, -0x1.5555555555517p-2);
    double p23 = __builtin_fma(z, 0x1.c71c709309abap-4, -0x1.24924921656b5p-3);
    double p45 = __builtin_fma(z, 0x1.3b113ffbb5b98p-4, -0x1.745cf4f7785a3p-4);
    double p67 = __builtin_fma(z, 0x1.dfea3e58f5905p-5, -0x1.10f3319629bcbp-4);
    double p89 = __builtin_fma(z, 0x1.56fb2da154b49p-5, -0x1.a39b0b83ecd22p-5);
    double pab = __builtin_fma(z, 0x1.4b8ca532d3b82p-7, -0x1.c18b4d467b1d6p-6);
    double p = __builtin_fma(z2, pab, p89);
    p = __builtin_fma(z2, p, p67);
    p = __builtin_fma(z2, p, p45);
    p = __builtin_fma(z2, p, p23);
    p = __builtin_fma(z2, p, p01);
    double high = offset + t;
    double low = (offset - high) + t;
    double y = high + (low + __builtin_fma(z * t, p, offset_low));
    return size < 0x1p-27 ? x : __builtin_copysign(y, x);
}
