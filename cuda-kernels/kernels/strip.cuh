// How a warp, or a group of its lanes, shares out a strip of at most L columns: a lane holds 16 bytes of a
// row, the lanes of a row stand side by side, and the group works on several rows at a time.
#pragma once
#include "reduce.cuh"

template <class T, u32 L, u32 GROUP = WARP>
struct WarpStrip {
    static constexpr u32 EACH = Pack<T>::SIZE;
    static constexpr u32 LANES = L / EACH;
    static constexpr u32 AT_ONCE = GROUP / LANES;

    // The first column of this lane, and its place among the rows that are worked on at once.
    u32 column, place;

    __device__ WarpStrip()
        : column(threadIdx.x % LANES * EACH), place(threadIdx.x % GROUP / LANES) {}

    // The sums over all places, in the lanes of every place.
    __device__ void sum_over_places(T (&sum)[EACH]) const {
#pragma unroll
        for (u32 q = 0; q < EACH; q++) sum[q] = sum_of_lanes(sum[q], LANES, GROUP);
    }

    // Writes the columns below l, once.
    __device__ void write(const T (&sum)[EACH], u32 l, T* out) const {
        if (place != 0) return;
#pragma unroll
        for (u32 q = 0; q < EACH; q++) {
            if (column + q < l) out[column + q] = sum[q];
        }
    }
};
