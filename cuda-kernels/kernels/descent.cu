// Steps of gradient descents, with the meaning of DescentPanel in core/src/panel.rs. X is m x l.
#include "reduce.cuh"

// F <- b1 F + (1 - b1) D, S <- b2 S + (1 - b2) D o D,
// X <- X + rate F / (sqrt(S) correction + epsilon)
//
// Launch: blocks of THREADS, any grid. Bytes: X, F and S read and written, D read, once.
template <class T>
__device__ void adam_step(T* x, u32 ldx, const T* d, u32 ldd, T* f, u32 ldf, T* s, u32 lds, u32 m,
                          u32 l, T b1, T b2, T rate, T correction, T epsilon) {
    each_entry(m, l, [=](size_t i, u32 j) {
        const T direction = d[i * ldd + j];
        const T first = b1 * f[i * ldf + j] + (1 - b1) * direction;
        const T second = b2 * s[i * lds + j] + (1 - b2) * (direction * direction);
        f[i * ldf + j] = first;
        s[i * lds + j] = second;
        x[i * ldx + j] += rate * first / (square_root(second) * correction + epsilon);
    });
}
KERNEL(adam_step, BLOCK,
       (T * x, u32 ldx, const T* d, u32 ldd, T* f, u32 ldf, T* s, u32 lds, u32 m, u32 l, T b1, T b2,
        T rate, T correction, T epsilon),
       (x, ldx, d, ldd, f, ldf, s, lds, m, l, b1, b2, rate, correction, epsilon))

// D <- D - weight min(X - floor, 0), and out <- the sum of min(x_ij - floor, 0)^2
//
// Launch: blocks of THREADS, any grid, of which the last block adds up. partial: a number for each block. Bytes:
// X read once, D where an entry is below the floor.
template <class T>
__device__ void push_above(const T* x, u32 ldx, T* d, u32 ldd, u32 m, u32 l, T floor, T weight,
                           double* partial, u32* arrived, double* out) {
    double squares = 0.0;
    each_entry(m, l, [&](size_t i, u32 j) {
        const T entry = x[i * ldx + j];
        if (entry < floor) {
            const T below = floor - entry;
            d[i * ldd + j] += weight * below;
            squares += (double)below * (double)below;
        }
    });
    sum_of_grid(squares, partial, arrived, out);
}
KERNEL(push_above, BLOCK,
       (const T* x, u32 ldx, T* d, u32 ldd, u32 m, u32 l, T floor, T weight, double* partial,
        u32* arrived, double* out),
       (x, ldx, d, ldd, m, l, floor, weight, partial, arrived, out))
