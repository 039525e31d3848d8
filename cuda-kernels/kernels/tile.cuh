// Rows of panels, L columns wide, into shared memory and out of registers, 16 bytes at a time.
#pragma once
#include "reduce.cuh"

// A tile of rows of a panel, L columns wide; zeros outside, whatever stands there.
template <class T, u32 L, u32 ROWS>
__device__ inline void stage_panel(const T* x, u32 ldx, u32 row, u32 rows, u32 l, T* tile) {
    constexpr u32 EACH = Pack<T>::SIZE, PACKS = L / EACH;
#pragma unroll L > 16 ? 1 : 4
    for (u32 e = threadIdx.x; e < ROWS * PACKS; e += TILE_THREADS) {
        const u32 i = e / PACKS, j = e % PACKS * EACH;
        Pack<T> pack = {};
        if (i < rows && j < l) pack = load_pack(x + (size_t)(row + i) * ldx + j);
#pragma unroll
        for (u32 q = 0; q < EACH; q++) {
            if (j + q >= l) pack.of[q] = 0;
        }
        store_pack(tile + e * EACH, pack);
    }
}

// Writes the columns below l of a row.
template <class T, u32 L>
__device__ inline void write_row(const T (&sum)[L], u32 l, T* out) {
    constexpr u32 EACH = Pack<T>::SIZE;
#pragma unroll
    for (u32 j = 0; j < L; j += EACH) {
        Pack<T> pack;
#pragma unroll
        for (u32 q = 0; q < EACH; q++) pack.of[q] = sum[j + q];
        if (j + EACH <= l) {
            store_pack(out + j, pack);
        } else {
#pragma unroll
            for (u32 q = 0; q < EACH; q++) {
                if (j + q < l) out[j + q] = pack.of[q];
            }
        }
    }
}
