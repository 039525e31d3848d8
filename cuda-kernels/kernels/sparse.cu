// Products of a sparse matrix in compressed rows with a panel.
#include "slots.cuh"
#include "strip.cuh"

// The pieces of a block, as csr_apply has them: one for each GROUP of lanes, eight entries for each place of the
// group under way at once.
template <class T, u32 L, u32 GROUP>
__device__ void csr_pieces(const uint4* pieces, u32 npieces, u32 block, const u32* columns,
                           const T* values, const T* x, u32 ldx, u32 l, T* y, u32 ldy,
                           const uint2* cuts, T* partial, u32* arrived) {
    constexpr u32 AHEAD = 8;
    const u32 number = block * (THREADS / GROUP) + threadIdx.x / GROUP;
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
    if (piece.w == NO_SLOT) {
        lane.write(sum, l, y + (size_t)piece.z * ldy);
        return;
    }
    // A group that is narrower than a warp has whole rows only.
    if (GROUP < WARP) return;
    lane.write(sum, l, partial + (size_t)piece.w * STRIP);
    const uint2 cut = cuts[piece.w];
    if (!warp_arrives_last(arrived + cut.x, cut.y)) return;
    const u32 j = threadIdx.x % WARP;
    if (j < l) y[(size_t)piece.z * ldy + j] = sum_of_slots(partial, cut, STRIP, j);
}

// Y <- A X for a strip of l <= L columns
//
// A piece {begin, end, row, slot} is a part of a row: entries begin..end. Where slot is NO_SLOT it is the whole
// row, and y_row is written; else partial[slot * 32 + j], a slot of the row's cut {first slot, slots} =
// cuts[slot]. The last warp of those of a row adds its slots up, in order; arrived[first slot] counts them.
//
// A warp has a piece. Pieces from `long_pieces` on are whole rows of few entries, which would leave most lanes
// of a warp idle: as many lanes have one as hold a row of the strip, and SHORT_LANES at least. Launch: blocks of
// THREADS, grid ceil(long_pieces / WARPS) + ceil((npieces - long_pieces) lanes / THREADS). Bytes: A once, a row of
// X for each entry (from L2 as far as X fits there), Y once; 2 nnz l flops.
template <class T, u32 L>
__device__ void csr_apply(const uint4* pieces, u32 long_pieces, u32 npieces, const u32* columns,
                          const T* values, const T* x, u32 ldx, u32 l, T* y, u32 ldy,
                          const uint2* cuts, T* partial, u32* arrived) {
    constexpr u32 LANES = L / Pack<T>::SIZE, GROUP = LANES > SHORT_LANES ? LANES : SHORT_LANES;
    const u32 long_blocks = quotient_up(long_pieces, WARPS);
    if (blockIdx.x < long_blocks) {
        csr_pieces<T, L, WARP>(pieces, long_pieces, blockIdx.x, columns, values, x, ldx, l, y, ldy,
                               cuts, partial, arrived);
    } else {
        csr_pieces<T, L, GROUP>(pieces + long_pieces, npieces - long_pieces,
                                blockIdx.x - long_blocks, columns, values, x, ldx, l, y, ldy, cuts,
                                partial, arrived);
    }
}
STRIP_KERNEL(csr_apply, BLOCK,
             (const uint4* pieces, u32 long_pieces, u32 npieces, const u32* columns, const T* values,
              const T* x, u32 ldx, u32 l, T* y, u32 ldy, const uint2* cuts, T* partial,
              u32* arrived),
             (pieces, long_pieces, npieces, columns, values, x, ldx, l, y, ldy, cuts, partial,
              arrived))
