/* Philox 4x32-10, the counter-based generator of Salmon, Moraes, Dror and Shaw (SC 2011): 128 bits of counter and 64
 * of key give 128 random bits. Ten rounds of two 32 x 32 -> 64 bit products; the key is bumped between rounds.
 * Each 32-bit word lives in the lower half of a 64-bit one and the upper halves are left dirty until the next product or
 * the end: so one element is one lane beside the doubles it becomes, and compilers find the 32-bit multiplier.
 * Checked against the known-answer vectors of Random123. Vectorises when the result is used in a loop. */
// needs: types

/* The product of the lower halves. */
static SS_INLINE uint64_t ss_multiply_halves(uint64_t a, uint64_t b) { return (a & 0xffffffffu) * (b & 0xffffffffu); }

/* The random words by pairs: the upper halves of *first and *second come first. */
static SS_INLINE void ss_philox_pairs(uint64_t key, uint64_t counter_low, uint64_t counter_high, uint64_t *first,
                                   uint64_t *second) {
    uint64_t c0 = counter_low, c1 = counter_low >> 32, c2 = counter_high, c3 = counter_high >> 32;
    uint64_t k0 = key, k1 = key >> 32;
#define SS_PHILOX_ROUND                                                                                                \
    {                                                                                                                  \
        uint64_t product0 = ss_multiply_halves(c0, 0xD2511F53u);                                                       \
        uint64_t product1 = ss_multiply_halves(c2, 0xCD9E8D57u);                                                       \
        c0 = (product1 >> 32) ^ (c1 ^ k0);                                                                             \
        c2 = (product0 >> 32) ^ (c3 ^ k1);                                                                             \
        c1 = product1;                                                                                                 \
        c3 = product0;                                                                                                 \
        k0 += 0x9E3779B9u;                                                                                             \
        k1 += 0xBB67AE85u;                                                                                             \
    }
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
    SS_PHILOX_ROUND
#undef SS_PHILOX_ROUND
    *first = (c0 << 32) | (c1 & 0xffffffffu);
    *second = (c2 << 32) | (c3 & 0xffffffffu);
}

/* The random words in the order of the published vectors. */
static SS_INLINE void ss_philox(uint64_t key, uint64_t counter_low, uint64_t counter_high, uint32_t out[4]) {
    uint64_t first, second;
    ss_philox_pairs(key, counter_low, counter_high, &first, &second);
    out[0] = (uint32_t)(first >> 32);
    out[1] = (uint32_t)first;
    out[2] = (uint32_t)(second >> 32);
    out[3] = (uint32_t)second;
}
