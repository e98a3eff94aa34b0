/* Prints words, uniform and normal numbers of some keys, steps and elements as bits, for comparison with the host's. */
#include "prelude.inc"
#include "sampling.h"
#include <stdio.h>

int main(void) {
    for (int k = 0; k < 20000; k++) {
        uint64_t key = sample_bits(), step = sample_bits() >> (k % 64), element = sample_bits() >> (k / 7 % 64);
        uint64_t first, second;
        ss_philox_pairs(key, step, element, &first, &second);
        printf("%llx %llx %llx %llx %llx %llx %llx\n", (unsigned long long)key, (unsigned long long)step,
               (unsigned long long)element, (unsigned long long)first, (unsigned long long)second,
               (unsigned long long)ss_bits(ss_uniform(key, step, element)),
               (unsigned long long)ss_bits(ss_normal(key, step, element)));
    }
    return 0;
}
