// Products of a dense matrix with a panel. A is m x n, column-major: entry (i, j) at a[j * lda + i].
#include "tile.cuh"

// Rows or columns of A that a thread owns.
template <class T>
constexpr u32 RESULTS = DENSE_RESULT_BYTES / sizeof(T) / TILE_THREADS;

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

// Y <- A X for a strip of l <= L columns; split s: the sum over columns s * per_split .. of A, written
// to y + s * split_stride
//
// X is n x l, Y m x l. A is followed by a block's rows that may be read. Launch: blocks of TILE_THREADS,
// grid (ceil(m sizeof(T) / DENSE_RESULT_BYTES), splits). A thread owns R rows, TILE_THREADS apart, and
// their L sums in registers; a tile of X in shared memory is read by all threads at once, 16 bytes a time.
// The entries of the next columns are under way while those of the last ones are multiplied. Bytes: A
// once, coalesced for any lda; X once a block, from L2; Y once; 2 m n l flops.
template <class T, u32 L>
__device__ void dense_apply(const T* a, u64 lda, u32 m, u32 n, const T* x, u32 ldx, u32 l,
                            u32 per_split, T* y, u32 ldy, u64 split_stride) {
    constexpr u32 R = RESULTS<T>, DEPTH = 32;
    constexpr u32 AHEAD = 64 / sizeof(T) / R;
    alignas(16) __shared__ T tile[DEPTH * L];
    const u32 first = blockIdx.x * TILE_THREADS * R + threadIdx.x;
    const u32 begin = smaller_of(blockIdx.y * per_split, n);
    const u32 end = begin + smaller_of(per_split, n - begin);

    // What stands beyond the last row is read, and not written. In the place of columns beyond the last one
    // others are read, and X is zero there.
    const T* entries = a + begin * lda + first;
    T next[AHEAD][R];
    const auto fetch = [&](u32 column) {
        const u32 most = n - 1 - column;
#pragma unroll
        for (u32 u = 0; u < AHEAD; u++) {
            const T* at = entries + (column + AHEAD <= n ? u : smaller_of(u, most)) * lda;
#pragma unroll
            for (u32 r = 0; r < R; r++) next[u][r] = at[r * TILE_THREADS];
        }
        if (column + AHEAD < n) entries += AHEAD * lda;
    };

    T sum[R][L] = {};
    fetch(begin);
    for (u32 column = begin; column < end; column += DEPTH) {
        stage_panel<T, L, DEPTH>(x, ldx, column, smaller_of(DEPTH, end - column), l, tile);
        __syncthreads();
#pragma unroll 1
        for (u32 d = 0; d < DEPTH; d += AHEAD) {
            T entry[AHEAD][R];
#pragma unroll
            for (u32 u = 0; u < AHEAD; u++) {
#pragma unroll
                for (u32 r = 0; r < R; r++) entry[u][r] = next[u][r];
            }
            fetch(smaller_of(column + d + AHEAD, n - 1));
#pragma unroll
            for (u32 u = 0; u < AHEAD; u++) add_outer<T, L, R>(entry[u], tile + (d + u) * L, sum);
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
TILE_KERNEL(dense_apply, DENSE_BLOCK,
            (const T* a, u64 lda, u32 m, u32 n, const T* x, u32 ldx, u32 l, u32 per_split, T* y,
             u32 ldy, u64 split_stride),
            (a, lda, m, n, x, ldx, l, per_split, y, ldy, split_stride))

// X <- A^T Y for a strip of l <= L columns; split s: the sum over rows s * per_split .. of A, written to
// x + s * split_stride
//
// Y is m x l, X n x l. Launch: blocks of TILE_THREADS, grid (ceil(n sizeof(T) / DENSE_RESULT_BYTES),
// splits). A tile of A is read along its columns and turned over in shared memory, so that a thread owns R
// columns, with their L sums in registers, and reads neighbouring words with its neighbours. Bytes: A once,
// Y once a block, from L2, X once; 2 m n l flops.
template <class T, u32 L>
__device__ void dense_apply_transpose(const T* a, u64 lda, u32 m, u32 n, const T* y, u32 ldy, u32 l,
                                      u32 per_split, T* x, u32 ldx, u64 split_stride) {
    constexpr u32 R = RESULTS<T>, COLUMNS = TILE_THREADS * R;
    constexpr u32 DEPTH = 16, AT_ONCE = TILE_THREADS / DEPTH;
    // A warp writes two columns of 16 rows: rows lie two banks of 4 bytes apart, or one of 8.
    __shared__ T turned[DEPTH][COLUMNS + 8 / sizeof(T)];
    alignas(16) __shared__ T tile[DEPTH * L];
    const u32 first = blockIdx.x * COLUMNS, columns = smaller_of(COLUMNS, n - first);
    const u32 begin = smaller_of(blockIdx.y * per_split, m);
    const u32 end = begin + smaller_of(per_split, m - begin);
    const u32 along = threadIdx.x % DEPTH, across = threadIdx.x / DEPTH;
    const T* const corner = a + (first + across) * lda;

    T sum[R][L] = {};
    for (u32 row = begin; row < end; row += DEPTH) {
        const u32 depth = smaller_of(DEPTH, end - row);
        stage_panel<T, L, DEPTH>(y, ldy, row, depth, l, tile);
        // Rows beyond the last one repeat it, and Y is zero there. What stands beyond the last column
        // reaches no sum that is written.
        const T* entries = corner + row + smaller_of(along, depth - 1);
#pragma unroll 128 / sizeof(T)
        for (u32 c = across; c < columns; c += AT_ONCE) {
            turned[along][c] = *entries;
            entries += AT_ONCE * lda;
        }
        __syncthreads();
#pragma unroll L > 16 ? 2 : 4
        for (u32 d = 0; d < DEPTH; d++) {
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
TILE_KERNEL(dense_apply_transpose, DENSE_BLOCK,
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
