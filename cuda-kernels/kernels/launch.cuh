// What the host needs for its grids and blocks. src/lib.rs holds the same numbers; its test compares.
#pragma once

typedef unsigned int u32;
typedef unsigned long long u64;

// Threads a block, and those of the kernels that keep many accumulators in registers.
constexpr u32 THREADS = 256;
constexpr u32 TILE_THREADS = 128;

constexpr u32 WARP = 32;
constexpr u32 WARPS = 8;
constexpr u32 FULL_WARP = 0xFFFFFFFFu;

// Columns of a strip, and of the slots for partial sums of its rows.
constexpr u32 STRIP = 32;
constexpr u32 SHORT_LANES = 8;
constexpr u32 NO_SLOT = 0xFFFFFFFFu;

constexpr u32 SUM_COLUMNS = 32;
constexpr u32 MUL_SMALL_ROWS = 64;
constexpr u32 UPDATE_ROWS = 128;
constexpr u32 DENSE_TERMS_WIDE_OUTPUTS = 64;

// Bytes of a row or a column of A that a block of dense_apply or dense_apply_transpose works on.
constexpr u32 DENSE_RESULT_BYTES = 2048;
// Bytes of the factor's rows that a block of dense_terms holds in registers.
constexpr u32 DENSE_TERMS_FACTOR_BYTES = 16384;

// A thread of dense_pulls owns two outputs, or one where a row of X takes more bytes of registers.
constexpr u32 PULLS_WIDE_ROW_BYTES = 96;

template <class T, u32 L>
__device__ constexpr u32 dense_terms_threads_per_output() {
    constexpr u32 outputs = DENSE_TERMS_FACTOR_BYTES / (L * sizeof(T));
    return outputs < TILE_THREADS ? TILE_THREADS / outputs : 1;
}

// Threads a block, and blocks that a multiprocessor should hold at least: as many as the registers allow
// without spills.
#define BLOCK (THREADS, 1)
#define TILE_BLOCK (TILE_THREADS, 1)
#define DENSE_BLOCK (TILE_THREADS, 2)

// One text for both types: the kernels `name_f32` and `name_f64`, and those with a strip width.
#define KERNEL_OF(T, symbol, bounds, parameters, call)                     \
    extern "C" __global__ void __launch_bounds__ bounds symbol parameters { call; }

#define KERNEL(name, bounds, parameters, arguments)                        \
    namespace f32 {                                                        \
    typedef float T;                                                       \
    KERNEL_OF(T, name##_f32, bounds, parameters, name<T> arguments)        \
    }                                                                      \
    namespace f64 {                                                        \
    typedef double T;                                                      \
    KERNEL_OF(T, name##_f64, bounds, parameters, name<T> arguments)        \
    }

#define WIDTHS_OF(name, type, bounds, parameters, arguments)                                       \
    KERNEL_OF(T, name##_##type##_4, bounds, parameters, (name<T, 4> arguments))                    \
    KERNEL_OF(T, name##_##type##_8, bounds, parameters, (name<T, 8> arguments))                    \
    KERNEL_OF(T, name##_##type##_16, bounds, parameters, (name<T, 16> arguments))                  \
    KERNEL_OF(T, name##_##type##_32, bounds, parameters, (name<T, 32> arguments))

// Where a strip is not shared out in a warp, there is a width between 16 and 32.
#define TILE_KERNEL(name, bounds, parameters, arguments)                   \
    STRIP_KERNEL(name, bounds, parameters, arguments)                      \
    namespace f32 {                                                        \
    KERNEL_OF(T, name##_f32_24, bounds, parameters, (name<T, 24> arguments)) \
    }                                                                      \
    namespace f64 {                                                        \
    KERNEL_OF(T, name##_f64_24, bounds, parameters, (name<T, 24> arguments)) \
    }

#define STRIP_KERNEL(name, bounds, parameters, arguments)                  \
    namespace f32 {                                                        \
    typedef float T;                                                       \
    WIDTHS_OF(name, f32, bounds, parameters, arguments)                    \
    }                                                                      \
    namespace f64 {                                                        \
    typedef double T;                                                      \
    WIDTHS_OF(name, f64, bounds, parameters, arguments)                    \
    }
