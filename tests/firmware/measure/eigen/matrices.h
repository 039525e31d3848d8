// The random matrices of src/matrices.rs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

class Entries {
    std::uint32_t state;

    std::uint32_t word() {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        return state;
    }

    // (-1)^sign (2 n + 1) 2^-24 for n < 2^23.
    static float fraction(std::uint32_t sign, std::uint32_t n) {
        std::uint32_t odd = n << 1 | 1;
        std::uint32_t exponent = 126;
        for (; !(odd >> 23); odd <<= 1) exponent--;
        std::uint32_t bits = sign << 31 | exponent << 23 | (odd & 0x7FFFFF);
        float x;
        std::memcpy(&x, &bits, sizeof x);
        return x;
    }

  public:
    explicit Entries(std::uint32_t seed) : state((seed + 1) * 0x9E3779B9u) {
        for (int i = 0; i < 4; i++) word();
    }

    void fill(float *a, std::size_t length) {
        for (std::size_t i = 0; i < length; i++) {
            std::uint32_t drawn = word();
            a[i] = fraction(drawn & 1, drawn >> 9);
        }
    }
};
