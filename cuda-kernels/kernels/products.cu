// Products of a panel with a small matrix, and quotients by a triangle.
#include "reduce.cuh"

// Y <- X S, or Y <- Y - X S
//
// X is m x inner, S inner x l in columns of lds, Y m x l; Y is not X. Launch: blocks of THREADS, grid
// (ceil(m / MUL_SMALL_ROWS), ceil(l / 32)). A block computes 64 x 32 entries from tiles of X and S in
// shared memory, a thread 4 x 2 of them. Bytes: X is read ceil(l / 32) times, Y written (and read) once;
// 2 m inner l flops.
template <class T>
__device__ void mul_small(const T* x, u32 ldx, u32 m, u32 inner, const T* s, u32 lds, T* y, u32 ldy,
                          u32 l, u32 subtract) {
    constexpr u32 ROWS = 4, COLUMNS = 2, DEPTH = 32;
    constexpr u32 ACROSS = STRIP / COLUMNS, DOWN = MUL_SMALL_ROWS / ROWS;
    static_assert(ACROSS * DOWN == THREADS, "a thread for each 4 x 2 entries");
    __shared__ T xs[MUL_SMALL_ROWS][DEPTH + 1];
    __shared__ T ss[DEPTH][STRIP + 1];
    const u32 first_row = blockIdx.x * MUL_SMALL_ROWS, first_column = blockIdx.y * STRIP;
    const u32 across = threadIdx.x % ACROSS, down = threadIdx.x / ACROSS;

    T sum[ROWS][COLUMNS] = {};
    for (u32 depth = 0; depth < inner; depth += DEPTH) {
        for (u32 e = threadIdx.x; e < MUL_SMALL_ROWS * DEPTH; e += THREADS) {
            const u32 r = e / DEPTH, c = e % DEPTH;
            const bool inside = first_row + r < m && depth + c < inner;
            xs[r][c] = inside ? x[(size_t)(first_row + r) * ldx + depth + c] : (T)0;
        }
        for (u32 e = threadIdx.x; e < DEPTH * STRIP; e += THREADS) {
            const u32 r = e % DEPTH, c = e / DEPTH;
            const bool inside = depth + r < inner && first_column + c < l;
            ss[r][c] = inside ? s[(size_t)(first_column + c) * lds + depth + r] : (T)0;
        }
        __syncthreads();
#pragma unroll 8
        for (u32 d = 0; d < DEPTH; d++) {
            T left[ROWS], right[COLUMNS];
#pragma unroll
            for (u32 r = 0; r < ROWS; r++) left[r] = xs[down + DOWN * r][d];
#pragma unroll
            for (u32 c = 0; c < COLUMNS; c++) right[c] = ss[d][across + ACROSS * c];
#pragma unroll
            for (u32 r = 0; r < ROWS; r++) {
#pragma unroll
                for (u32 c = 0; c < COLUMNS; c++) sum[r][c] += left[r] * right[c];
            }
        }
        __syncthreads();
    }
#pragma unroll
    for (u32 r = 0; r < ROWS; r++) {
#pragma unroll
        for (u32 c = 0; c < COLUMNS; c++) {
            const u32 row = first_row + down + DOWN * r;
            const u32 column = first_column + across + ACROSS * c;
            if (row < m && column < l) {
                T* out = y + (size_t)row * ldy + column;
                *out = subtract ? *out - sum[r][c] : sum[r][c];
            }
        }
    }
}
KERNEL(mul_small, BLOCK,
       (const T* x, u32 ldx, u32 m, u32 inner, const T* s, u32 lds, T* y, u32 ldy, u32 l,
        u32 subtract),
       (x, ldx, m, inner, s, lds, y, ldy, l, subtract))

// X <- X R^-1, row by row: y_j = (x_j - the sum over c < j of y_c r_cj) / r_jj
//
// X is m x l, R l x l, upper triangular, f64 in columns of l. Substitution, not a product with the
// inverse: with the y that are stored, y R differs from x by their rounding alone, however small r_jj is.
// Launch: blocks of THREADS, grid ceil(m / WARPS); a warp a row. Bytes: X read and written once, R from L2;
// m l^2 flops in f64.
template <class T>
__device__ void divide_by_triangle(T* x, u32 ldx, u32 m, u32 l, const double* r) {
    const u32 lane = threadIdx.x % WARP;
    const size_t row = (size_t)blockIdx.x * WARPS + threadIdx.x / WARP;
    if (row >= m) return;
    T* y = x + row * ldx;
    for (u32 j = 0; j < l; j++) {
        const double* column = r + (size_t)j * l;
        double sum = 0.0;
        for (u32 c = lane; c < j; c += WARP) sum += (double)y[c] * column[c];
        sum = sum_of_lanes(sum);
        // The lane that will read it.
        if (lane == j % WARP) y[j] = (T)(((double)y[j] - sum) / column[j]);
    }
}
KERNEL(divide_by_triangle, BLOCK, (T* x, u32 ldx, u32 m, u32 l, const double* r),
       (x, ldx, m, l, r))
