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

// Four bytes of memory: who wrote and who read them last, and when. Threads may not meet unless all only read, or the
// one who comes later sees what the other did (ordering.h).
struct Cell {
    static constexpr unsigned SIZE = 4;

    void meet(bool writes) {
        if (written.meets()) trap();
        if (writes) {
            if (read.meets()) trap();
            written.last();
        } else {
            read.also();
        }
    }

private:
    static constexpr uint32_t MANY = ~0u;

    struct Access {
        uint64_t time = 0;
        uint32_t block = 0, thread = 0;

        bool meets() const {
            if (time == 0) return false;
            if (block == current_block && (thread == threadIdx.x || time < last_wait)) return false;
            return block == MANY || thread == MANY || !is_seen(block, thread, time);
        }

        void last() { *this = {now, current_block, threadIdx.x}; }

        // Together with those that came before.
        void also() {
            const bool others = meets();
            const bool blocks = others && block != current_block;
            last();
            if (others) thread = MANY;
            if (blocks) block = MANY;
        }
    };

    [[noreturn]] static void trap() {
        complaint = "memory that another thread uses, and nothing in between that orders them";
        __builtin_trap();
    }

    Access written, read;
};

// The shared memory of a module.
template <size_t SIZE>
class SharedMemory {
public:
    char* at(uint64_t address, unsigned length, bool writes) {
        if (address + length > SIZE || address % length) __builtin_trap();
        if (block != blocks_begun()) {
            block = blocks_begun();
            std::fill(std::begin(cells), std::end(cells), Cell{});
        }
        for (uint64_t i = address / Cell::SIZE; i * Cell::SIZE < address + length; i++) cells[i].meet(writes);
        return bytes + address;
    }

private:
    static uint64_t blocks_begun() {
        return (grids << 32) + (uint64_t(blockIdx.z) * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    }

    alignas(16) char bytes[SIZE];
    Cell cells[SIZE / Cell::SIZE + 1];
    uint64_t block = 0;
};

// What of the device's memory a grid has used: a table by address, in which what an earlier grid left is free.
class GlobalMemory {
public:
    char* at(uint64_t address, unsigned length, bool writes) {
        if (address % length) __builtin_trap();
        for (uint64_t i = 0; i < length; i += Cell::SIZE) find((address + i) / Cell::SIZE).meet(writes);
        return reinterpret_cast<char*>(address);
    }

private:
    struct Entry {
        uint64_t number, grid = 0;
        Cell cell;
    };

    Cell& find(uint64_t number) {
        if (grid != grids) {
            grid = grids;
            used = 0;
        }
        if (2 * used >= entries.size()) grow();
        Entry& entry = place(number);
        if (entry.grid != grid) {
            entry = {number, grid, Cell{}};
            used++;
        }
        return entry.cell;
    }

    Entry& place(uint64_t number) {
        uint64_t i = (number * 0x9E3779B97F4A7C15u) >> shift;
        while (entries[i].grid == grid && entries[i].number != number) i = (i + 1) % entries.size();
        return entries[i];
    }

    void grow() {
        std::vector<Entry> before(2 * std::max<size_t>(entries.size(), 1 << 15));
        before.swap(entries);
        shift = 64 - unsigned(__builtin_ctzll(entries.size()));
        for (const Entry& entry : before) {
            if (entry.grid == grid) place(entry.number) = entry;
        }
    }

    std::vector<Entry> entries;
    uint64_t grid = 0;
    size_t used = 0;
    unsigned shift = 0;
};

inline GlobalMemory global;

inline uint32_t* counter(uint64_t address) {
    if (address % sizeof(uint32_t)) __builtin_trap();
    return reinterpret_cast<uint32_t*>(address);
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
