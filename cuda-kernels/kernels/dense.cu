// Products of a dense matrix with a panel. A is m x n, column-major: entry (i, j) at a[j * lda + i].
#include "reduce.cuh"

// A tile of rows of a panel, L columns wide; zeros outside.
template <class T, u32 L, u32 ROWS>
__device__ inline void stage_panel(const T* x, u32 ldx, u32 row, u32 rows, u32 l, T* tile) {
    for (u32 e = threadIdx.x; e < ROWS * L; e += TILE_THREADS) {
        const u32 i = e / L, j = e % L;
        tile[e] = i < rows && j < l ? x[(size_t)(row + i) * ldx + j] : (T)0;
    }
}

// sum_rj += a_r x_j for a row of the tile, which every thread of a warp reads at once.
template <class T, u32 L, u32 R>
__device__ inline void add_outer(const T (&a)[R], const T* row, T (&sum)[R][L]) {
    constexpr u32 EACH = Pack<T>::SIZE;
#pragma unroll
    for (u32 j = 0; j < L; j += EACH) {
        const Pack<T> x = load_pack(row + j);
#pragma unroll
        for (u32 q = 0; q < EACH; q++) {
#pragma unroll
            for (u32 r = 0; r < R; r++) sum[r][j + q] += a[r] * x.of[q];
        }
    }
}

// Writes the columns below l of a row.
template <class T, u32 L>
__device__ inline void write_row(const T (&sum)[L], u32 l, T* out) {
#pragma unroll
    for (u32 j = 0; j < L; j++) {
        if (j < l) out[j] = sum[j];
    }
}

// Y <- A X for a strip of l <= L columns; split s: the sum over columns s * per_split .. of A, written
// to y + s * split_stride
//
// X is n x l, Y m x l. Launch: blocks of TILE_THREADS, grid (ceil(m / rows a block), splits). A thread
// owns R rows, TILE_THREADS apart, and their L sums in registers; a tile of X in shared memory is read by
// all threads at once, 16 bytes a time. Bytes: A once, coalesced for any lda; X once a block, from L2; Y
// once; 2 m n l flops.
template <class T, u32 L>
__device__ void dense_apply(const T* a, u64 lda, u32 m, u32 n, const T* x, u32 ldx, u32 l,
                            u32 per_split, T* y, u32 ldy, u64 split_stride) {
    constexpr u32 R = dense_apply_rows_per_thread<T, L>(), DEPTH = 32, AHEAD = 8 / R;
    alignas(16) __shared__ T tile[DEPTH * L];
    const u32 first = blockIdx.x * TILE_THREADS * R + threadIdx.x;
    const u32 begin = smaller_of(blockIdx.y * per_split, n);
    const u32 end = begin + smaller_of(per_split, n - begin);

    // Rows beyond the last one repeat it, and are not written.
    const T* rows[R];
#pragma unroll
    for (u32 r = 0; r < R; r++) rows[r] = a + smaller_of(first + r * TILE_THREADS, m - 1);

    T sum[R][L] = {};
    for (u32 column = begin; column < end; column += DEPTH) {
        const u32 depth = smaller_of(DEPTH, end - column);
        stage_panel<T, L, DEPTH>(x, ldx, column, depth, l, tile);
        __syncthreads();
        u32 d = 0;
        for (; d + AHEAD <= depth; d += AHEAD) {
            T entry[AHEAD][R];
#pragma unroll
            for (u32 u = 0; u < AHEAD; u++) {
#pragma unroll
                for (u32 r = 0; r < R; r++) entry[u][r] = rows[r][(column + d + u) * lda];
            }
#pragma unroll
            for (u32 u = 0; u < AHEAD; u++) add_outer<T, L, R>(entry[u], tile + (d + u) * L, sum);
        }
        for (; d < depth; d++) {
            T entry[R];
#pragma unroll
            for (u32 r = 0; r < R; r++) entry[r] = rows[r][(column + d) * lda];
            add_outer<T, L, R>(entry, tile + d * L, sum);
        }
        __syncthreads();
    }
    y += blockIdx.y * split_stride;
#pragma unroll
    for (u32 r = 0; r < R; r++) {
        const u32 row = first + r * TILE_THREADS;
        if (row < m) write_row<T, L>(sum[r], l, y + (size_t)row * ldy);
    }
}
STRIP_KERNEL(dense_apply, DENSE_BLOCK,
             (const T* a, u64 lda, u32 m, u32 n, const T* x, u32 ldx, u32 l, u32 per_split, T* y,
              u32 ldy, u64 split_stride),
             (a, lda, m, n, x, ldx, l, per_split, y, ldy, split_stride))

