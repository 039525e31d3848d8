// What instructions of PTX mean, for what `translate` makes of them.
#pragma once

#include <algorithm>
#include <cmath>
#include <limits>
#include <type_traits>

#include "emulation.h"

namespace mock {

// The same bits.
template <class To, class From>
To bits_as(From from) {
    static_assert(sizeof(To) == sizeof(From), "registers of one size");
    To to;
    memcpy(&to, &from, sizeof(To));
    return to;
}

template <class T>
uint64_t bits(T x) {
    return bits_as<uint64_t>(x);
}

template <class To, class From>
void move(To& to, From from) {
    to = bits_as<To>(from);
}

// A register of bits, read as an integer.
template <class To, class From>
To as(From from) {
    if constexpr (std::is_floating_point_v<From>) {
        return To(bits_as<std::conditional_t<sizeof(From) == 4, uint32_t, uint64_t>>(from));
    } else {
        return To(from);
    }
}

// Towards zero; the end of the range for what is beyond it, and zero for NaN.
template <class To, class From>
To truncated(From x) {
    if constexpr (std::is_floating_point_v<To>) {
        return std::trunc(x);
    } else {
        if (x != x) return 0;
        if (x <= From(std::numeric_limits<To>::min())) return std::numeric_limits<To>::min();
        if (x >= From(std::numeric_limits<To>::max())) return std::numeric_limits<To>::max();
        return To(x);
    }
}

template <class T>
T shift_left(T x, uint32_t amount) {
    return amount < 8 * sizeof(T) ? T(x << amount) : T(0);
}

template <class T>
T shift_right(T x, uint32_t amount) {
    return x >> std::min<uint32_t>(amount, 8 * sizeof(T) - 1) >> (std::is_unsigned_v<T> && amount >= 8 * sizeof(T));
}

// `length` bits of a at `position` of b.
inline uint32_t insert(uint32_t a, uint32_t b, uint32_t position, uint32_t length) {
    const uint64_t mask = ((uint64_t(1) << (length & 255)) - 1) << (position & 255);
    return uint32_t((b & ~mask) | ((uint64_t(a) << (position & 255)) & mask));
}

// Four of the eight bytes of a and b; bit 3 of a choice asks for its sign instead.
inline uint32_t permute(uint32_t a, uint32_t b, uint32_t choices) {
    const uint64_t both = uint64_t(b) << 32 | a;
    uint32_t result = 0;
    for (unsigned i = 0; i < 4; i++) {
        const uint32_t choice = choices >> 4 * i & 15, byte = both >> 8 * (choice & 7) & 255;
        result |= (choice & 8 ? (byte & 128 ? 255u : 0u) : byte) << 8 * i;
    }
    return result;
}

// What another lane of the same segment gives; one's own where there is none.
inline uint32_t shuffled(uint32_t x, uint32_t source, uint32_t bounds, bool& valid) {
    const uint32_t segment = bounds >> 8 & 31, last = (lane() & segment) | (bounds & 31 & ~segment);
    valid = source <= last;
    return shuffle(~0u, x, valid ? source : lane());
}

inline uint32_t shuffle_bfly(uint32_t x, uint32_t bits, uint32_t bounds, bool& valid) {
    return shuffled(x, lane() ^ (bits & 31), bounds, valid);
}

inline uint32_t shuffle_idx(uint32_t x, uint32_t index, uint32_t bounds, bool& valid) {
    const uint32_t segment = bounds >> 8 & 31;
    return shuffled(x, (lane() & segment) | (index & 31 & ~segment), bounds, valid);
}

// The shared memory of a module, in which two threads may not meet without a barrier in between, unless both
// only read.
template <size_t SIZE>
class SharedMemory {
public:
    char* at(uint64_t address, unsigned length, bool writes) {
        if (address + length > SIZE || address % length) __builtin_trap();
        for (uint64_t cell = address / CELL; cell * CELL < address + length; cell++) meet(cells[cell], writes);
        return bytes + address;
    }

private:
    static constexpr unsigned CELL = 4, MANY = ~0u;

    // Who wrote and read last, after how many barriers.
    struct Cell {
        uint64_t written, read;
        unsigned writer, reader;
    };

    static void meet(Cell& cell, bool writes) {
        const bool was_written = cell.written == barriers, was_read = cell.read == barriers;
        if (was_written && cell.writer != threadIdx.x) trap();
        if (writes) {
            if (was_read && cell.reader != threadIdx.x) trap();
            cell.written = barriers;
            cell.writer = threadIdx.x;
        } else {
            cell.reader = was_read && cell.reader != threadIdx.x ? MANY : threadIdx.x;
            cell.read = barriers;
        }
    }

    [[noreturn]] static void trap() {
        complaint = "shared memory that another thread uses, and no barrier in between";
        __builtin_trap();
    }

    alignas(16) char bytes[SIZE];
    Cell cells[SIZE / CELL + 1];
};

inline char* global(uint64_t address) {
    return reinterpret_cast<char*>(address);
}

// Several values at once lie on a multiple of their size.
inline void check_alignment(uint64_t address, unsigned size) {
    if (address % size) __builtin_trap();
}

// A register may be wider than what is loaded.
template <class T, class To>
void load(To& to, const char* from) {
    if (reinterpret_cast<uint64_t>(from) % sizeof(T)) __builtin_trap();
    T loaded;
    memcpy(&loaded, from, sizeof(T));
    if constexpr (std::is_floating_point_v<T> == std::is_floating_point_v<To>) {
        to = To(loaded);
    } else {
        to = bits_as<To>(loaded);
    }
}

template <class T, class From>
void store(From value, char* to) {
    if (reinterpret_cast<uint64_t>(to) % sizeof(T)) __builtin_trap();
    const T stored = T(value);
    memcpy(to, &stored, sizeof(T));
}

}  // namespace mock
