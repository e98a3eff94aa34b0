/* The interface between a kernel and the process that runs it, version 1.

   A kernel is a shared object that exports one symbol, `spikesweep_kernel`. The host maps one segment of memory; all
   places are given as offsets from its base. At the start of an arena stands an ss_header; everything else is found
   through the plan, an array of int64 that the host fills: sizes, offsets and counts in the order documented in
   kernels/src/layout.rs. A kernel never allocates, never does input or output, and keeps nothing between calls but what
   is in the arena. Every struct begins with its own size, so that a host and a kernel that disagree find out. */
#define SS_ABI 1

/* Why ss_advance returned. */
enum { SS_DONE = 0, SS_FULL = 1, SS_STOPPED = 2, SS_DIVERGED = 3, SS_BAD_HEADER = 4, SS_BAD_RATE = 5 };

/* Why a lane cannot go on: the array `diverged` has three words a lane, the step (negative: all is well), the cause and
   the number of the variable (cause << 32 | variable), the element. */
enum { SS_NOT_FINITE = 0, SS_INACCURATE = 1 };

/* Why a rule cannot make its synapses: an index that does not exist, a bound, size or degree that is none, a step of 0. */
enum { SS_INDEX = 0, SS_BOUND = 1, SS_STEP = 2, SS_SIZE = 3, SS_DEGREE = 4 };

typedef struct {
    uint64_t struct_size;      /* bytes of this struct */
    uint32_t abi;              /* SS_ABI */
    uint32_t reserved;
    uint64_t plan;             /* offset of the plan */
    uint64_t rows;             /* offset of the first lane's row: parameters (double), then random keys (uint64) */
    uint64_t stride;           /* bytes from row to row */
    int64_t lanes;             /* points in this batch */
    int64_t lanes_per_block;   /* lanes advanced together through all steps */
    int64_t n_steps;           /* steps of the run */
    int64_t block;             /* cursor: block of lanes */
    int64_t step;              /* cursor: next step of that block */
    int64_t stop;              /* set by the host from outside: return soon */
    int64_t progress;          /* steps done in this batch, over all blocks; for watching */
    double dt;                 /* seconds */
    int64_t neuron_updates;    /* counted since the batch began */
    int64_t synaptic_events;   /* likewise */
    int64_t events_used;       /* spike buffer, in events of two int64: step, population << 32 | element */
    int64_t events_room;
    int64_t records_used;      /* state buffer, in words: step (int64), lane << 32 | monitor (int64), values (double) */
    int64_t records_room;
} ss_header;

typedef struct {
    uint64_t struct_size;      /* bytes of this struct */
    uint32_t abi;
    uint32_t reserved;
    uint64_t layout;           /* hash of the layout that the kernel was printed for */
    int32_t (*prepare)(unsigned char *base, uint64_t arena, int64_t lane);
    /* Rows from..to of an object. count leaves the number of synapses of each row where its start will be, and returns
       their sum, or -1 with cause, rule, neuron and value (bits of a double) in place; fill writes the synapses. */
    int64_t (*count)(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place);
    int64_t (*fill)(unsigned char *base, uint64_t arena, int64_t object, int64_t from, int64_t to, int64_t *place);
    int32_t (*advance)(unsigned char *base, uint64_t arena, int64_t most_steps);
} ss_kernel;
