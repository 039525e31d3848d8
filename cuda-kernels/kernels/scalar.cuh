// The scalars, f32 and f64, with the meaning of core/src/real.rs.
#pragma once
#include "launch.cuh"

template <class T>
struct Constants;

template <>
struct Constants<float> {
    // The square root of the smallest normal number.
    static __device__ float square_root_of_min() { return 0x1p-63f; }
};

template <>
struct Constants<double> {
    static __device__ double square_root_of_min() { return 0x1p-511; }
};

// Correctly rounded square roots; logarithms and powers within a few units in the last place.
__device__ inline float square_root(float x) { return sqrtf(x); }
__device__ inline double square_root(double x) { return sqrt(x); }
__device__ inline float logarithm(float x) { return logf(x); }
__device__ inline double logarithm(double x) { return log(x); }
__device__ inline float power(float x, float y) { return powf(x, y); }
__device__ inline double power(double x, double y) { return pow(x, y); }
__device__ inline float magnitude(float x) { return fabsf(x); }
__device__ inline double magnitude(double x) { return fabs(x); }

// The larger of two numbers; y where x is NaN.
template <class T>
__device__ inline T larger(T x, T y) {
    return x > y ? x : y;
}

// 2^e, also below the normal range; infinity above it.
__device__ inline float power_of_two(int e, float) {
    if (e > 127) return __int_as_float(0x7F800000);
    if (e > -127) return __int_as_float((e + 127) << 23);
    const int shift = e + 149;
    return shift < 0 ? 0.0f : __int_as_float(1 << shift);
}

__device__ inline double power_of_two(int e, double) {
    if (e > 1023) return __longlong_as_double(0x7FF0000000000000LL);
    if (e > -1023) return __longlong_as_double((long long)(e + 1023) << 52);
    const int shift = e + 1074;
    return shift < 0 ? 0.0 : __longlong_as_double(1LL << shift);
}

// x -> 2^e x in two steps, since 2^e itself may be out of range.
template <class T>
struct PowerOfTwo {
    T first, second;

    __device__ explicit PowerOfTwo(int e)
        : first(power_of_two(e >> 1, T())), second(power_of_two((e >> 1) + (e & 1), T())) {}

    __device__ T times(T x) const { return x * first * second; }
};

// 16 bytes at once: what one thread reads or writes best.
template <class T>
struct alignas(16) Pack {
    static constexpr u32 SIZE = 16 / sizeof(T);
    T of[SIZE];
};

template <class T>
__device__ inline Pack<T> load_pack(const T* x) {
    return *reinterpret_cast<const Pack<T>*>(x);
}

template <class T>
__device__ inline void store_pack(T* x, const Pack<T>& pack) {
    *reinterpret_cast<Pack<T>*>(x) = pack;
}

// The sum of what stands side by side.
template <class T>
__device__ inline T sum_of(const T (&x)[2]) {
    return x[0] + x[1];
}

template <class T>
__device__ inline T sum_of(const T (&x)[4]) {
    return (x[0] + x[1]) + (x[2] + x[3]);
}

__device__ inline u32 smaller_of(u32 a, u32 b) {
    return a < b ? a : b;
}

__device__ inline u32 quotient_up(u32 a, u32 b) {
    return a / b + (a % b != 0);
}
