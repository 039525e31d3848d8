// Products of a sparse matrix in compressed rows with a panel.
#include "strip.cuh"

// Y <- A X for a strip of l <= L columns, a piece of A for each GROUP of lanes
//
// A piece {begin, end, row, slot} is a part of a row: entries begin..end. Where slot is NO_SLOT it is
// the whole row and y_row is written, else partial[slot * 32 + j]; csr_sum_split then adds up. Eight
// entries for each place of the group are under way at once. Bytes: A once, a row of X for each entry
// (from L2 as far as X fits there), Y once; 2 nnz l flops.
template <class T, u32 L, u32 GROUP>
__device__ void csr_pieces(const uint4* pieces, u32 npieces, const u32* columns, const T* values,
                          const T* x, u32 ldx, u32 l, T* y, u32 ldy, T* partial) {
    constexpr u32 AHEAD = 8;
    const u32 number = blockIdx.x * (THREADS / GROUP) + threadIdx.x / GROUP;
    uint4 piece = {0, 0, 0, NO_SLOT};
    if (number < npieces) piece = pieces[number];
    const WarpStrip<T, L, GROUP> lane;
    constexpr u32 EACH = lane.EACH, AT_ONCE = lane.AT_ONCE;

    T sum[EACH] = {};
    const u32 count = piece.y - piece.x;
    columns += piece.x;
    values += piece.x;
    for (u32 first = 0; first < count; first += AHEAD * AT_ONCE) {
        u32 column[AHEAD];
        T a[AHEAD];
#pragma unroll
        for (u32 u = 0; u < AHEAD; u++) {
            const u32 entry = first + u * AT_ONCE + lane.place;
            const bool inside = entry < count;
            column[u] = inside ? columns[entry] : 0;
            a[u] = inside ? values[entry] : (T)0;
        }
        Pack<T> row[AHEAD];
#pragma unroll
        for (u32 u = 0; u < AHEAD; u++) {
            const u32 entry = first + u * AT_ONCE + lane.place;
            row[u] = Pack<T>{};
            if (entry < count && lane.column < l) {
                row[u] = load_pack(x + (size_t)column[u] * ldx + lane.column);
            }
        }
#pragma unroll
        for (u32 u = 0; u < AHEAD; u++) {
#pragma unroll
            for (u32 q = 0; q < EACH; q++) sum[q] += a[u] * row[u].of[q];
        }
    }
    lane.sum_over_places(sum);
    if (number >= npieces) return;
    const bool whole = piece.w == NO_SLOT;
    lane.write(sum, l, whole ? y + (size_t)piece.z * ldy : partial + (size_t)piece.w * STRIP);
}

// csr_pieces, a warp a piece. Launch: blocks of THREADS, grid ceil(npieces / WARPS).
template <class T, u32 L>
__device__ void csr_apply(const uint4* pieces, u32 npieces, const u32* columns, const T* values,
                          const T* x, u32 ldx, u32 l, T* y, u32 ldy, T* partial) {
    csr_pieces<T, L, WARP>(pieces, npieces, columns, values, x, ldx, l, y, ldy, partial);
}
STRIP_KERNEL(csr_apply, BLOCK,
             (const uint4* pieces, u32 npieces, const u32* columns, const T* values, const T* x,
              u32 ldx, u32 l, T* y, u32 ldy, T* partial),
             (pieces, npieces, columns, values, x, ldx, l, y, ldy, partial))

// csr_pieces for pieces of few entries, which would leave most lanes of a warp idle: as many lanes a piece
// as hold a row of the strip, and SHORT_LANES at least. Launch: blocks of THREADS, grid
// ceil(npieces lanes / THREADS).
template <class T, u32 L>
__device__ void csr_apply_short(const uint4* pieces, u32 npieces, const u32* columns,
                                const T* values, const T* x, u32 ldx, u32 l, T* y, u32 ldy,
                                T* partial) {
    constexpr u32 LANES = L / Pack<T>::SIZE, GROUP = LANES > SHORT_LANES ? LANES : SHORT_LANES;
    csr_pieces<T, L, GROUP>(pieces, npieces, columns, values, x, ldx, l, y, ldy, partial);
}
STRIP_KERNEL(csr_apply_short, BLOCK,
             (const uint4* pieces, u32 npieces, const u32* columns, const T* values, const T* x,
              u32 ldx, u32 l, T* y, u32 ldy, T* partial),
             (pieces, npieces, columns, values, x, ldx, l, y, ldy, partial))

// y_row <- the sum of its slots of partial sums, in order
//
// A split is {row, first slot, number of slots, 0}, l at most 32. Launch: blocks of THREADS, grid
// ceil(nsplits / WARPS): a warp a split, a lane a column. Bytes: the slots once.
template <class T>
__device__ void csr_sum_split(const uint4* splits, u32 nsplits, const T* partial, u32 l, T* y,
                              u32 ldy) {
    const u32 number = warp_in_grid(), j = threadIdx.x % WARP;
    if (number >= nsplits || j >= l) return;
    const uint4 split = splits[number];
    const T* slot = partial + (size_t)split.y * STRIP + j;
    T sum = 0;
#pragma unroll 4
    for (u32 i = 0; i < split.z; i++) sum += slot[(size_t)i * STRIP];
    y[(size_t)split.x * ldy + j] = sum;
}
KERNEL(csr_sum_split, BLOCK,
       (const uint4* splits, u32 nsplits, const T* partial, u32 l, T* y, u32 ldy),
       (splits, nsplits, partial, l, y, ldy))
