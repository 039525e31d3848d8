// How far W H^T is from a matrix: squares are summed in f64, one partial sum a block. W is m x k, H is
// n x k; the entries are those of 2^exponent A.
#include "reduce.cuh"

constexpr u32 DISTANCE_TILE = 64;
constexpr u32 DISTANCE_DEPTH = 16;
constexpr u32 DISTANCE_SIDE = 16;
constexpr u32 DISTANCE_EACH = DISTANCE_TILE / DISTANCE_SIDE;
static_assert(DISTANCE_SIDE * DISTANCE_SIDE == THREADS, "a thread for each 4 x 4 entries");

// A 64 x 64 tile of A, or parts of W and H.
template <class T>
union DistanceTile {
    T entries[DISTANCE_TILE][DISTANCE_TILE + 1];
    struct {
        T w[DISTANCE_TILE][DISTANCE_DEPTH + 1];
        T h[DISTANCE_TILE][DISTANCE_DEPTH + 1];
    } factors;
};

// The rows of a factor that a tile needs, in a few columns; zeros outside.
template <class T>
__device__ inline void stage_factor(const T* x, u32 ldx, u32 first, u32 rows, u32 depth, u32 k,
                                    T (&part)[DISTANCE_TILE][DISTANCE_DEPTH + 1]) {
    for (u32 e = threadIdx.x; e < DISTANCE_TILE * DISTANCE_DEPTH; e += THREADS) {
        const u32 i = e / DISTANCE_DEPTH, j = e % DISTANCE_DEPTH;
        const bool inside = first + i < rows && depth + j < k;
        part[i][j] = inside ? x[(size_t)(first + i) * ldx + depth + j] : (T)0;
    }
}

// The sum of (a - w . h)^2 over the entries of a thread, which has a 4 x 4 of them in `a`: rows
// first_row + side + 16 r, columns first_column + other + 16 c.
template <class T>
__device__ inline double tile_distance(const T (&a)[DISTANCE_EACH][DISTANCE_EACH],
                                       DistanceTile<T>& tile, u32 m, u32 n, u32 first_row,
                                       u32 first_column, const T* w, u32 ldw, const T* h, u32 ldh,
                                       u32 k) {
    const u32 side = threadIdx.x % DISTANCE_SIDE, other = threadIdx.x / DISTANCE_SIDE;
    T model[DISTANCE_EACH][DISTANCE_EACH] = {};
    for (u32 depth = 0; depth < k; depth += DISTANCE_DEPTH) {
        __syncthreads();
        stage_factor(w, ldw, first_row, m, depth, k, tile.factors.w);
        stage_factor(h, ldh, first_column, n, depth, k, tile.factors.h);
        __syncthreads();
#pragma unroll
        for (u32 d = 0; d < DISTANCE_DEPTH; d++) {
            T left[DISTANCE_EACH], right[DISTANCE_EACH];
#pragma unroll
            for (u32 r = 0; r < DISTANCE_EACH; r++) {
                left[r] = tile.factors.w[side + r * DISTANCE_SIDE][d];
                right[r] = tile.factors.h[other + r * DISTANCE_SIDE][d];
            }
#pragma unroll
            for (u32 r = 0; r < DISTANCE_EACH; r++) {
#pragma unroll
                for (u32 c = 0; c < DISTANCE_EACH; c++) model[r][c] += left[r] * right[c];
            }
        }
    }
    double sum = 0.0;
#pragma unroll
    for (u32 r = 0; r < DISTANCE_EACH; r++) {
#pragma unroll
        for (u32 c = 0; c < DISTANCE_EACH; c++) {
            const bool inside = first_row + side + r * DISTANCE_SIDE < m &&
                                first_column + other + c * DISTANCE_SIDE < n;
            const double difference = (double)(a[r][c] - model[r][c]);
            if (inside) sum += difference * difference;
        }
    }
    return sum;
}

