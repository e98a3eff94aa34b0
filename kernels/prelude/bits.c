/* Bit copies between double and uint64, and the shift constant that rounds to an integer without a conversion
 * instruction: for |x| < 2^51, x + SS_SHIFT holds the nearest integer (ties to even) in its low mantissa bits, in two's
 * complement. AVX2 can neither convert nor shift int64 arithmetically, so nothing here does either.
 *
 * What holds for the whole folder: plain C, no table, no branch that depends on data (unless a file says so), only
 * + - * / sqrt fma floor, compares and bit operations, all of them correctly rounded or exact; so, compiled without
 * reassociation and without contraction, the bits of a result do not depend on CPU, vector width or compiler. Two
 * things are outside that promise: the sign and payload of a NaN, and results below 2^-1022, which are correct,
 * zero or rounded, depending on the flush-to-zero mode of the caller. */
// needs: types
#define SS_SHIFT 0x1.8p52
#define SS_INFINITY (__builtin_inf())
#define SS_NAN (__builtin_nan(""))

static SS_INLINE uint64_t ss_bits(double x) {
    union { double real; uint64_t bits; } both = { .real = x };
    return both.bits;
}

static SS_INLINE double ss_from_bits(uint64_t bits) {
    union { uint64_t bits; double real; } both = { .bits = bits };
    return both.real;
}
