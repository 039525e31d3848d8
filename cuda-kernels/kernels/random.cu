// Random panels: entry (i, j) is a pure function of (key, i, j), the one of core/src/random/mod.rs.
//
// The laws without a logarithm give core's bits, since nothing here is fused:
// nvrtc: --fmad=false
#include "reduce.cuh"

// The finaliser of SplitMix64 (Steele, Lea & Flood 2014).
__device__ inline u64 mix(u64 z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9ull;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBull;
    return z ^ (z >> 31);
}

// The word with number `index` of a stream.
__device__ inline u64 word_at(u64 key, u64 index) {
    return mix(key + 0x9E3779B97F4A7C15ull * index);
}

// An odd multiple of 2^-24 or 2^-53 in (0, 1) from the high bits.
__device__ inline float unit_interval(u64 word, float) {
    return ((float)(word >> 41) + 0.5f) * 0x1p-23f;
}

__device__ inline double unit_interval(u64 word, double) {
    return ((double)(word >> 12) + 0.5) * 0x1p-52;
}

struct Coefficients {
    double of[8][2];
};

// The quotient of two polynomials, the highest power first.
template <class T>
__device__ inline T ratio(const Coefficients& coefficients, T r) {
    T numerator = 0, denominator = 0;
#pragma unroll
    for (u32 i = 0; i < 8; i++) {
        numerator = numerator * r + (T)coefficients.of[i][0];
        denominator = denominator * r + (T)coefficients.of[i][1];
    }
    return numerator / denominator;
}

// The standard normal quantile of a uniform draw (Wichura 1988, algorithm AS 241).
template <class T>
__device__ inline T gaussian(u64 word) {
    constexpr Coefficients CENTRE = {{{2.5090809287301226e3, 5.226495278852854e3},
                                      {3.343057558358813e4, 2.8729085735721943e4},
                                      {6.72657709270087e4, 3.930789580009271e4},
                                      {4.592195393154987e4, 2.1213794301586597e4},
                                      {1.373169376550946e4, 5.394196021424751e3},
                                      {1.9715909503065513e3, 6.871870074920579e2},
                                      {1.3314166789178438e2, 4.231333070160091e1},
                                      {3.3871328727963665, 1.0}}};
    constexpr Coefficients MIDDLE = {{{7.745450142783414e-4, 1.0507500716444169e-9},
                                      {2.2723844989269184e-2, 5.475938084995345e-4},
                                      {2.417807251774506e-1, 1.5198666563616457e-2},
                                      {1.2704582524523684, 1.4810397642748008e-1},
                                      {3.6478483247632045, 6.897673349851e-1},
                                      {5.769497221460691, 1.6763848301838038},
                                      {4.630337846156546, 2.053191626637759},
                                      {1.4234371107496835, 1.0}}};
    constexpr Coefficients FAR = {{{2.0103343992922881e-7, 2.0442631033899398e-15},
                                   {2.7115555687434876e-5, 1.421511758316446e-7},
                                   {1.2426609473880784e-3, 1.8463183175100548e-5},
                                   {2.6532189526576124e-2, 7.868691311456133e-4},
                                   {2.965605718285049e-1, 1.4875361290850615e-2},
                                   {1.7848265399172913, 1.369298809227358e-1},
                                   {5.463784911164114, 5.9983220655588798e-1},
                                   {6.657904643501103, 1.0}}};
    const T u = unit_interval(word, T());
    const T q = u - (T)0.5;
    if (magnitude(q) <= (T)0.425) {
        return q * ratio(CENTRE, (T)0.180625 - q * q);
    }
    const T tail = q < 0 ? u : (T)1 - u;
    const T r = square_root(-logarithm(tail));
    const T x = r <= 5 ? ratio(MIDDLE, r - (T)1.6) : ratio(FAR, r - 5);
    return q < 0 ? -x : x;
}

// x_ij <- the draw at (i, j)
//
// law: 0 uniform, 1 sign, 2 Gaussian, 3 half Gaussian. Launch: blocks of THREADS, any grid. X is
// written once; a draw takes two rounds of mixing, a Gaussian one 17 multiplications and additions and a division more.
template <class T>
__device__ void fill_random(T* x, u32 ldx, u32 m, u32 l, u32 law, u64 key) {
    each_entry(m, l, [=](size_t i, u32 j) {
        const u64 row = word_at(key, i);
        T draw;
        if (law == 1) {
            draw = (word_at(row, j / 64) >> (j % 64)) & 1 ? (T)-1 : (T)1;
        } else {
            const u64 word = word_at(row, j);
            if (law == 0) {
                const T u = unit_interval(word, T());
                draw = (u + u - (T)1) * (T)1.7320508075688772;
            } else {
                draw = gaussian<T>(word);
                if (law == 3) draw = magnitude(draw);
            }
        }
        x[i * ldx + j] = draw;
    });
}
KERNEL(fill_random, BLOCK, (T * x, u32 ldx, u32 m, u32 l, u32 law, u64 key),
       (x, ldx, m, l, law, key))
