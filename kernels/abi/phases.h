/* What a kernel of a model with phases exports besides, as `spikesweep_phases`.

   Before each phase, the first one too, the host writes the values of its parameters into the rows, the first step of
   blocks of lanes into `first_step`, the step itself and the phase's last one into the header (the ends of clocks into
   `clock_ends`), and calls `enter` for each lane, lane 0 first. Then ss_advance runs to the end of the phase. */
typedef struct {
    uint64_t struct_size;      /* bytes of this struct */
    int32_t (*enter)(unsigned char *base, uint64_t arena, int64_t lane, int64_t phase);
} ss_phases;
