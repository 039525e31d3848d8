// The terms [N | D] of multiplicative steps for a beta-divergence: with the model v = x_o . y_i of an
// entry a = 2^exponent a_oi, n_o is the sum of pull(a, v) y_i and d_o the sum of push(v) y_i.
//
// X is outputs x k, Y inner x k, [N | D] outputs x 2k.
#include "slots.cuh"
#include "strip.cuh"
#include "terms.cuh"
#include "tile.cuh"

// What one entry adds to N and D, as factors of y_i, and to the divergence.
template <class T>
struct Worth {
    T pull, push;
    double loss;

    // Where `zeros`, the entry is zero.
    __device__ static Worth of(const Divergence<T>& d, bool zeros, T a, T v, u32 flags) {
        Worth worth = {};
        d.terms(a, v, worth.pull, worth.push);
        if (flags & WANTS_LOSS) {
            worth.loss = (double)(zeros ? d.of_zero(v, worth.push) : d.between(a, v, worth.push));
        }
        return worth;
    }

    // A stored entry. Where zeros are not listed, they are summed elsewhere, as if this entry were one,
    // too.
    __device__ static Worth of_stored(const Divergence<T>& d, T a, T v, u32 listed, u32 flags) {
        Worth worth = of(d, false, a, v, flags);
        if (flags & WANTS_LOSS && !listed) worth.loss -= (double)d.of_zero(v, worth.push);
        return worth;
    }
};

// [N | D] for k <= L columns, where every entry counts; a null A is all zeros
//
// Split s: the sums over inner s * per_split .., written to terms + s * split_stride. Entry (o, i) of A is
// a[i lda + o], or a[o lda + i] where transposed. With bit 0 of the flags, loss[block] <- the divergence
// over the block's entries, block = blockIdx.y gridDim.x + blockIdx.x. Launch: blocks of TILE_THREADS, grid
// (ceil(outputs / outputs a block), splits). PARTS threads share an output and hold its rows of X, N and D
// in registers; tiles of A and Y stand in shared memory. Bytes: A once, Y once a block, from L2;
// 6 outputs inner k flops, and the evaluation of pull and push.
template <class T, u32 L>
__device__ void dense_terms(const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner,
                            int exponent, const T* x, u32 ldx, const T* y, u32 ldy, u32 k,
                            const Divergence<T>& divergence, u32 flags, u32 per_split, T* terms,
                            u32 ldt, u64 split_stride, double* loss) {
    constexpr u32 PARTS = dense_terms_threads_per_output<T, L>(), OUTPUTS = TILE_THREADS / PARTS;
    constexpr u32 EACH = Pack<T>::SIZE, PACKS = L / EACH / PARTS, DEPTH = 16;
    __shared__ T entries[DEPTH][OUTPUTS + 8 / sizeof(T)];
    alignas(16) __shared__ T tile[DEPTH * L];
    const DenseEntries<T> matrix = {a, lda, transposed, PowerOfTwo<T>(exponent)};
    const u32 part = threadIdx.x % PARTS, mine = threadIdx.x / PARTS;
    const u32 first = blockIdx.x * OUTPUTS, output = first + mine;
    const u32 begin = smaller_of(blockIdx.y * per_split, inner);
    const u32 end = begin + smaller_of(per_split, inner - begin);

    // Columns go to the parts in turn, 16 bytes at a time, so that the parts read side by side.
    T row[PACKS][EACH], n[PACKS][EACH] = {}, d[PACKS][EACH] = {};
#pragma unroll
    for (u32 p = 0; p < PACKS; p++) {
#pragma unroll
        for (u32 q = 0; q < EACH; q++) {
            const u32 j = (p * PARTS + part) * EACH + q;
            row[p][q] = output < outputs && j < k ? x[(size_t)output * ldx + j] : (T)0;
        }
    }
    double sum = 0.0;
    for (u32 i = begin; i < end; i += DEPTH) {
        const u32 depth = smaller_of(DEPTH, end - i);
        stage_panel<T, L, DEPTH>(y, ldy, i, depth, k, tile);
        if (a) matrix.template stage<DEPTH, OUTPUTS>(first, outputs, i, depth, entries);
        __syncthreads();
#pragma unroll 1
        for (u32 r = 0; r < depth; r++) {
            T sums[EACH] = {};
#pragma unroll
            for (u32 p = 0; p < PACKS; p++) {
                const Pack<T> pack = load_pack(tile + r * L + (p * PARTS + part) * EACH);
#pragma unroll
                for (u32 q = 0; q < EACH; q++) sums[q] += row[p][q] * pack.of[q];
            }
            T v = sum_of(sums);
#pragma unroll
            for (u32 other = 1; other < PARTS; other *= 2) {
                v += __shfl_xor_sync(FULL_WARP, v, other);
            }
            const T entry = a ? entries[r][mine] : (T)0;
            const Worth<T> worth = Worth<T>::of(divergence, !a, entry, v, flags);
            sum += worth.loss;
#pragma unroll
            for (u32 p = 0; p < PACKS; p++) {
                const Pack<T> pack = load_pack(tile + r * L + (p * PARTS + part) * EACH);
#pragma unroll
                for (u32 q = 0; q < EACH; q++) {
                    n[p][q] += worth.pull * pack.of[q];
                    d[p][q] += worth.push * pack.of[q];
                }
            }
        }
        __syncthreads();
    }
    if (output < outputs) {
        T* out = terms + blockIdx.y * split_stride + (size_t)output * ldt;
#pragma unroll
        for (u32 p = 0; p < PACKS; p++) {
#pragma unroll
            for (u32 q = 0; q < EACH; q++) {
                const u32 j = (p * PARTS + part) * EACH + q;
                if (j < k) out[j] = n[p][q];
                if (j < k) out[k + j] = d[p][q];
            }
        }
    }
    write_loss(output < outputs && part == 0 ? sum : 0.0, flags, loss);
}
TILE_KERNEL(dense_terms, TILE_BLOCK,
             (const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner, int exponent, const T* x,
              u32 ldx, const T* y, u32 ldy, u32 k, Divergence<T> d, u32 flags, u32 per_split,
              T* terms, u32 ldt, u64 split_stride, double* loss),
             (a, lda, transposed, outputs, inner, exponent, x, ldx, y, ldy, k, d, flags, per_split,
              terms, ldt, split_stride, loss))

