// How the last of those that share out a sum finds out that it is the last, and sees what the others have
// left: it adds their shares up, always in the same order, and no second kernel is started for that.
//
// `arrived` is zero before a launch, and again behind it.
#pragma once
#include "launch.cuh"

// Whether this thread is the last of `count` to come here. What the others wrote before, it then sees.
__device__ inline bool arrives_last(u32* arrived, u32 count) {
    __threadfence();
    const bool last = atomicInc(arrived, count - 1) == count - 1;
    __threadfence();
    return last;
}

// The same for the blocks of a grid, in all threads of a block.
__device__ inline bool block_arrives_last(u32* arrived) {
    __shared__ bool last;
    __syncthreads();
    if (threadIdx.x == 0) last = arrives_last(arrived, gridDim.x * gridDim.y * gridDim.z);
    __syncthreads();
    return last;
}

// The same for `count` warps, in all lanes of a warp.
__device__ inline bool warp_arrives_last(u32* arrived, u32 count) {
    __syncwarp();
    const bool last = threadIdx.x % WARP == 0 && arrives_last(arrived, count);
    __syncwarp();
    return __shfl_sync(FULL_WARP, last, 0);
}
