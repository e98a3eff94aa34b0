/* The floating-point environment of a kernel: results below the smallest normal number become zero, as do such operands.
   Part of the contract (same bits everywhere) and of the speed (no storms of denormals). Where neither instruction set is
   known nothing is done. */
// needs: types
static inline uint64_t ss_flush_to_zero(void) {
#if defined(__x86_64__)
    const uint32_t saved = __builtin_ia32_stmxcsr();
    __builtin_ia32_ldmxcsr(saved | 0x8040u);
    return saved;
#elif defined(__aarch64__)
    uint64_t saved;
    __asm__ volatile("mrs %0, fpcr" : "=r"(saved));
    __asm__ volatile("msr fpcr, %0" : : "r"(saved | (1u << 24)));
    return saved;
#else
    return 0;
#endif
}

static inline void ss_restore(uint64_t saved) {
#if defined(__x86_64__)
    __builtin_ia32_ldmxcsr((uint32_t)saved);
#elif defined(__aarch64__)
    __asm__ volatile("msr fpcr, %0" : : "r"(saved));
#else
    (void)saved;
#endif
}
