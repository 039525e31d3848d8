// What kernels for the terms of a divergence share: the entries of a dense matrix, and the loss.
#pragma once
#include "divergence.cuh"
#include "reduce.cuh"

// Asks for the divergence itself.
constexpr u32 WANTS_LOSS = 1;

// A dense matrix of which entry (output, inner) is wanted: column-major, the right way up or
// transposed. Null stands for zeros.
template <class T>
struct DenseEntries {
    const T* a;
    u64 lda;
    u32 transposed;
    PowerOfTwo<T> scale;

    __device__ const T* place(u32 output, u32 inner) const {
        return transposed ? a + output * lda + inner : a + inner * lda + output;
    }

    __device__ T at(u32 output, u32 inner) const { return scale.times(*place(output, inner)); }

    // tile[d][o] <- the entry of output first + o and inner i + d; zeros outside.
    template <u32 DEPTH, u32 OUTPUTS, u32 STRIDE>
    __device__ void stage(u32 first, u32 outputs, u32 i, u32 depth, T (&tile)[DEPTH][STRIDE]) const {
        // Neighbouring threads read what stands side by side.
        const u32 count = smaller_of(OUTPUTS, outputs - first);
        if (transposed) {
            constexpr u32 AT_ONCE = TILE_THREADS / DEPTH;
            const u32 d = threadIdx.x % DEPTH, across = threadIdx.x / DEPTH;
            const u32 wanted = d < depth ? count : 0;
            const T* entry = place(first + across, i + d);
#pragma unroll 16
            for (u32 c = 0; c < OUTPUTS; c += AT_ONCE) {
                tile[d][across + c] = across + c < wanted ? scale.times(*entry) : (T)0;
                entry += AT_ONCE * lda;
            }
        } else {
            constexpr u32 AT_ONCE = TILE_THREADS < OUTPUTS ? 1 : TILE_THREADS / OUTPUTS;
            const u32 o = threadIdx.x % OUTPUTS, down = threadIdx.x / OUTPUTS % AT_ONCE;
            const T* entry = place(first + o, i + down);
#pragma unroll
            for (u32 r = 0; r < DEPTH; r += AT_ONCE) {
#pragma unroll
                for (u32 c = 0; c < OUTPUTS; c += TILE_THREADS) {
                    const bool inside = down + r < depth && o + c < count;
                    tile[down + r][o + c] = inside ? scale.times(entry[c]) : (T)0;
                }
                entry += AT_ONCE * lda;
            }
        }
    }
};

// loss[block] <- the sum over the block.
__device__ inline void write_loss(double sum, u32 flags, double* loss) {
    if (!(flags & WANTS_LOSS)) return;
    sum = sum_of_block(sum);
    if (threadIdx.x == 0) loss[blockIdx.y * gridDim.x + blockIdx.x] = sum;
}
