// The divergence of Kullback and Leibler over a dense matrix: an entry of zero pulls nothing, and all push
// alike, so that only other entries need to be looked at.
#include "terms.cuh"
#include "tile.cuh"

// Outputs that a thread owns: as many as leave room for their rows and sums in registers.
template <class T, u32 L>
constexpr u32 PULLED = L * sizeof(T) > PULLS_WIDE_ROW_BYTES ? 1 : 2;

// n_o <- the sum of a / v y_i over the entries a = 2^exponent a_oi > 0 with the model v = x_o . y_i, for
// k <= L columns
//
// X is outputs x k, Y inner x k, N outputs x k. Split s: the sum over inner s * per_split .., written to
// n + s * split_stride. Entry (o, i) of A is a[i lda + o], or a[o lda + i] where transposed. With bit 0 of
// the flags, loss[block] <- the sum of a log(a / v) - a over the block's entries, block = blockIdx.y
// gridDim.x + blockIdx.x: the divergence, less the sum of all v. Launch: blocks of TILE_THREADS, grid
// (ceil(outputs / outputs a block), splits). A thread owns R outputs, TILE_THREADS apart, with their rows of
// X and N in registers; tiles of A and Y stand in shared memory. A warp whose entries are all zero goes on to
// the next ones. Bytes: A once, Y once a block, from L2; 4 k + 2 flops, and a logarithm for the loss, for each
// entry above zero.
template <class T, u32 L>
__device__ void dense_pulls(const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner,
                            int exponent, const T* x, u32 ldx, const T* y, u32 ldy, u32 k, T floor,
                            u32 flags, u32 per_split, T* n, u32 ldn, u64 split_stride,
                            double* loss) {
    constexpr u32 R = PULLED<T, L>, OUTPUTS = TILE_THREADS * R;
    constexpr u32 EACH = Pack<T>::SIZE, PACKS = L / EACH, DEPTH = 16;
    __shared__ T entries[DEPTH][OUTPUTS + 8 / sizeof(T)];
    alignas(16) __shared__ T tile[DEPTH * L];
    const DenseEntries<T> matrix = {a, lda, transposed, PowerOfTwo<T>(exponent)};
    const u32 first = blockIdx.x * OUTPUTS;
    const u32 begin = smaller_of(blockIdx.y * per_split, inner);
    const u32 end = begin + smaller_of(per_split, inner - begin);

    T row[R][L], pulls[R][L] = {};
#pragma unroll
    for (u32 r = 0; r < R; r++) {
        const u32 output = first + threadIdx.x + r * TILE_THREADS;
#pragma unroll
        for (u32 j = 0; j < L; j++) {
            row[r][j] = output < outputs && j < k ? x[(size_t)output * ldx + j] : (T)0;
        }
    }
    double sum = 0.0;
    for (u32 i = begin; i < end; i += DEPTH) {
        const u32 depth = smaller_of(DEPTH, end - i);
        stage_panel<T, L, DEPTH>(y, ldy, i, depth, k, tile);
        matrix.template stage<DEPTH, OUTPUTS>(first, outputs, i, depth, entries);
        __syncthreads();
#pragma unroll 1
        for (u32 d = 0; d < DEPTH; d++) {
            T entry[R];
            int some = 0;
#pragma unroll
            for (u32 r = 0; r < R; r++) {
                entry[r] = entries[d][threadIdx.x + r * TILE_THREADS];
                some |= entry[r] > 0;
            }
            if (!__any_sync(FULL_WARP, some)) continue;
            Pack<T> other[PACKS];
#pragma unroll
            for (u32 p = 0; p < PACKS; p++) other[p] = load_pack(tile + d * L + p * EACH);
#pragma unroll
            for (u32 r = 0; r < R; r++) {
                T sums[EACH] = {};
#pragma unroll
                for (u32 j = 0; j < L; j++) sums[j % EACH] += row[r][j] * other[j / EACH].of[j % EACH];
                const T pull = entry[r] / larger(sum_of(sums), floor);
                if (flags & WANTS_LOSS && entry[r] > 0) {
                    sum += (double)(entry[r] * logarithm(pull) - entry[r]);
                }
#pragma unroll
                for (u32 j = 0; j < L; j++) pulls[r][j] += pull * other[j / EACH].of[j % EACH];
            }
        }
        __syncthreads();
    }
    n += blockIdx.y * split_stride;
#pragma unroll
    for (u32 r = 0; r < R; r++) {
        const u32 output = first + threadIdx.x + r * TILE_THREADS;
        if (output < outputs) write_row<T, L>(pulls[r], k, n + (size_t)output * ldn);
    }
    write_loss(sum, flags, loss);
}
TILE_KERNEL(dense_pulls, DENSE_BLOCK,
            (const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner, int exponent, const T* x,
             u32 ldx, const T* y, u32 ldy, u32 k, T floor, u32 flags, u32 per_split, T* n, u32 ldn,
             u64 split_stride, double* loss),
            (a, lda, transposed, outputs, inner, exponent, x, ldx, y, ldy, k, floor, flags, per_split,
             n, ldn, split_stride, loss))
