// CUDA C++ as far as our kernels use it, for a C++ compiler and one CPU core.
//
// A thread of a block is a fiber (fibers.cpp) that runs until it ends or has to wait for others; blocks run
// one after the other, so that shared memory can be static.
#pragma once

#include <math.h>
#include <stdint.h>
#include <string.h>

#include <functional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "ordering.h"

#define __global__
#define __device__
#define __shared__ static
#define __launch_bounds__(...)

struct uint3 {
    unsigned x, y, z;
};

struct alignas(8) uint2 {
    unsigned x, y;
};

struct alignas(16) uint4 {
    unsigned x, y, z, w;
};

extern uint3 threadIdx, blockIdx, blockDim, gridDim;

namespace mock {

// Waits for all threads of the block, or of the warp.
void wait_for_block();
void wait_for_warp();

// Why a kernel is about to trap; null where the reason is for the signal to say.
extern const char* complaint;

// Waits for all lanes of the warp; each gives 8 bytes and sees what lane `source` gave.
uint64_t exchange(uint64_t mine, unsigned source);

template <class T>
T shuffle(unsigned mask, T value, unsigned source) {
    static_assert(sizeof(T) <= sizeof(uint64_t), "one register or two");
    (void)mask;
    uint64_t bits = 0;
    memcpy(&bits, &value, sizeof(T));
    bits = exchange(bits, source);
    memcpy(&value, &bits, sizeof(T));
    return value;
}

inline unsigned lane() {
    return (threadIdx.x + blockDim.x * (threadIdx.y + blockDim.y * threadIdx.z)) % 32;
}

// Runs `thread` for every thread of the grid.
void run_grid(uint3 grid, uint3 block, const std::function<void()>& thread);

// The memory behind a device pointer that a kernel is given; throws Misuse where there is none.
void* device_memory(uint64_t pointer);

// What no program should do, and a device would not notice or not explain.
struct Misuse {
    std::string what;
};

// Bytes of a parameter, and what its address is a multiple of.
struct Layout {
    size_t size, alignment;

    bool operator==(const Layout& other) const { return size == other.size && alignment == other.alignment; }
};

// A kernel: how many threads a block has, how its parameters lie in memory, and a call with those of a
// launch bound to it.
struct Kernel {
    unsigned threads;
    std::vector<Layout> parameters;
    std::function<std::function<void()>(void**)> bind;
};

void add_kernel(const char* name, Kernel kernel);

template <class P>
P parameter(void* at) {
    if constexpr (std::is_pointer_v<P>) {
        uint64_t pointer;
        memcpy(&pointer, at, sizeof(pointer));
        return static_cast<P>(device_memory(pointer));
    } else {
        P value;
        memcpy(&value, at, sizeof(P));
        return value;
    }
}

// Takes parameters apart by the signature of the kernel.
template <class... P, size_t... I>
std::function<void()> call_of(void (*kernel)(P...), void** parameters, std::index_sequence<I...>) {
    auto values = std::make_tuple(parameter<P>(parameters[I])...);
    return [=] { std::apply(kernel, values); };
}

// The same for what was translated from PTX, which takes parameters by their addresses.
template <class... P, size_t... I>
std::function<void()> call_of(void (*)(P...), void (*translated)(void**), void** parameters,
                              std::index_sequence<I...>) {
    auto values = std::make_tuple(parameter<P>(parameters[I])...);
    return [=]() mutable {
        void* addresses[] = {const_cast<std::remove_const_t<P>*>(&std::get<I>(values))...};
        translated(addresses);
    };
}

struct Registration {
    template <class... P>
    Registration(const char* name, unsigned threads, void (*kernel)(P...), void (*translated)(void**)) {
        add_kernel(name, {threads, {Layout{sizeof(P), alignof(P)}...}, [=](void** parameters) {
                              return call_of(kernel, translated, parameters, std::index_sequence_for<P...>());
                          }});
    }

    template <class... P>
    Registration(const char* name, unsigned threads, void (*kernel)(P...)) {
        add_kernel(name, {threads, {Layout{sizeof(P), alignof(P)}...}, [=](void** parameters) {
                              return call_of(kernel, parameters, std::index_sequence_for<P...>());
                          }});
    }
};

}  // namespace mock

inline void __syncthreads() {
    mock::wait_for_block();
}

inline void __syncwarp() {
    mock::wait_for_warp();
}

inline void __threadfence() {
    mock::fence();
}

// Counts from zero to `most`, and then from zero again; what it was before.
inline unsigned atomicInc(unsigned* at, unsigned most) {
    return mock::increment(at, most);
}

template <class T>
T __shfl_xor_sync(unsigned mask, T value, unsigned bits) {
    return mock::shuffle(mask, value, mock::lane() ^ bits);
}

template <class T>
T __shfl_sync(unsigned mask, T value, unsigned source, unsigned width = 32) {
    return mock::shuffle(mask, value, mock::lane() / width * width + source % width);
}

// Whether any lane of the warp says so.
inline int __any_sync(unsigned mask, int predicate) {
    int any = predicate != 0;
    for (unsigned bits = 1; bits < 32; bits *= 2) any |= __shfl_xor_sync(mask, any, bits);
    return any;
}

inline float __int_as_float(int bits) {
    float x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}

inline double __longlong_as_double(long long bits) {
    double x;
    memcpy(&x, &bits, sizeof(x));
    return x;
}
