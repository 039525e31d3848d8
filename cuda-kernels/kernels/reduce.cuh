// How threads share out the entries of panels, and sums over warps and blocks, always in the same
// order.
#pragma once
#include "arrivals.cuh"
#include "scalar.cuh"

// The number of this warp in the grid.
__device__ inline u32 warp_in_grid() {
    return blockIdx.x * WARPS + threadIdx.x / WARP;
}

// The sum over the lanes of a group whose numbers differ in the bits from `lowest` on; in every lane.
template <class T>
__device__ inline T sum_of_lanes(T x, u32 lowest = 1, u32 group = WARP) {
    for (u32 lane = group / 2; lane >= lowest; lane /= 2) {
        x += __shfl_xor_sync(FULL_WARP, x, lane);
    }
    return x;
}

// The sum over a block of THREADS or fewer; in thread 0.
__device__ inline double sum_of_block(double x) {
    __shared__ double warps[WARPS];
    x = sum_of_lanes(x);
    const u32 warp = threadIdx.x / WARP;
    if (threadIdx.x % WARP == 0) warps[warp] = x;
    __syncthreads();
    if (threadIdx.x == 0) {
        for (u32 other = 1; other < blockDim.x / WARP; other++) x += warps[other];
    }
    __syncthreads();
    return x;
}

// visit(row, column) for every entry of an m x l panel, in the strides of the grid: a row belongs to
// as many neighbouring threads as it has columns, so that a warp touches whole cache lines and no
// index is divided.
template <class Visit>
__device__ inline void each_entry(u32 m, u32 l, Visit visit) {
    u32 across = 1;
    while (across < l && across < THREADS) across *= 2;
    const u32 rows = THREADS / across;
    const u64 stride = (u64)gridDim.x * rows;
    for (u64 i = (u64)blockIdx.x * rows + threadIdx.x / across; i < m; i += stride) {
        for (u32 j = threadIdx.x % across; j < l; j += across) visit((size_t)i, j);
    }
}

// visit(column, sum over b < blocks of partial[b * count + column]), in one thread each, for the columns that
// are the share of block `block` of `among`. A block sums SUM_COLUMNS columns at a time, WARPS shares of the
// partial sums beside each other.
template <class Visit>
__device__ inline void sum_columns(const double* partial, u32 blocks, u32 count, u32 block, u32 among,
                                   Visit visit) {
    __shared__ double shares[WARPS][SUM_COLUMNS];
    const u32 lane = threadIdx.x % SUM_COLUMNS, share = threadIdx.x / SUM_COLUMNS;
    for (u32 chunk = block; chunk < quotient_up(count, SUM_COLUMNS); chunk += among) {
        const u32 column = chunk * SUM_COLUMNS + lane;
        double sum = 0.0;
        if (column < count) {
#pragma unroll 8
            for (u32 b = share; b < blocks; b += WARPS) sum += partial[(size_t)b * count + column];
        }
        shares[share][lane] = sum;
        __syncthreads();
        if (share == 0 && column < count) {
            for (u32 other = 1; other < WARPS; other++) sum += shares[other][lane];
            visit(column, sum);
        }
        __syncthreads();
    }
}

// visit(column, sum) as above for all of the columns, in the last block of the grid to come here, when all
// others have left their partial sums.
template <class Visit>
__device__ inline bool sum_columns_last(const double* partial, u32 count, u32* arrived, Visit visit) {
    if (!block_arrives_last(arrived)) return false;
    sum_columns(partial, gridDim.x, count, 0, 1, visit);
    return true;
}

// out <- the sum of `x` over all threads of the grid. Whether this block was the one that wrote it.
__device__ inline bool sum_of_grid(double x, double* partial, u32* arrived, double* out) {
    x = sum_of_block(x);
    if (threadIdx.x == 0) partial[blockIdx.x] = x;
    return sum_columns_last(partial, 1, arrived, [=](u32, double sum) { *out = sum; });
}