// X <- A^T Y for a strip of l <= L columns; split s: the sum over rows s * per_split .. of A, written to
// x + s * split_stride
//
// Y is m x l, X n x l. Launch: blocks of TILE_THREADS, grid (ceil(n / columns a block), splits). A tile
// of A is read along its columns and turned over in shared memory, so that a thread owns R columns, with
// their L sums in registers, and reads neighbouring words with its neighbours. Bytes: A once, Y once a
// block, from L2, X once; 2 m n l flops.
template <class T, u32 L>
__device__ void dense_apply_transpose(const T* a, u64 lda, u32 m, u32 n, const T* y, u32 ldy, u32 l,
                                      u32 per_split, T* x, u32 ldx, u64 split_stride) {
    constexpr u32 R = dense_apply_transpose_columns_per_thread<T>(), COLUMNS = TILE_THREADS * R;
    constexpr u32 DEPTH = 32, AT_ONCE = TILE_THREADS / DEPTH;
    __shared__ T turned[DEPTH][COLUMNS + 1];
    alignas(16) __shared__ T tile[DEPTH * L];
    const u32 first = blockIdx.x * COLUMNS;
    const u32 begin = smaller_of(blockIdx.y * per_split, m);
    const u32 end = begin + smaller_of(per_split, m - begin);
    const u32 along = threadIdx.x % DEPTH, across = threadIdx.x / DEPTH;

    T sum[R][L] = {};
    for (u32 row = begin; row < end; row += DEPTH) {
        const u32 depth = smaller_of(DEPTH, end - row);
        stage_panel<T, L, DEPTH>(y, ldy, row, depth, l, tile);
        // Columns beyond the last one repeat it, and are not written.
        const T* entries = a + row + smaller_of(along, depth - 1);
#pragma unroll 16
        for (u32 c = across; c < COLUMNS; c += AT_ONCE) {
            turned[along][c] = entries[smaller_of(first + c, n - 1) * lda];
        }
        __syncthreads();
#pragma unroll 4
        for (u32 d = 0; d < depth; d++) {
            T entry[R];
#pragma unroll
            for (u32 r = 0; r < R; r++) entry[r] = turned[d][threadIdx.x + r * TILE_THREADS];
            add_outer<T, L, R>(entry, tile + d * L, sum);
        }
        __syncthreads();
    }
    x += blockIdx.y * split_stride;
#pragma unroll
    for (u32 r = 0; r < R; r++) {
        const u32 column = first + threadIdx.x + r * TILE_THREADS;
        if (column < n) write_row<T, L>(sum[r], l, x + (size_t)column * ldx);
    }
}
STRIP_KERNEL(dense_apply_transpose, DENSE_TRANSPOSE_BLOCK,
             (const T* a, u64 lda, u32 m, u32 n, const T* y, u32 ldy, u32 l, u32 per_split, T* x,
              u32 ldx, u64 split_stride),
             (a, lda, m, n, y, ldy, l, per_split, x, ldx, split_stride))

// y_ij <- the sum over s of partial[s * split_stride + i * ldp + j], in order
//
// Launch: blocks of THREADS, any grid. Each partial sum is read once.
template <class T>
__device__ void sum_splits(const T* partial, u32 splits, u64 split_stride, u32 ldp, u32 m, u32 l,
                           T* y, u32 ldy) {
    each_entry(m, l, [=](size_t i, u32 j) {
        const T* entry = partial + i * ldp + j;
        T sum = 0;
#pragma unroll 4
        for (u32 s = 0; s < splits; s++) sum += entry[s * split_stride];
        y[i * ldy + j] = sum;
    });
}
KERNEL(sum_splits, BLOCK,
       (const T* partial, u32 splits, u64 split_stride, u32 ldp, u32 m, u32 l, T* y, u32 ldy),
       (partial, splits, split_stride, ldp, m, l, y, ldy))
