// Sums and signs of panels. X and Y are m x l; sums are f64 for both types. Every panel named is read
// once, and that is the time that these take.
#include "reduce.cuh"

// out_0 <- the sum of x_ij y_ij; out_1 <- the sum of g_e h_e, e < count, where count is not zero
//
// Launch: blocks of THREADS, any grid, of which the last block adds up. partial: a number for each block.
template <class T>
__device__ void inner_products(const T* x, u32 ldx, const T* y, u32 ldy, u32 m, u32 l, const T* g,
                               const T* h, u32 count, double* partial, u32* arrived, double* out) {
    double sum = 0.0;
    each_entry(m, l, [&](size_t i, u32 j) {
        sum += (double)x[i * ldx + j] * (double)y[i * ldy + j];
    });
    if (!sum_of_grid(sum, partial, arrived, out) || count == 0) return;
    sum = 0.0;
    for (u32 e = threadIdx.x; e < count; e += THREADS) sum += (double)g[e] * (double)h[e];
    sum = sum_of_block(sum);
    if (threadIdx.x == 0) out[1] = sum;
}
KERNEL(inner_products, BLOCK,
       (const T* x, u32 ldx, const T* y, u32 ldy, u32 m, u32 l, const T* g, const T* h, u32 count,
        double* partial, u32* arrived, double* out),
       (x, ldx, y, ldy, m, l, g, h, count, partial, arrived, out))

// out <- the number of entries below zero
//
// Launch: blocks of THREADS, any grid, of which the last block adds up. partial: a number for each block.
template <class T>
__device__ void count_negative(const T* x, u32 ldx, u32 m, u32 l, double* partial, u32* arrived,
                               double* out) {
    double count = 0.0;
    each_entry(m, l, [&](size_t i, u32 j) { count += x[i * ldx + j] < 0 ? 1.0 : 0.0; });
    sum_of_grid(count, partial, arrived, out);
}
KERNEL(count_negative, BLOCK,
       (const T* x, u32 ldx, u32 m, u32 l, double* partial, u32* arrived, double* out),
       (x, ldx, m, l, partial, arrived, out))

// out_j <- the sum over b of partial[b count + j]
//
// Launch: blocks of THREADS, any grid; ceil(count / SUM_COLUMNS) blocks have work.
template <class T>
__device__ void sum_partials(const double* partial, u32 blocks, u32 count, double* out) {
    sum_columns(partial, blocks, count, blockIdx.x, gridDim.x,
                [=](u32 j, double sum) { out[j] = sum; });
}
KERNEL(sum_partials, BLOCK, (const double* partial, u32 blocks, u32 count, double* out),
       (partial, blocks, count, out))

// What a column is reduced to.
enum Reduction : u32 { SUM, DISTANCE, POSITIVE_PART, NEGATIVE_PART };

// The threads of a block over the columns of a panel: neighbours have neighbouring columns, up to a
// strip of them, and the rest of the threads share out the rows.
struct ColumnThreads {
    u32 across, lane, share, shares;

    __device__ explicit ColumnThreads(u32 l) : across(1) {
        while (across < l && across < STRIP) across *= 2;
        lane = threadIdx.x % across;
        share = threadIdx.x / across;
        shares = THREADS / across;
    }
};

// partial[b l + j] <- the sum over the rows of block b of, for column j: x (what = 0),
// (x - factor_j y)^2 (1), max(x, 0)^2 (2) or max(-x, 0)^2 (3)
//
// Where `arrived` is not null, the last block adds up: out_j <- the sum over b of partial[b l + j]. Y and the
// factors may be null where they are not named. Launch: blocks of THREADS, grid ceil(m / rows_per_block).
template <class T>
__device__ void column_reduce(const T* x, u32 ldx, const T* y, u32 ldy, u32 m, u32 l,
                              const T* factors, u32 what, u32 rows_per_block, double* partial,
                              u32* arrived, double* out) {
    __shared__ double sums[THREADS];
    const ColumnThreads threads(l);
    const u32 begin = blockIdx.x * rows_per_block;
    const u32 end = begin + smaller_of(rows_per_block, m - begin);
    for (u32 first = 0; first < l; first += threads.across) {
        const u32 j = first + threads.lane;
        double sum = 0.0;
        if (j < l) {
            const T factor = what == DISTANCE ? factors[j] : (T)0;
#pragma unroll 4
            for (u32 i = begin + threads.share; i < end; i += threads.shares) {
                T term = x[(size_t)i * ldx + j];
                if (what == DISTANCE) term -= factor * y[(size_t)i * ldy + j];
                if (what == POSITIVE_PART) term = larger(term, (T)0);
                if (what == NEGATIVE_PART) term = larger(-term, (T)0);
                sum += what == SUM ? (double)term : (double)term * (double)term;
            }
        }
        sums[threadIdx.x] = sum;
        __syncthreads();
        if (threads.share == 0 && j < l) {
            for (u32 other = 1; other < threads.shares; other++) {
                sum += sums[other * threads.across + threads.lane];
            }
            partial[(size_t)blockIdx.x * l + j] = sum;
        }
        __syncthreads();
    }
    if (arrived) sum_columns_last(partial, l, arrived, [=](u32 j, double sum) { out[j] = sum; });
}
KERNEL(column_reduce, BLOCK,
       (const T* x, u32 ldx, const T* y, u32 ldy, u32 m, u32 l, const T* factors, u32 what,
        u32 rows_per_block, double* partial, u32* arrived, double* out),
       (x, ldx, y, ldy, m, l, factors, what, rows_per_block, partial, arrived, out))

