// Products X^T Y of two panels, in f64 for both types.
#include "reduce.cuh"

constexpr u32 GRAM_TILE_ROWS = 32;

// A tile of rows of a panel as f64; zeros outside.
template <class T>
__device__ inline void stage_rows(const T* x, u32 ldx, u32 row, u32 end, u32 column, u32 width,
                                  double (*tile)[STRIP]) {
    for (u32 e = threadIdx.x; e < GRAM_TILE_ROWS * STRIP; e += THREADS) {
        const u32 i = e / STRIP, j = e % STRIP;
        const bool inside = row + i < end && j < width;
        tile[i][j] = inside ? (double)x[(size_t)(row + i) * ldx + column + j] : 0.0;
    }
}

// What becomes of a sum: a number of the type of the panels, and one of f64. Either may be null.
template <class T>
struct GramEntries {
    T* rounded;
    double* exact;

    __device__ void operator()(u32 e, double sum) const {
        if (rounded) rounded[e] = (T)sum;
        if (exact) exact[e] = sum;
    }
};

// partial[b la lb + j la + i] <- the sum of x_ri y_rj over the rows r of block b
//
// Where `arrived` is not null, the last block adds up, as gram_sum does.
//
// X is m x la, Y m x lb. Launch: blocks of THREADS, grid (ceil(m / rows_per_block), ceil(la / 32),
// ceil(lb / 32)). A block sums a 32 x 32 corner of the product; a thread owns 2 x 2 sums of it, and
// where the corner is smaller, several groups of threads share out the rows of a tile. Bytes: X is read
// ceil(lb / 32) times, Y ceil(la / 32) times; 2 m la lb flops.
template <class T>
__device__ void gram_partial(const T* x, u32 ldx, u32 la, const T* y, u32 ldy, u32 lb, u32 m,
                             u32 rows_per_block, double* partial, u32* arrived, T* out,
                             double* out64) {
    __shared__ double xs[GRAM_TILE_ROWS][STRIP];
    __shared__ double ys[GRAM_TILE_ROWS][STRIP];
    __shared__ double sums[THREADS][4];
    const u32 first_x = blockIdx.y * STRIP, first_y = blockIdx.z * STRIP;
    const u32 width_x = smaller_of(la - first_x, STRIP), width_y = smaller_of(lb - first_y, STRIP);
    const u32 pairs_x = (width_x + 1) / 2, pairs = pairs_x * ((width_y + 1) / 2);
    const u32 groups = THREADS / pairs;
    const u32 group = threadIdx.x / pairs, pair = threadIdx.x % pairs;
    const u32 i = pair % pairs_x * 2, j = pair / pairs_x * 2;
    const u32 begin = blockIdx.x * rows_per_block;
    const u32 end = begin + smaller_of(rows_per_block, m - begin);

    double sum[2][2] = {};
    for (u32 row = begin; row < end; row += GRAM_TILE_ROWS) {
        stage_rows(x, ldx, row, end, first_x, width_x, xs);
        stage_rows(y, ldy, row, end, first_y, width_y, ys);
        __syncthreads();
        if (group < groups) {
#pragma unroll 4
            for (u32 r = group; r < GRAM_TILE_ROWS; r += groups) {
                const double x0 = xs[r][i], x1 = xs[r][i + 1];
                const double y0 = ys[r][j], y1 = ys[r][j + 1];
                sum[0][0] += x0 * y0;
                sum[0][1] += x0 * y1;
                sum[1][0] += x1 * y0;
                sum[1][1] += x1 * y1;
            }
        }
        __syncthreads();
    }
    for (u32 c = 0; c < 4; c++) sums[threadIdx.x][c] = sum[c / 2][c % 2];
    __syncthreads();
    if (group == 0) {
        double* out = partial + (size_t)blockIdx.x * la * lb;
        for (u32 c = 0; c < 4; c++) {
            const u32 column_x = i + c / 2, column_y = j + c % 2;
            double total = sums[pair][c];
            for (u32 other = 1; other < groups; other++) total += sums[other * pairs + pair][c];
            if (column_x < width_x && column_y < width_y) {
                out[(size_t)(first_y + column_y) * la + first_x + column_x] = total;
            }
        }
    }
    if (arrived) sum_columns_last(partial, la * lb, arrived, GramEntries<T>{out, out64});
}
KERNEL(gram_partial, BLOCK,
       (const T* x, u32 ldx, u32 la, const T* y, u32 ldy, u32 lb, u32 m, u32 rows_per_block,
        double* partial, u32* arrived, T* out, double* out64),
       (x, ldx, la, y, ldy, lb, m, rows_per_block, partial, arrived, out, out64))

// out_e, out64_e <- the sum over b of partial[b count + e]; either may be null
//
// Launch: blocks of THREADS, any grid; ceil(count / SUM_COLUMNS) blocks have work. Bytes: the partial sums
// once.
template <class T>
__device__ void gram_sum(const double* partial, u32 blocks, u32 count, T* out, double* out64) {
    sum_columns(partial, blocks, count, blockIdx.x, gridDim.x, GramEntries<T>{out, out64});
}
KERNEL(gram_sum, BLOCK, (const double* partial, u32 blocks, u32 count, T* out, double* out64),
       (partial, blocks, count, out, out64))
