// Steps of non-negative factors, with the meaning of NonNegativePanel in core/src/panel.rs. X is m x k.
#include "divergence.cuh"
#include "reduce.cuh"

static_assert(UPDATE_ROWS == TILE_THREADS, "a thread a row");

// UPDATE_ROWS rows of a panel on their way between memory, which is read along the rows, and threads
// that hold a row each.
template <class T, u32 L>
struct RowTile {
    // The odd length keeps the threads of a warp in different banks.
    T at[UPDATE_ROWS][L + 1];

    __device__ void stage(const T* x, u32 ldx, u32 first, u32 m, u32 k) {
        for (u32 e = threadIdx.x; e < UPDATE_ROWS * L; e += TILE_THREADS) {
            const u32 i = e / L, j = e % L;
            at[i][j] = first + i < m && j < k ? x[(size_t)(first + i) * ldx + j] : (T)0;
        }
        __syncthreads();
    }

    template <class Write>
    __device__ void write(u32 first, u32 m, u32 k, Write write) const {
        __syncthreads();
        for (u32 e = threadIdx.x; e < UPDATE_ROWS * L; e += TILE_THREADS) {
            const u32 i = e / L, j = e % L;
            if (first + i < m && j < k) write((size_t)(first + i), j, at[i][j]);
        }
    }
};

// G with zeros up to L x L, so that loops of constant length read it.
template <class T, u32 L>
__device__ inline void stage_gram(const T* gram, u32 k, T (&g)[L][L]) {
    for (u32 e = threadIdx.x; e < L * L; e += TILE_THREADS) {
        const u32 i = e % L, j = e / L;
        g[j][i] = i < k && j < k ? gram[(size_t)j * k + i] : (T)0;
    }
}

// x . g of a row in registers and a column in shared memory, as several sums beside each other: one alone
// would wait for itself.
template <class T, u32 L>
__device__ inline T dot(const T (&row)[L], const T* g) {
    constexpr u32 EACH = Pack<T>::SIZE;
    T sum[EACH] = {};
#pragma unroll
    for (u32 i = 0; i < L; i += EACH) {
        const Pack<T> pack = load_pack(g + i);
#pragma unroll
        for (u32 q = 0; q < EACH; q++) sum[q] += row[i + q] * pack.of[q];
    }
    return sum_of(sum);
}

// x_ij <- x_ij n_ij / max((X G)_ij + l1 + l2 x_ij, floor)
//
// N is m x k, G k x k and symmetric, k <= L. Launch: blocks of TILE_THREADS, grid ceil(m / UPDATE_ROWS). A
// thread has a row of X G in registers, G stands in shared memory. Bytes: X read and written, N read,
// once; 2 m k^2 flops.
template <class T, u32 L>
__device__ void multiplicative_update(T* x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k,
                                      const T* gram, T l1, T l2, T floor) {
    constexpr u32 EACH = Pack<T>::SIZE;
    alignas(16) __shared__ T g[L][L];
    __shared__ RowTile<T, L> tile;
    const u32 first = blockIdx.x * UPDATE_ROWS;
    T* row = tile.at[threadIdx.x];
    T d[L] = {};
    stage_gram<T, L>(gram, k, g);
    tile.stage(x, ldx, first, m, k);
#pragma unroll 4
    for (u32 i = 0; i < L; i++) {
#pragma unroll
        for (u32 j = 0; j < L; j += EACH) {
            const Pack<T> pack = load_pack(&g[i][j]);
#pragma unroll
            for (u32 q = 0; q < EACH; q++) d[j + q] += row[i] * pack.of[q];
        }
    }
#pragma unroll
    for (u32 j = 0; j < L; j++) d[j] = larger(d[j] + l1 + l2 * row[j], floor);
    __syncthreads();
    tile.stage(n, ldn, first, m, k);
#pragma unroll
    for (u32 j = 0; j < L; j++) row[j] /= d[j];
    // X once more, from the cache.
    tile.write(first, m, k, [=](size_t i, u32 j, T quotient) { x[i * ldx + j] *= quotient; });
}
STRIP_KERNEL(multiplicative_update, TILE_BLOCK,
             (T * x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k, const T* gram, T l1, T l2,
              T floor),
             (x, ldx, n, ldn, m, k, gram, l1, l2, floor))

// x_ij <- x_ij n_ij / max(d_ij + l1 + l2 x_ij, floor)
//
// The same for any k, with D = X G. Launch: blocks of THREADS, any grid. Bytes: X read and written, N and D
// read, once.
template <class T>
__device__ void quotient(T* x, u32 ldx, const T* n, u32 ldn, const T* d, u32 ldd, u32 m, u32 k,
                         T l1, T l2, T floor) {
    each_entry(m, k, [=](size_t i, u32 j) {
        const T old = x[i * ldx + j];
        const T denominator = d[i * ldd + j] + l1 + l2 * old;
        x[i * ldx + j] = old * (n[i * ldn + j] / larger(denominator, floor));
    });
}
KERNEL(quotient, BLOCK,
       (T * x, u32 ldx, const T* n, u32 ldn, const T* d, u32 ldd, u32 m, u32 k, T l1, T l2,
        T floor),
       (x, ldx, n, ldn, d, ldd, m, k, l1, l2, floor))