// The entry of greatest magnitude so far, and its row; the first of several.
template <class T>
struct Peak {
    T value;
    u32 row;

    __device__ void meet(T other, u32 other_row) {
        const T mine = magnitude(value), its = magnitude(other);
        if (its > mine || (its == mine && other_row < row)) {
            value = other;
            row = other_row;
        }
    }
};

// The peak of x_first.., column j, over the rows begin..end, in the threads of share 0.
template <class T>
__device__ inline Peak<T> peak_of_column(const T* x, u32 ldx, u32 begin, u32 end, u32 j, u32 l,
                                         const ColumnThreads& threads) {
    __shared__ T values[THREADS];
    __shared__ u32 rows[THREADS];
    Peak<T> peak = {0, 0xFFFFFFFFu};
    if (j < l) {
#pragma unroll 4
        for (u32 i = begin + threads.share; i < end; i += threads.shares) {
            peak.meet(x[(size_t)i * ldx + j], i);
        }
    }
    values[threadIdx.x] = peak.value;
    rows[threadIdx.x] = peak.row;
    __syncthreads();
    if (threads.share == 0) {
        for (u32 other = 1; other < threads.shares; other++) {
            const u32 at = other * threads.across + threads.lane;
            peak.meet(values[at], rows[at]);
        }
    }
    __syncthreads();
    return peak;
}

// peaks[b l + j] <- the entry of greatest magnitude, the first of several, in the rows of block b
//
// Launch: blocks of THREADS, grid ceil(m / rows_per_block) = blocks.
template <class T>
__device__ void column_peak(const T* x, u32 ldx, u32 m, u32 l, u32 rows_per_block, T* peaks,
                            u32 blocks) {
    const ColumnThreads threads(l);
    if (blockIdx.x >= blocks) return;
    const u32 begin = blockIdx.x * rows_per_block;
    const u32 end = begin + smaller_of(rows_per_block, m - begin);
    for (u32 first = 0; first < l; first += threads.across) {
        const u32 j = first + threads.lane;
        const Peak<T> peak = peak_of_column(x, ldx, begin, end, j, l, threads);
        if (threads.share == 0 && j < l) peaks[(size_t)blockIdx.x * l + j] = peak.value;
    }
}
KERNEL(column_peak, BLOCK,
       (const T* x, u32 ldx, u32 m, u32 l, u32 rows_per_block, T* peaks, u32 blocks),
       (x, ldx, m, l, rows_per_block, peaks, blocks))

// signs_j <- -1 where the entry of greatest magnitude, the first of several, in column j of the peaks
// (blocks x l) is negative, else 1
//
// Launch: blocks of THREADS, any grid; ceil(l / SUM_COLUMNS) blocks have work.
template <class T>
__device__ void column_signs(const T* peaks, u32 blocks, u32 l, T* signs) {
    const ColumnThreads threads(l);
    for (u32 chunk = blockIdx.x; chunk < quotient_up(l, threads.across); chunk += gridDim.x) {
        const u32 j = chunk * threads.across + threads.lane;
        const Peak<T> peak = peak_of_column(peaks, l, 0, blocks, j, l, threads);
        if (threads.share == 0 && j < l) signs[j] = peak.value < 0 ? (T)-1 : (T)1;
    }
}
KERNEL(column_signs, BLOCK, (const T* peaks, u32 blocks, u32 l, T* signs),
       (peaks, blocks, l, signs))
