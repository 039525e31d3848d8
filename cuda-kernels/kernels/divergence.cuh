// The beta-divergence, with the names and the meaning of core/src/divergence.rs.
#pragma once
#include "scalar.cuh"

// v^y for v > 0; by multiplications and a square root where 2 y is a small whole number.
template <class T>
__device__ inline T power_of(T v, T y) {
    const T halves = y + y;
    if (!(magnitude(halves) <= 12 && halves == (T)(int)halves)) return power(v, y);
    const int count = (int)magnitude(halves);
    T product = count & 1 ? square_root(v) : (T)1;
    for (int i = 0; i < count / 2; i++) product *= v;
    return halves < 0 ? 1 / product : product;
}

enum Kind : int { FROBENIUS, KULLBACK_LEIBLER, ITAKURA_SAITO, GENERAL };

template <class T>
struct Divergence {
    int kind;
    T beta;
    // beta - 1, beta - 2, the exponent c of a step, and 1 / c.
    T push_power, pull_power, step_power, root_power;
    // What a smaller model, and a smaller denominator, is replaced by.
    T floor, least;

    __device__ T model(T v) const { return larger(v, floor); }

    // pull = a v^(beta - 2) and push = v^(beta - 1), from one power.
    __device__ void terms(T a, T v, T& pull, T& push) const {
        v = model(v);
        if (kind == FROBENIUS) {
            pull = a;
            push = v;
        } else if (kind == KULLBACK_LEIBLER) {
            pull = a / v;
            push = 1;
        } else if (kind == ITAKURA_SAITO) {
            pull = a / (v * v);
            push = 1 / v;
        } else {
            const T below = power_of(v, pull_power);
            pull = a * below;
            push = v * below;
        }
    }

    // d(a | v), where push is that of v
    __device__ T between(T a, T v, T push) const {
        v = model(v);
        if (kind == FROBENIUS) {
            const T difference = a - v;
            return difference * difference / 2;
        }
        if (kind == KULLBACK_LEIBLER || kind == ITAKURA_SAITO) {
            const T ratio = a / v;
            const T exponent = a > 0 || kind == ITAKURA_SAITO ? logarithm(ratio) : (T)0;
            return kind == KULLBACK_LEIBLER ? a * exponent - a + v : ratio - exponent - 1;
        }
        const T below = beta - 1;
        const T data = a > 0 ? power(a, beta) : (T)0;
        return (data + (below * v - beta * a) * push) / (beta * below);
    }

    // d(0 | v), where push is that of v; zero where it would be infinite.
    __device__ T of_zero(T v, T push) const { return beta <= 0 ? (T)0 : model(v) * push / beta; }

    // (n / d)^c
    __device__ T step(T n, T d) const {
        const T quotient = n / larger(d, least);
        if (kind == FROBENIUS || kind == KULLBACK_LEIBLER) return quotient;
        return quotient > 0 ? power_of(quotient, step_power) : (T)0;
    }

    // x^(1 / c)
    __device__ T root(T x) const {
        if (kind == FROBENIUS || kind == KULLBACK_LEIBLER) return x;
        return x > 0 ? power_of(x, root_power) : (T)0;
    }
};
