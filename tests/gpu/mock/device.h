// A little of the driver API for tests of kernels: modules, panels with NaN beside their columns, launches.
#pragma once

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <map>
#include <random>
#include <sstream>
#include <string>
#include <type_traits>
#include <vector>


// The constants of launches, and u32 and u64.
#define __device__
#include "launch.cuh"

extern "C" {
int cuInit(unsigned);
int cuDeviceGet(int*, int);
int cuDevicePrimaryCtxRetain(void**, int);
int cuCtxSetCurrent(void*);
int cuCtxSynchronize();
int cuModuleLoadData(void**, const void*);
int cuModuleGetFunction(void**, void*, const char*);
int cuMemAlloc_v2(u64*, size_t);
int cuMemFree_v2(u64);
int cuMemcpyHtoD_v2(u64, const void*, size_t);
int cuMemcpyDtoH_v2(void*, u64, size_t);
int cuMemsetD8_v2(u64, unsigned char, size_t);
int cuLaunchKernel(void*, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void*, void**,
                   void**);
}

inline void require(int code, const char* what) {
    if (code == 0) return;
    fprintf(stderr, "%s: error %d of the driver\n", what, code);
    exit(1);
}

#define CALL(call) require(call, #call)

inline std::mt19937_64 random_words(20240229);

// Between -1 and 1.
inline double draw() {
    return std::uniform_real_distribution<double>(-1.0, 1.0)(random_words);
}

inline double draw_positive() {
    return 0.05 + std::fabs(draw());
}

template <class T>
const char* type_name() {
    return sizeof(T) == 4 ? "f32" : "f64";
}

// Device memory that begins as NaN.
template <class T>
class Buffer {
public:
    explicit Buffer(size_t count) : count(count) {
        if (count == 0) return;
        CALL(cuMemAlloc_v2(&at, count * sizeof(T)));
        CALL(cuMemsetD8_v2(at, 0xFF, count * sizeof(T)));
        CALL(cuCtxSynchronize());
    }

    explicit Buffer(const std::vector<T>& values) : Buffer(values.size()) {
        if (count) CALL(cuMemcpyHtoD_v2(at, values.data(), count * sizeof(T)));
    }

    Buffer(const Buffer&) = delete;

    ~Buffer() {
        if (at) CALL(cuMemFree_v2(at));
    }

    std::vector<T> read() const {
        std::vector<T> values(count);
        if (count) CALL(cuMemcpyDtoH_v2(values.data(), at, count * sizeof(T)));
        return values;
    }

    u64 at = 0;

private:
    size_t count;
};

// Rows in order, m x l, as f64; what the device holds is rounded to T first.
struct Matrix {
    u32 m, l;
    std::vector<double> entries;

    Matrix(u32 m, u32 l) : m(m), l(l), entries(size_t(m) * l) {}

    double& operator()(u32 i, u32 j) { return entries[size_t(i) * l + j]; }
    double operator()(u32 i, u32 j) const { return entries[size_t(i) * l + j]; }

    template <class T, class Law>
    static Matrix of(u32 m, u32 l, Law law) {
        Matrix matrix(m, l);
        for (double& x : matrix.entries) x = T(law());
        return matrix;
    }
};

// A row-major panel on the device, with NaN between its columns and the next row.
template <class T>
class Panel {
public:
    Panel(u32 m, u32 l) : m(m), l(l), ld((l / (32 / sizeof(T)) + 1) * (32 / sizeof(T))), buffer(size_t(m) * ld) {}

    explicit Panel(const Matrix& x) : Panel(x.m, x.l) { write(x); }

    void write(const Matrix& x) {
        std::vector<T> values(size_t(m) * ld, std::numeric_limits<T>::quiet_NaN());
        for (u32 i = 0; i < m; i++) {
            for (u32 j = 0; j < l; j++) values[size_t(i) * ld + j] = T(x(i, j));
        }
        CALL(cuMemcpyHtoD_v2(buffer.at, values.data(), values.size() * sizeof(T)));
    }

    Matrix read() const {
        const std::vector<T> values = buffer.read();
        Matrix x(m, l);
        for (u32 i = 0; i < m; i++) {
            for (u32 j = 0; j < l; j++) x(i, j) = values[size_t(i) * ld + j];
        }
        return x;
    }

    u64 at(u32 column = 0) const { return buffer.at + column * sizeof(T); }

    const u32 m, l, ld;

private:
    Buffer<T> buffer;
};

// Kernels by name, from the PTX files of a folder.
class Kernels {
public:
    explicit Kernels(const std::string& folder, const std::vector<std::string>& modules) {
        for (const std::string& name : modules) {
            std::ifstream file(folder + "/" + name + ".ptx");
            std::stringstream text;
            text << file.rdbuf();
            const std::string ptx = text.str();
            void* module;
            CALL(cuModuleLoadData(&module, ptx.c_str()));
            const std::string word = ".entry ";
            for (size_t at = ptx.find(word); at != std::string::npos; at = ptx.find(word, at)) {
                at += word.size();
                const std::string kernel = ptx.substr(at, ptx.find('(', at) - at);
                CALL(cuModuleGetFunction(&functions[kernel], module, kernel.c_str()));
                launches[kernel] = 0;
            }
        }
    }

    template <class... Arguments>
    void launch(const std::string& kernel, std::vector<u32> grid, u32 threads, Arguments... arguments) {
        const auto found = functions.find(kernel);
        if (found == functions.end()) {
            fprintf(stderr, "no kernel %s\n", kernel.c_str());
            exit(1);
        }
        grid.resize(3, 1);
        void* parameters[] = {&arguments...};
        require(cuLaunchKernel(found->second, grid[0], grid[1], grid[2], threads, 1, 1, 0, nullptr, parameters,
                               nullptr),
                kernel.c_str());
        require(cuCtxSynchronize(), kernel.c_str());
        launches[kernel]++;
    }

    // How often each kernel ran.
    std::map<std::string, int> launches;

private:
    std::map<std::string, void*> functions;
};

// What was compared, and the first differences.
struct Verdict {
    size_t compared = 0, wrong = 0;

    // |found - expected| <= tolerance; a NaN is never right.
    void check(const std::string& what, double found, double expected, double tolerance) {
        compared++;
        const bool same = found == expected;
        if (same || std::fabs(found - expected) <= tolerance) return;
        if (wrong++ < 20) {
            fprintf(stderr, "%s: %.17g, expected %.17g +- %.3g\n", what.c_str(), found, expected, tolerance);
        }
    }
};