constexpr u32 WIDE_INNER = 32;
constexpr u32 WIDE_DEPTH = 16;

// Pulls and pushes of a tile of entries, or the parts of X and Y that its model comes from.
template <class T>
union WideTile {
    struct {
        T pulls[DENSE_TERMS_WIDE_OUTPUTS][WIDE_INNER + 1];
        T pushes[DENSE_TERMS_WIDE_OUTPUTS][WIDE_INNER + 1];
    } worth;
    struct {
        T x[DENSE_TERMS_WIDE_OUTPUTS][WIDE_DEPTH + 1];
        T y[WIDE_INNER][WIDE_DEPTH + 1];
    } factors;
};

// Part of a factor; zeros outside.
template <class T, u32 ROWS>
__device__ inline void stage_part(const T* x, u32 ldx, u32 first, u32 rows, u32 depth, u32 k,
                                  T (&part)[ROWS][WIDE_DEPTH + 1]) {
    for (u32 e = threadIdx.x; e < ROWS * WIDE_DEPTH; e += TILE_THREADS) {
        const u32 i = e / WIDE_DEPTH, j = e % WIDE_DEPTH;
        const bool inside = i < rows && depth + j < k;
        part[i][j] = inside ? x[(size_t)(first + i) * ldx + depth + j] : (T)0;
    }
}

// sum_rc += left_(down + 16 r),d right_d,(across + 8 c) over the depth of two tiles, where `right` is given
// by a function.
template <class T, u32 DEPTH, u32 ROWS, u32 STRIDE, class Right>
__device__ inline void add_product(const T (&left)[ROWS][STRIDE], Right right, T (&sum)[4][4]) {
    const u32 down = threadIdx.x % 16, across = threadIdx.x / 16;
#pragma unroll 4
    for (u32 d = 0; d < DEPTH; d++) {
        T mine[4], other[4];
#pragma unroll
        for (u32 r = 0; r < 4; r++) mine[r] = left[down + 16 * r][d];
#pragma unroll
        for (u32 c = 0; c < 4; c++) other[c] = right(d, across + 8 * c);
#pragma unroll
        for (u32 r = 0; r < 4; r++) {
#pragma unroll
            for (u32 c = 0; c < 4; c++) sum[r][c] += mine[r] * other[c];
        }
    }
}

