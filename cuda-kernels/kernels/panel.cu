// Panels entry by entry: X is m x l, row-major with the leading dimension ldx.
//
// Launch: blocks of THREADS, any grid. Bytes: each panel named is read and X written once, which is
// all the time that these take: one or two flops an entry.
#include "reduce.cuh"

// x_ij <- value
template <class T>
__device__ void fill(T* x, u32 ldx, u32 m, u32 l, T value) {
    each_entry(m, l, [=](size_t i, u32 j) { x[i * ldx + j] = value; });
}
KERNEL(fill, BLOCK, (T * x, u32 ldx, u32 m, u32 l, T value), (x, ldx, m, l, value))

// x_ij <- factor x_ij
template <class T>
__device__ void scale(T* x, u32 ldx, u32 m, u32 l, T factor) {
    each_entry(m, l, [=](size_t i, u32 j) { x[i * ldx + j] *= factor; });
}
KERNEL(scale, BLOCK, (T * x, u32 ldx, u32 m, u32 l, T factor), (x, ldx, m, l, factor))

// x_ij <- factor_j x_ij
template <class T>
__device__ void scale_columns(T* x, u32 ldx, u32 m, u32 l, const T* factors) {
    each_entry(m, l, [=](size_t i, u32 j) { x[i * ldx + j] *= factors[j]; });
}
KERNEL(scale_columns, BLOCK, (T * x, u32 ldx, u32 m, u32 l, const T* factors),
       (x, ldx, m, l, factors))

// x_ij <- value_j, rounded
template <class T>
__device__ void fill_rows(T* x, u32 ldx, u32 m, u32 l, const double* values) {
    each_entry(m, l, [=](size_t i, u32 j) { x[i * ldx + j] = (T)values[j]; });
}
KERNEL(fill_rows, BLOCK, (T * x, u32 ldx, u32 m, u32 l, const double* values),
       (x, ldx, m, l, values))

// X <- c X + a Y + b Z
template <class T>
__device__ void combine(T* x, u32 ldx, u32 m, u32 l, T c, T a, const T* y, u32 ldy, T b,
                        const T* z, u32 ldz) {
    each_entry(m, l, [=](size_t i, u32 j) {
        x[i * ldx + j] = c * x[i * ldx + j] + a * y[i * ldy + j] + b * z[i * ldz + j];
    });
}
KERNEL(combine, BLOCK,
       (T * x, u32 ldx, u32 m, u32 l, T c, T a, const T* y, u32 ldy, T b, const T* z, u32 ldz),
       (x, ldx, m, l, c, a, y, ldy, b, z, ldz))

// X <- factor X + Y
template <class T>
__device__ void scale_add(T* x, u32 ldx, u32 m, u32 l, T factor, const T* y, u32 ldy) {
    each_entry(m, l, [=](size_t i, u32 j) {
        x[i * ldx + j] = factor * x[i * ldx + j] + y[i * ldy + j];
    });
}
KERNEL(scale_add, BLOCK, (T * x, u32 ldx, u32 m, u32 l, T factor, const T* y, u32 ldy),
       (x, ldx, m, l, factor, y, ldy))

// x_i,first+j <- y_ij
template <class T>
__device__ void copy_columns(T* x, u32 ldx, u32 first, u32 m, u32 l, const T* y, u32 ldy) {
    each_entry(m, l, [=](size_t i, u32 j) { x[i * ldx + first + j] = y[i * ldy + j]; });
}
KERNEL(copy_columns, BLOCK, (T * x, u32 ldx, u32 first, u32 m, u32 l, const T* y, u32 ldy),
       (x, ldx, first, m, l, y, ldy))

// x_ij <- factor_j x_ij where that is above the floor, else `otherwise`
template <class T>
__device__ void keep_above(T* x, u32 ldx, u32 m, u32 l, const T* factors, T floor, T otherwise) {
    each_entry(m, l, [=](size_t i, u32 j) {
        const T scaled = factors[j] * x[i * ldx + j];
        x[i * ldx + j] = scaled > floor ? scaled : otherwise;
    });
}
KERNEL(keep_above, BLOCK,
       (T * x, u32 ldx, u32 m, u32 l, const T* factors, T floor, T otherwise),
       (x, ldx, m, l, factors, floor, otherwise))
