// Device memory: pointers that the host cannot follow, poison, canaries and guard pages.
#pragma once

#include <stddef.h>
#include <stdint.h>

#include <map>
#include <set>
#include <string>

namespace mock {

class Memory {
public:
    struct Allocation {
        size_t size;
        // What is mapped: a guard page, whole pages, a guard page.
        char* pages;
        size_t mapped;
        char* data;
        // Streams that work with it and have not been waited for.
        std::set<const void*> busy;
    };

    // 2^62 apart from the real address: no address of this process.
    static constexpr uint64_t TAG = uint64_t(1) << 62;

    // A device pointer to `size` bytes of 0xFF: NaN, or an index out of any range. Zero where the
    // memory does not suffice.
    uint64_t allocate(size_t size);

    // False for what is no allocation's first byte.
    bool free(uint64_t pointer);

    // The allocation around `length` bytes from `pointer` on; null where there is none.
    Allocation* find(uint64_t pointer, size_t length);

    // What was written beside an allocation, in words; empty where nothing was.
    std::string damage() const;

    static char* host(uint64_t pointer) { return reinterpret_cast<char*>(pointer ^ TAG); }

    static size_t limit();

    size_t used() const { return in_use; }

    void finish(const void* stream) {
        for (auto& entry : allocations) entry.second.busy.erase(stream);
    }

    void finish_all() {
        for (auto& entry : allocations) entry.second.busy.clear();
    }

private:
    std::map<uint64_t, Allocation> allocations;
    size_t in_use = 0;
};

}  // namespace mock