// The same for any k: columns first .. first + 32 of N and D, the model over all k columns
//
// Launch: blocks of TILE_THREADS, grid (ceil(outputs / DENSE_TERMS_WIDE_OUTPUTS), splits). A block models
// 64 x 32 entries as a product of tiles, turns them into pulls and pushes in shared memory, and multiplies
// those with 32 columns of Y; a thread owns 4 x 4 of each. Bytes: A, X and Y once a strip of columns;
// 2 outputs inner (k + 64) flops a strip.
template <class T>
__device__ void dense_terms_wide(const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner,
                                 int exponent, const T* x, u32 ldx, const T* y, u32 ldy, u32 k,
                                 const Divergence<T>& divergence, u32 flags, u32 per_split,
                                 T* terms, u32 ldt, u64 split_stride, double* loss,
                                 u32 first_column) {
    constexpr u32 OUTPUTS = DENSE_TERMS_WIDE_OUTPUTS;
    static_assert(OUTPUTS == 4 * 16 && WIDE_INNER == 4 * 8 && STRIP == 4 * 8, "4 x 4 a thread");
    __shared__ WideTile<T> tile;
    __shared__ T columns[WIDE_INNER][STRIP + 1];
    const DenseEntries<T> matrix = {a, lda, transposed, PowerOfTwo<T>(exponent)};
    const u32 down = threadIdx.x % 16, across = threadIdx.x / 16;
    const u32 first = blockIdx.x * OUTPUTS, rows = smaller_of(OUTPUTS, outputs - first);
    const u32 begin = smaller_of(blockIdx.y * per_split, inner);
    const u32 end = begin + smaller_of(per_split, inner - begin);
    const u32 width = smaller_of(STRIP, k - first_column);

    T n[4][4] = {}, d[4][4] = {};
    double sum = 0.0;
    for (u32 i = begin; i < end; i += WIDE_INNER) {
        const u32 count = smaller_of(WIDE_INNER, end - i);
        T v[4][4] = {};
        for (u32 depth = 0; depth < k; depth += WIDE_DEPTH) {
            __syncthreads();
            stage_part(x, ldx, first, rows, depth, k, tile.factors.x);
            stage_part(y, ldy, i, count, depth, k, tile.factors.y);
            __syncthreads();
            const auto right = [&](u32 at, u32 c) { return tile.factors.y[c][at]; };
            add_product<T, WIDE_DEPTH>(tile.factors.x, right, v);
        }
        __syncthreads();
        for (u32 e = threadIdx.x; e < WIDE_INNER * STRIP; e += TILE_THREADS) {
            const u32 r = e / STRIP, j = e % STRIP;
            const bool inside = r < count && j < width;
            columns[r][j] = inside ? y[(size_t)(i + r) * ldy + first_column + j] : (T)0;
        }
#pragma unroll
        for (u32 r = 0; r < 4; r++) {
#pragma unroll
            for (u32 c = 0; c < 4; c++) {
                tile.worth.pulls[down + 16 * r][across + 8 * c] = v[r][c];
            }
        }
        // A model is turned into its pull by the thread that wrote it, in a loop that is not unrolled: the
        // powers are long.
#pragma unroll 1
        for (u32 e = 0; e < 16; e++) {
            const u32 o = down + 16 * (e / 4), at = across + 8 * (e % 4);
            T* pull = &tile.worth.pulls[o][at];
            Worth<T> worth = {};
            if (o < rows && at < count) {
                const T entry = a ? matrix.at(first + o, i + at) : (T)0;
                worth = Worth<T>::of(divergence, !a, entry, *pull, flags);
            }
            *pull = worth.pull;
            tile.worth.pushes[o][at] = worth.push;
            sum += worth.loss;
        }
        __syncthreads();
        const auto right = [&](u32 at, u32 j) { return columns[at][j]; };
        add_product<T, WIDE_INNER>(tile.worth.pulls, right, n);
        add_product<T, WIDE_INNER>(tile.worth.pushes, right, d);
    }
    T* out = terms + blockIdx.y * split_stride + first_column;
#pragma unroll
    for (u32 r = 0; r < 4; r++) {
#pragma unroll
        for (u32 c = 0; c < 4; c++) {
            const u32 o = down + 16 * r, j = across + 8 * c;
            if (o < rows && j < width) {
                out[(size_t)(first + o) * ldt + j] = n[r][c];
                out[(size_t)(first + o) * ldt + k + j] = d[r][c];
            }
        }
    }
    write_loss(sum, flags, loss);
}
KERNEL(dense_terms_wide, TILE_BLOCK,
       (const T* a, u64 lda, u32 transposed, u32 outputs, u32 inner, int exponent, const T* x,
        u32 ldx, const T* y, u32 ldy, u32 k, Divergence<T> d, u32 flags, u32 per_split, T* terms,
        u32 ldt, u64 split_stride, double* loss, u32 first),
       (a, lda, transposed, outputs, inner, exponent, x, ldx, y, ldy, k, d, flags, per_split, terms,
        ldt, split_stride, loss, first))

