/* Normal numbers of consecutive elements: both numbers that Box and Muller make of one Philox block are used, the cosine
 * for element 2j and the sine for 2j + 1, with (step, j) as the counter. A number is a function of (key, step, element),
 * however many are asked for at once.
 * gcc takes 64-bit products of vectors where 32 x 32 -> 64 bit ones would do, unless these are called by name; so the
 * rounds are written out for it. Other compilers and processors take the plain loop. The bits are the same. */
// needs: types bits philox log sqrt sincos random

/* Pairs of elements that are made at once. */
#define SS_PAIRS 64

#define SS_WIDE 0
#if defined(__GNUC__) && !defined(__clang__) && defined(__has_builtin)
#if defined(__AVX512F__) && __has_builtin(__builtin_ia32_pmuludq512_mask)
#undef SS_WIDE
#define SS_WIDE 8
#define SS_COUNT ((ss_words){0, 1, 2, 3, 4, 5, 6, 7})
typedef uint64_t ss_words __attribute__((vector_size(64), aligned(8), may_alias));
typedef int32_t ss_halves __attribute__((vector_size(64)));
typedef long long ss_products __attribute__((vector_size(64)));
#define SS_HALVES(a, b) ((ss_words)__builtin_ia32_pmuludq512_mask((ss_halves)(a), (ss_halves)(b), (ss_products){0}, 255))
#elif defined(__AVX2__) && __has_builtin(__builtin_ia32_pmuludq256)
#undef SS_WIDE
#define SS_WIDE 4
#define SS_COUNT ((ss_words){0, 1, 2, 3})
typedef uint64_t ss_words __attribute__((vector_size(32), aligned(8), may_alias));
typedef int32_t ss_halves __attribute__((vector_size(32)));
#define SS_HALVES(a, b) ((ss_words)__builtin_ia32_pmuludq256((ss_halves)(a), (ss_halves)(b)))
#endif
#endif

#if SS_WIDE
/* SS_WIDE blocks, from `block` on. */
static SS_INLINE void ss_philox_wide(uint64_t key, uint64_t step, uint64_t block, uint64_t *first, uint64_t *second) {
    const ss_words zero = {0};
    ss_words c0 = zero + step, c1 = zero + (step >> 32), c2 = SS_COUNT + block, c3 = c2 >> 32;
    uint64_t k0 = key, k1 = key >> 32;
#define SS_WIDE_ROUND                                                                                                  \
    {                                                                                                                  \
        ss_words product0 = SS_HALVES(c0, zero + 0xD2511F53u), product1 = SS_HALVES(c2, zero + 0xCD9E8D57u);           \
        c0 = (product1 >> 32) ^ (c1 ^ k0);                                                                             \
        c2 = (product0 >> 32) ^ (c3 ^ k1);                                                                             \
        c1 = product1;                                                                                                 \
        c3 = product0;                                                                                                 \
        k0 += 0x9E3779B9u;                                                                                             \
        k1 += 0xBB67AE85u;                                                                                             \
    }
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
    SS_WIDE_ROUND
#undef SS_WIDE_ROUND
    *(ss_words *)first = (c0 << 32) | (c1 & 0xffffffffu);
    *(ss_words *)second = (c2 << 32) | (c3 & 0xffffffffu);
}
#endif

/* The random words of `count` blocks from `block` on; room for SS_PAIRS, whatever the count. */
static inline void ss_philox_row(uint64_t key, uint64_t step, uint64_t block, int64_t count, uint64_t *restrict first,
                                 uint64_t *restrict second) {
#if SS_WIDE
    if (count > 2) {
        for (int64_t j = 0; j < count; j += 2 * SS_WIDE) {
            ss_philox_wide(key, step, block + (uint64_t)j, first + j, second + j);
            ss_philox_wide(key, step, block + (uint64_t)j + SS_WIDE, first + j + SS_WIDE, second + j + SS_WIDE);
        }
        return;
    }
#endif
    for (int64_t j = 0; j < count; ++j) ss_philox_pairs(key, step, block + (uint64_t)j, first + j, second + j);
}

/* Normal numbers of `count` elements from `element` (which is even) on, at most 2 SS_PAIRS; room for
 * 2 SS_PAIRS, whatever the count: all but the smallest counts are rounded up, so that no element is computed alone. */
static inline void ss_normals(uint64_t key, uint64_t step, uint64_t element, int64_t count, double *restrict out) {
    uint64_t first[SS_PAIRS], second[SS_PAIRS];
    const int64_t needed = (count + 1) / 2, pairs = needed <= 2 ? needed : (needed + 7) & ~(int64_t)7;
    ss_philox_row(key, step, element / 2, pairs, first, second);
#pragma GCC ivdep
    for (int64_t j = 0; j < pairs; ++j) {
        double turns = ss_uniform_of(second[j]);
        double radius = ss_sqrt(-2.0 * ss_log(1.0 - ss_uniform_of(first[j])));
        /* the angle as ss_normal_of has it; sine and cosine share it */
        double shifted = __builtin_fma(turns, 4.0, SS_SHIFT);
        double angle = __builtin_fma(shifted - SS_SHIFT, -0.25, turns) * 0x1.921fb54442d18p+2;
        uint64_t quadrant = ss_bits(shifted);
        out[2 * j] = radius * ss_sin_quadrant(quadrant + 1, angle, 0.0);
        out[2 * j + 1] = radius * ss_sin_quadrant(quadrant, angle, 0.0);
    }
}