// partial[b] <- the sum of (2^exponent a_ij - w_i . h_j)^2 over the tiles of block b
//
// A is column-major. Launch: blocks of THREADS, any grid. A block models 64 x 64 entries at a time as a
// product of tiles in shared memory. Bytes: A once; W n / 64 times and H m / 64 times, from L2; 2 m n k
// flops.
template <class T>
__device__ void dense_distance(const T* a, u64 lda, u32 m, u32 n, int exponent, const T* w, u32 ldw,
                               const T* h, u32 ldh, u32 k, double* partial) {
    __shared__ DistanceTile<T> tile;
    const PowerOfTwo<T> scale(exponent);
    const u32 side = threadIdx.x % DISTANCE_SIDE, other = threadIdx.x / DISTANCE_SIDE;
    const u64 down = quotient_up(m, DISTANCE_TILE), across = quotient_up(n, DISTANCE_TILE);
    double sum = 0.0;
    for (u64 t = blockIdx.x; t < down * across; t += gridDim.x) {
        const u32 row = (u32)(t % down) * DISTANCE_TILE, column = (u32)(t / down) * DISTANCE_TILE;
        T entry[DISTANCE_EACH][DISTANCE_EACH];
#pragma unroll
        for (u32 c = 0; c < DISTANCE_EACH; c++) {
#pragma unroll
            for (u32 r = 0; r < DISTANCE_EACH; r++) {
                const u32 i = smaller_of(row + side + r * DISTANCE_SIDE, m - 1);
                const u32 j = smaller_of(column + other + c * DISTANCE_SIDE, n - 1);
                entry[r][c] = scale.times(a[j * lda + i]);
            }
        }
        sum += tile_distance(entry, tile, m, n, row, column, w, ldw, h, ldh, k);
    }
    sum = sum_of_block(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}
KERNEL(dense_distance, BLOCK,
       (const T* a, u64 lda, u32 m, u32 n, int exponent, const T* w, u32 ldw, const T* h, u32 ldh,
        u32 k, double* partial),
       (a, lda, m, n, exponent, w, ldw, h, ldh, k, partial))

// The first of the entries begin..end whose number in the ascending list is not below `bound`.
__device__ inline u32 first_from(const u32* list, u32 begin, u32 end, u32 bound) {
    while (begin < end) {
        const u32 middle = begin + (end - begin) / 2;
        if (list[middle] < bound) {
            begin = middle + 1;
        } else {
            end = middle;
        }
    }
    return begin;
}

// The stored entries of a 64 x 64 tile among zeros: four threads a row.
template <class T>
__device__ inline void scatter_rows(const u32* offsets, const u32* columns, const T* values, u32 m,
                                    u32 row, u32 column, const PowerOfTwo<T>& scale,
                                    DistanceTile<T>& tile) {
    constexpr u32 ROW_THREADS = THREADS / DISTANCE_TILE;
    for (u32 e = threadIdx.x; e < DISTANCE_TILE * DISTANCE_TILE; e += THREADS) {
        tile.entries[e / DISTANCE_TILE][e % DISTANCE_TILE] = 0;
    }
    __syncthreads();
    const u32 i = threadIdx.x / ROW_THREADS;
    if (row + i < m) {
        const u32 end = offsets[row + i + 1];
        const u32 first = first_from(columns, offsets[row + i], end, column);
        for (u32 p = first + threadIdx.x % ROW_THREADS; p < end; p += ROW_THREADS) {
            const u32 j = columns[p] - column;
            if (j >= DISTANCE_TILE) break;
            tile.entries[i][j] = scale.times(values[p]);
        }
    }
    __syncthreads();
}

// The sum of squares over all entries, those that are not stored being zeros.
template <class T>
__device__ inline double distance_of_all(const u32* offsets, const u32* columns, const T* values,
                                         u32 m, u32 n, const PowerOfTwo<T>& scale, const T* w,
                                         u32 ldw, const T* h, u32 ldh, u32 k,
                                         DistanceTile<T>& tile) {
    const u32 side = threadIdx.x % DISTANCE_SIDE, other = threadIdx.x / DISTANCE_SIDE;
    const u64 down = quotient_up(m, DISTANCE_TILE), across = quotient_up(n, DISTANCE_TILE);
    double sum = 0.0;
    for (u64 t = blockIdx.x; t < down * across; t += gridDim.x) {
        const u32 row = (u32)(t % down) * DISTANCE_TILE, column = (u32)(t / down) * DISTANCE_TILE;
        scatter_rows(offsets, columns, values, m, row, column, scale, tile);
        T entry[DISTANCE_EACH][DISTANCE_EACH];
#pragma unroll
        for (u32 r = 0; r < DISTANCE_EACH; r++) {
#pragma unroll
            for (u32 c = 0; c < DISTANCE_EACH; c++) {
                entry[r][c] = tile.entries[side + r * DISTANCE_SIDE][other + c * DISTANCE_SIDE];
            }
        }
        sum += tile_distance(entry, tile, m, n, row, column, w, ldw, h, ldh, k);
        __syncthreads();
    }
    return sum;
}

// The sum of squares over the stored entries: a thread an entry.
template <class T>
__device__ inline double distance_of_stored(const u32* offsets, const u32* columns, const T* values,
                                            u32 m, const PowerOfTwo<T>& scale, const T* w, u32 ldw,
                                            const T* h, u32 ldh, u32 k) {
    const u32 stored = offsets[m];
    double sum = 0.0;
    for (u64 p = (u64)blockIdx.x * THREADS + threadIdx.x; p < stored; p += (u64)gridDim.x * THREADS) {
        // The last row that begins at p or before it.
        const u32 row = first_from(offsets, 0, m, (u32)p + 1) - 1;
        const T* left = w + (size_t)row * ldw;
        const T* right = h + (size_t)columns[p] * ldh;
        T model = 0;
#pragma unroll 4
        for (u32 j = 0; j < k; j++) model += left[j] * right[j];
        const double difference = (double)(scale.times(values[p]) - model);
        sum += difference * difference;
    }
    return sum;
}

// partial[b] <- the sum of (2^exponent a_ij - w_i . h_j)^2 over the share of block b: of the stored entries
// where `observed`, else of all entries, those that are not stored being zeros
//
// A is in compressed rows, the columns of each in ascending order: offsets has m + 1 numbers. Launch:
// blocks of THREADS, any grid. All entries: as dense_distance, with tiles of A made from its rows; 2 m n k
// flops. Stored ones: a row of H for each, and a search of its row; 2 nnz k flops.
template <class T>
__device__ void sparse_distance(const u32* offsets, const u32* columns, const T* values, u32 m,
                                u32 n, int exponent, const T* w, u32 ldw, const T* h, u32 ldh,
                                u32 k, u32 observed, double* partial) {
    __shared__ DistanceTile<T> tile;
    const PowerOfTwo<T> scale(exponent);
    double sum = observed ? distance_of_stored(offsets, columns, values, m, scale, w, ldw, h, ldh, k)
                          : distance_of_all(offsets, columns, values, m, n, scale, w, ldw, h, ldh,
                                            k, tile);
    sum = sum_of_block(sum);
    if (threadIdx.x == 0) partial[blockIdx.x] = sum;
}
KERNEL(sparse_distance, BLOCK,
       (const u32* offsets, const u32* columns, const T* values, u32 m, u32 n, int exponent,
        const T* w, u32 ldw, const T* h, u32 ldh, u32 k, u32 observed, double* partial),
       (offsets, columns, values, m, n, exponent, w, ldw, h, ldh, k, observed, partial))