// Columns first .. first + STRIP of [N | D] of the row of a piece, or a slot of the sums of a row that was cut: a
// strip of N and one of D.
template <class T>
struct TermsOfPiece {
    static constexpr u32 SLOT = 2 * STRIP;

    const uint4& piece;
    u32 first, k;
    T *terms, *partial;

    __device__ bool is_cut() const { return piece.w != NO_SLOT; }
    __device__ T* row() const { return terms + first; }
    __device__ T* n() const { return is_cut() ? partial + (size_t)piece.w * SLOT : row(); }
    __device__ T* d() const { return n() + (is_cut() ? STRIP : k); }

    // N, and D where listed, of the row, by the last warp of those that have a piece of it; the others are done.
    __device__ void add_up(const uint2* cuts, u32* arrived, u32 listed) const {
        if (!is_cut()) return;
        const uint2 cut = cuts[piece.w];
        if (!warp_arrives_last(arrived + cut.x, cut.y)) return;
        const u32 j = threadIdx.x % WARP;
        if (first + j >= k) return;
        row()[j] = sum_of_slots(partial, cut, SLOT, j);
        if (listed) row()[k + j] = sum_of_slots(partial, cut, SLOT, STRIP + j);
    }
};

// N, and D where listed, over the stored entries, for k <= L columns
//
// Pieces and cuts as in csr_apply, a slot being 64 wide: N, and D from 32 on. Where entries are not listed,
// D is left alone. With bit 0 of the flags, loss[piece] <- the divergence of its entries, less that of zeros
// where they are not listed. Launch: blocks of THREADS, grid ceil(npieces / WARPS): a warp a piece. The warp
// takes 32 entries at a time: several lanes hold a row of Y, and every lane evaluates one entry. Bytes: A
// once, a row of Y for each entry; 6 nnz k flops, and the evaluation of pull and push.
template <class T, u32 L>
__device__ void sparse_terms(const uint4* pieces, u32 npieces, const u32* columns, const T* values,
                             int exponent, const T* x, u32 ldx, const T* y, u32 ldy, u32 k,
                             const Divergence<T>& divergence, u32 listed, u32 flags, T* terms,
                             u32 ldt, const uint2* cuts, T* partial, u32* arrived, double* loss) {
    const u32 number = warp_in_grid();
    if (number >= npieces) return;
    const uint4 piece = pieces[number];
    const PowerOfTwo<T> scale(exponent);
    const WarpStrip<T, L> lane;
    constexpr u32 EACH = lane.EACH, LANES = lane.LANES;

    T row[EACH], n[EACH] = {}, d[EACH] = {};
#pragma unroll
    for (u32 q = 0; q < EACH; q++) {
        row[q] = lane.column + q < k ? x[(size_t)piece.z * ldx + lane.column + q] : (T)0;
    }
    double sum = 0.0;
    const u32 count = piece.y - piece.x;
    columns += piece.x;
    values += piece.x;
    for (u32 first = 0; first < count; first += WARP) {
        const u32 mine = first + threadIdx.x % WARP;
        const u32 column = mine < count ? columns[mine] : 0;
        const T a = mine < count ? scale.times(values[mine]) : (T)0;
        // The lanes of a row go through the entries that they own, one after the other.
        Pack<T> other[LANES];
#pragma unroll
        for (u32 u = 0; u < LANES; u++) {
            const u32 from = __shfl_sync(FULL_WARP, column, u, LANES);
            other[u] = Pack<T>{};
            if (first + lane.place * LANES + u < count && lane.column < k) {
                other[u] = load_pack(y + (size_t)from * ldy + lane.column);
            }
        }
        T v = 0;
#pragma unroll
        for (u32 u = 0; u < LANES; u++) {
            T part = 0;
#pragma unroll
            for (u32 q = 0; q < EACH; q++) {
                // What lies between k and the leading dimension may be anything.
                if (lane.column + q >= k) other[u].of[q] = 0;
                part += row[q] * other[u].of[q];
            }
#pragma unroll
            for (u32 step = 1; step < LANES; step *= 2) {
                part += __shfl_xor_sync(FULL_WARP, part, step);
            }
            if (threadIdx.x % LANES == u) v = part;
        }
        Worth<T> worth = {};
        if (mine < count) worth = Worth<T>::of_stored(divergence, a, v, listed, flags);
        sum += worth.loss;
#pragma unroll
        for (u32 u = 0; u < LANES; u++) {
            const T pull = __shfl_sync(FULL_WARP, worth.pull, u, LANES);
            const T push = __shfl_sync(FULL_WARP, worth.push, u, LANES);
#pragma unroll
            for (u32 q = 0; q < EACH; q++) {
                n[q] += pull * other[u].of[q];
                d[q] += push * other[u].of[q];
            }
        }
    }
    const TermsOfPiece<T> out{piece, 0, k, terms + (size_t)piece.z * ldt, partial};
    lane.sum_over_places(n);
    lane.write(n, k, out.n());
    if (listed) {
        lane.sum_over_places(d);
        lane.write(d, k, out.d());
    }
    out.add_up(cuts, arrived, listed);
    if (flags & WANTS_LOSS) {
        sum = sum_of_lanes(sum);
        if (threadIdx.x % WARP == 0) loss[number] = sum;
    }
}
STRIP_KERNEL(sparse_terms, BLOCK,
             (const uint4* pieces, u32 npieces, const u32* columns, const T* values, int exponent,
              const T* x, u32 ldx, const T* y, u32 ldy, u32 k, Divergence<T> d, u32 listed,
              u32 flags, T* terms, u32 ldt, const uint2* cuts, T* partial, u32* arrived,
              double* loss),
             (pieces, npieces, columns, values, exponent, x, ldx, y, ldy, k, d, listed, flags, terms,
              ldt, cuts, partial, arrived, loss))

