// Rows of a sparse matrix that were cut: each piece leaves its sums in a slot, and whichever warp is the last adds
// up the slots of a row, in their order.
#pragma once
#include "arrivals.cuh"

// The sum over the slots of a cut {first slot, slots} of number j in each, `width` numbers a slot.
template <class T>
__device__ inline T sum_of_slots(const T* partial, const uint2& cut, u32 width, u32 j) {
    const T* slot = partial + (size_t)cut.x * width + j;
    T sum = 0;
#pragma unroll 8
    for (u32 i = 0; i < cut.y; i++) sum += slot[(size_t)i * width];
    return sum;
}
