/* What arcsin and arccos share: for |x| <= 1/2, asin|x| = s + w with s = |x|; above, asin|x| = pi/2 - 2 (s + w) with
 * s = sqrt((1 - |x|)/2). Polynomial: minimax of degree 11 in s^2 for (asin s - s)/s^3 (own Remez fit, 2^-55.9).
 * |x| > 1 gives NaN. */
// needs: bits
static SS_INLINE void ss_asin_parts(double size, double *s, double *w) {
    int big = size > 0.5;
    double z = big ? __builtin_fma(size, -0.5, 0.5) : size * size;
    double root = __builtin_sqrt(z);
    *s = big ? root : size;
    double z2 = z * z;
    double p01 = __builtin_fma(z, 0x1.333333336fe26p-4, 0x1.5555555555384p-3);
    double p23 = __builtin_fma(z, 0x1.f1c72c80e502dp-6, 0x1.6db6db41987bep-5);
    double p45 = __builtin_fma(z, 0x1.1c6c44a03ef18p-6, 0x1.6e89ed999e99ep-6);
    double p67 = __builtin_fma(z, 0x1.8ef3d81455515p-7, 0x1.c6f638042e6b3p-7);
    double p89 = __builtin_fma(z, 0x1.410edc2ca7766p-6, 0x1.aa2df925cbf2bp-8);
    double pab = __builtin_fma(z, 0x1.0601e842a3ee7p-5, -0x1.0b8907fb7a231p-6);
    double p = __builtin_fma(z2, pab, p89);
    p = __builtin_fma(z2, p, p67);
    p = __builtin_fma(z2, p, p45);
    p = __builtin_fma(z2, p, p23);
    p = __builtin_fma(z2, p, p01);
    *w = *s * (z * p);
}