// The same for any k: columns first .. first + 32 of N and D, the model over all k columns
//
// Launch: blocks of THREADS, grid ceil(npieces / WARPS): a warp a piece, its lanes along the columns. Bytes: A
// and a row of Y for each entry, once a strip of columns; nnz (2 k + 128) flops a strip.
template <class T>
__device__ void sparse_terms_wide(const uint4* pieces, u32 npieces, const u32* columns,
                                  const T* values, int exponent, const T* x, u32 ldx, const T* y,
                                  u32 ldy, u32 k, const Divergence<T>& divergence, u32 listed,
                                  u32 flags, T* terms, u32 ldt, const uint2* cuts, T* partial,
                                  u32* arrived, double* loss, u32 first) {
    const u32 number = warp_in_grid(), lane = threadIdx.x % WARP;
    if (number >= npieces) return;
    const uint4 piece = pieces[number];
    const PowerOfTwo<T> scale(exponent);
    const T* row = x + (size_t)piece.z * ldx;
    const bool inside = first + lane < k;
    T n = 0, d = 0;
    double sum = 0.0;
#pragma unroll 1
    for (u32 p = piece.x; p < piece.y; p++) {
        const T* other = y + (size_t)columns[p] * ldy;
        const T a = scale.times(values[p]);
        T v = 0;
#pragma unroll 4
        for (u32 j = lane; j < k; j += WARP) v += row[j] * other[j];
        v = sum_of_lanes(v);
        const T mine = inside ? other[first + lane] : (T)0;
        const Worth<T> worth = Worth<T>::of_stored(divergence, a, v, listed, flags);
        n += worth.pull * mine;
        d += worth.push * mine;
        sum += worth.loss;
    }
    const TermsOfPiece<T> out{piece, first, k, terms + (size_t)piece.z * ldt, partial};
    if (inside) {
        out.n()[lane] = n;
        if (listed) out.d()[lane] = d;
    }
    out.add_up(cuts, arrived, listed);
    if (flags & WANTS_LOSS && lane == 0) loss[number] = sum;
}
KERNEL(sparse_terms_wide, BLOCK,
       (const uint4* pieces, u32 npieces, const u32* columns, const T* values, int exponent,
        const T* x, u32 ldx, const T* y, u32 ldy, u32 k, Divergence<T> d, u32 listed, u32 flags,
        T* terms, u32 ldt, const uint2* cuts, T* partial, u32* arrived, double* loss, u32 first),
       (pieces, npieces, columns, values, exponent, x, ldx, y, ldy, k, d, listed, flags, terms, ldt,
        cuts, partial, arrived, loss, first))