// x_j <- max(0, x_j + (n_j - l1 - X g_j - l2 x_j) / max(g_jj + l2, floor)) for one column j after the
// other, `sweeps` times
//
// N is m x k, G k x k, k <= L. Launch: blocks of TILE_THREADS, grid ceil(m / UPDATE_ROWS). The rows are
// independent: a thread has one of X in registers for all sweeps. Bytes: X read and written, N read,
// once; 2 m k^2 flops a sweep.
template <class T, u32 L>
__device__ void hals_update(T* x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k, const T* gram,
                            u32 sweeps, T l1, T l2, T floor) {
    alignas(16) __shared__ T g[L][L];
    __shared__ T inverse[L];
    __shared__ RowTile<T, L> tile;
    const u32 first = blockIdx.x * UPDATE_ROWS;
    T row[L];
    stage_gram<T, L>(gram, k, g);
    tile.stage(x, ldx, first, m, k);
#pragma unroll
    for (u32 i = 0; i < L; i++) row[i] = tile.at[threadIdx.x][i];
    __syncthreads();
    if (threadIdx.x < L) {
        inverse[threadIdx.x] = 1 / larger(g[threadIdx.x][threadIdx.x] + l2, floor);
    }
    tile.stage(n, ldn, first, m, k);
    for (u32 sweep = 0; sweep < sweeps; sweep++) {
        // Keeps the compiler from holding all of G in registers from one sweep to the next.
        __syncthreads();
#pragma unroll
        for (u32 j = 0; j < L; j++) {
            if (j < k) {
                const T step = tile.at[threadIdx.x][j] - dot<T, L>(row, g[j]) - l1 - l2 * row[j];
                row[j] = larger(row[j] + step * inverse[j], (T)0);
            }
        }
    }
#pragma unroll
    for (u32 j = 0; j < L; j++) tile.at[threadIdx.x][j] = row[j];
    tile.write(first, m, k, [=](size_t i, u32 j, T entry) { x[i * ldx + j] = entry; });
}
STRIP_KERNEL(hals_update, TILE_BLOCK,
             (T * x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k, const T* gram, u32 sweeps, T l1,
              T l2, T floor),
             (x, ldx, n, ldn, m, k, gram, sweeps, l1, l2, floor))

// The same for any k: the row stays in memory, and a warp sums over it
//
// Launch: blocks of THREADS, grid ceil(m / WARPS): a warp a row. Bytes: X and N once, G for every row, from L2;
// 2 m k^2 flops a sweep.
template <class T>
__device__ void hals_update_wide(T* x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k, const T* gram,
                                 u32 sweeps, T l1, T l2, T floor) {
    const u32 row = warp_in_grid(), lane = threadIdx.x % WARP;
    if (row >= m) return;
    x += (size_t)row * ldx;
    n += (size_t)row * ldn;
    for (u32 sweep = 0; sweep < sweeps; sweep++) {
        for (u32 j = 0; j < k; j++) {
            const T* g = gram + (size_t)j * k;
            T sum = 0;
            for (u32 i = lane; i < k; i += WARP) sum += x[i] * g[i];
            sum = sum_of_lanes(sum);
            if (j % WARP == lane) {
                const T step = n[j] - sum - l1 - l2 * x[j];
                x[j] = larger(x[j] + step / larger(g[j] + l2, floor), (T)0);
            }
        }
    }
}
KERNEL(hals_update_wide, BLOCK,
       (T * x, u32 ldx, const T* n, u32 ldn, u32 m, u32 k, const T* gram, u32 sweeps, T l1, T l2,
        T floor),
       (x, ldx, n, ldn, m, k, gram, sweeps, l1, l2, floor))

// x_ij <- x_ij (n_ij / (d_ij + l1 + l2 x_ij))^c, where terms = [N | D], m x 2k
//
// Launch: blocks of THREADS, any grid. Bytes: X read and written, N and D read, once.
template <class T>
__device__ void quotient_update(T* x, u32 ldx, const T* terms, u32 ldt, u32 m, u32 k,
                                const Divergence<T>& d, T l1, T l2) {
    each_entry(m, k, [=](size_t i, u32 j) {
        const T old = x[i * ldx + j];
        const T denominator = terms[i * ldt + k + j] + l1 + l2 * old;
        x[i * ldx + j] = old * d.step(terms[i * ldt + j], denominator);
    });
}
KERNEL(quotient_update, BLOCK,
       (T * x, u32 ldx, const T* terms, u32 ldt, u32 m, u32 k, Divergence<T> d, T l1, T l2),
       (x, ldx, terms, ldt, m, k, d, l1, l2))

// p_ij <- kept p_ij + added x_ij^(1/c) n_ij, d_ij <- kept d_ij + added d'_ij, and
// x_ij <- (p_ij / (d_ij + l1 + l2 x_ij))^c where that denominator is not zero
//
// sums = [P | D] and terms = [N | D'], m x 2k; a p_ij above the range becomes `largest`. Launch: blocks
// of THREADS, any grid. Bytes: X and the sums read and written, the terms read, once.
template <class T>
__device__ void accumulated_update(T* x, u32 ldx, T* sums, u32 lds, const T* terms, u32 ldt, u32 m,
                                   u32 k, T kept, T added, const Divergence<T>& d, T l1, T l2,
                                   T largest) {
    each_entry(m, k, [=](size_t i, u32 j) {
        T* p = sums + i * lds + j;
        T* q = p + k;
        const T old = x[i * ldx + j];
        const T sum = kept * *p + added * (d.root(old) * terms[i * ldt + j]);
        *p = sum < largest ? sum : largest;
        *q = kept * *q + added * terms[i * ldt + k + j];
        const T denominator = *q + l1 + l2 * old;
        if (denominator > 0) x[i * ldx + j] = d.step(*p, denominator);
    });
}
KERNEL(accumulated_update, BLOCK,
       (T * x, u32 ldx, T* sums, u32 lds, const T* terms, u32 ldt, u32 m, u32 k, T kept, T added,
        Divergence<T> d, T l1, T l2, T largest),
       (x, ldx, sums, lds, terms, ldt, m, k, kept, added, d, l1, l2, largest))
