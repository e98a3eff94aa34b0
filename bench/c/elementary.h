// 2^y and 2^y - 1 that compilers turn into vector code: no branch, no conversion to integers, explicit fma.
// For |y| < 1022 (nothing is clamped: the models here stay far inside), within 3 ulp.
#ifndef BENCH_ELEMENTARY_H
#define BENCH_ELEMENTARY_H

#include <stdint.h>
#include <string.h>

#define LOG2_E 1.4426950408889634

// y = n + r with |r| <= 1/2; returns 2^r - 1 and stores 2^n.
static inline double exp2m1_reduced(double y, double *power) {
    double n = __builtin_rint(y), r = y - n;
    double shifted = n + (0x1.8p52 + 1023.0);
    int64_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    bits = (int64_t)((uint64_t)bits << 52);
    memcpy(power, &bits, sizeof bits);
    // Chebyshev fit of (2^r - 1)/r, error 9e-16.
    double q = 0x1.e5ea3dbc8ae03p-28;
    q = __builtin_fma(q, r, 0x1.b6576c4f122b2p-24);
    q = __builtin_fma(q, r, 0x1.62bfe44160ce0p-20);
    q = __builtin_fma(q, r, 0x1.ffcb7633f177ap-17);
    q = __builtin_fma(q, r, 0x1.4309130380c59p-13);
    q = __builtin_fma(q, r, 0x1.5d87fe90a1ee6p-10);
    q = __builtin_fma(q, r, 0x1.3b2ab6fba3848p-7);
    q = __builtin_fma(q, r, 0x1.c6b08d70440b7p-5);
    q = __builtin_fma(q, r, 0x1.ebfbdff82c590p-3);
    q = __builtin_fma(q, r, 0x1.62e42fefa39f7p-1);
    return q * r;
}

static inline double vexp2(double y) {
    double power, q = exp2m1_reduced(y, &power);
    return __builtin_fma(power, q, power);
}

static inline double vexp2m1(double y) {
    double power, q = exp2m1_reduced(y, &power);
    return __builtin_fma(power, q, power - 1.0);
}

#endif
