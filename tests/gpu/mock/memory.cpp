#include "memory.h"

#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

namespace mock {
namespace {

constexpr size_t PAGE = 4096;
// As cuMemAlloc aligns.
constexpr size_t ALIGNMENT = 256;
constexpr unsigned char POISON = 0xFF;

size_t round_up(size_t size, size_t step) {
    return (size + step - 1) / step * step;
}

// NaN for who reads beside an allocation, but not the NaN that is the poison.
unsigned char canary(const char* at) {
    return reinterpret_cast<uintptr_t>(at) % 4 == 0 ? 0x5A : 0xFF;
}

bool intact(const char* begin, const char* end) {
    for (; begin != end; begin++) {
        if (static_cast<unsigned char>(*begin) != canary(begin)) return false;
    }
    return true;
}

bool intact(const Memory::Allocation& allocation) {
    const char* first = allocation.pages + PAGE;
    const char* last = allocation.pages + allocation.mapped - PAGE;
    return intact(first, allocation.data) && intact(allocation.data + allocation.size, last);
}

}  // namespace

size_t Memory::limit() {
    const char* bytes = getenv("LOWRANK_MOCK_MEMORY");
    return bytes ? strtoull(bytes, nullptr, 10) : size_t(8) << 30;
}

uint64_t Memory::allocate(size_t size) {
    if (size > limit() || in_use > limit() - size) return 0;
    // The data ends as near to the guard page as the alignment lets it.
    const size_t room = round_up(size, ALIGNMENT), inner = round_up(room, PAGE);
    const size_t mapped = inner + 2 * PAGE;
    void* pages = mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED) return 0;
    Allocation allocation{size, static_cast<char*>(pages), mapped, nullptr, {}};
    char* first = allocation.pages + PAGE;
    if (mprotect(first, inner, PROT_READ | PROT_WRITE) != 0) {
        munmap(pages, mapped);
        return 0;
    }
    allocation.data = first + inner - room;
    for (char* at = first; at != first + inner; at++) *at = static_cast<char>(canary(at));
    memset(allocation.data, POISON, size);
    in_use += size;
    const uint64_t pointer = reinterpret_cast<uint64_t>(allocation.data) ^ TAG;
    allocations.emplace(pointer, allocation);
    return pointer;
}

bool Memory::free(uint64_t pointer) {
    const auto found = allocations.find(pointer);
    if (found == allocations.end()) return false;
    in_use -= found->second.size;
    munmap(found->second.pages, found->second.mapped);
    allocations.erase(found);
    return true;
}

Memory::Allocation* Memory::find(uint64_t pointer, size_t length) {
    auto found = allocations.upper_bound(pointer);
    if (found == allocations.begin()) return nullptr;
    --found;
    const uint64_t offset = pointer - found->first;
    Allocation& allocation = found->second;
    const bool inside = offset <= allocation.size && length <= allocation.size - offset;
    return inside ? &allocation : nullptr;
}

std::string Memory::damage() const {
    for (const auto& entry : allocations) {
        if (!intact(entry.second)) {
            return "a kernel wrote beside an allocation of " + std::to_string(entry.second.size) +
                   " bytes";
        }
    }
    return {};
}

}  // namespace mock
