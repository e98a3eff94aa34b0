/* The known-answer vectors of Random123 for Philox 4x32-10: prints counter, key and result as they stand there. */
#include "prelude.inc"
#include <stdio.h>

static uint64_t joined(uint32_t low, uint32_t high) { return (uint64_t)high << 32 | low; }

int main(void) {
    static const uint32_t inputs[3][6] = {
        {0, 0, 0, 0, 0, 0},
        {0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
        {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0},
    };
    for (int i = 0; i < 3; i++) {
        const uint32_t *in = inputs[i];
        uint32_t out[4];
        ss_philox(joined(in[4], in[5]), joined(in[0], in[1]), joined(in[2], in[3]), out);
        printf("%08x %08x %08x %08x\n", out[0], out[1], out[2], out[3]);
    }
    return 0;
}
