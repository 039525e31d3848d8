#include "ordering.h"

#include <map>
#include <vector>

#include "emulation.h"

namespace mock {
namespace {

constexpr unsigned LANES = 32;

// What a thread of some block has before it: all that its block did until `block_time`, its warp until `warp_time`,
// and it itself until `time`.
struct Moment {
    uint32_t block = 0, thread = 0;
    uint64_t block_time = 0, warp_time = 0, time = 0;

    bool is_behind(uint32_t other_block, uint32_t other_thread, uint64_t other_time) const {
        if (other_block != block) return false;
        if (other_time < block_time) return true;
        if (other_thread / LANES == thread / LANES && other_time < warp_time) return true;
        return other_thread == thread && other_time < time;
    }
};

// How many releases of an address a thread of the current block has acquired, and when.
struct Acquisition {
    const void* address;
    size_t count;
    Moment moment;
};

std::map<const void*, std::vector<Moment>> releases;
std::vector<Acquisition> acquisitions;

struct Thread {
    Moment fence;
    bool has_fence = false;
    // Atomic operations without a fence behind them.
    std::vector<Acquisition> open;
};

std::vector<Thread> threads;
std::vector<uint64_t> warps;
Moment moment() {
    return {current_block, threadIdx.x, last_wait, warps[threadIdx.x / LANES], ++now};
}

}  // namespace

uint64_t now = 1, last_wait, grids = 1;
uint32_t current_block;

void begin_grid() {
    grids++;
    releases.clear();
}

void begin_block(unsigned count) {
    current_block = (blockIdx.z * gridDim.y + blockIdx.y) * gridDim.x + blockIdx.x;
    last_wait = ++now;
    acquisitions.clear();
    threads.assign(count, Thread{});
    warps.assign(count / LANES + 1, now);
}

void block_waited() {
    last_wait = ++now;
}

void warp_waited() {
    warps[threadIdx.x / LANES] = ++now;
}

void fence() {
    Thread& thread = threads[threadIdx.x];
    thread.fence = moment();
    thread.has_fence = true;
    for (Acquisition& each : thread.open) {
        each.moment = thread.fence;
        acquisitions.push_back(each);
    }
    thread.open.clear();
}

uint32_t increment(uint32_t* at, uint32_t most) {
    Thread& thread = threads[threadIdx.x];
    std::vector<Moment>& here = releases[at];
    thread.open.push_back({at, here.size(), {}});
    if (thread.has_fence) here.push_back(thread.fence);
    const uint32_t before = *at;
    *at = before >= most ? 0 : before + 1;
    return before;
}

bool is_seen(uint32_t block, uint32_t thread, uint64_t time) {
    const uint32_t mine = threadIdx.x;
    const Moment here{current_block, mine, last_wait, warps[mine / LANES], now + 1};
    if (here.is_behind(block, thread, time)) return true;
    for (const Acquisition& each : acquisitions) {
        const uint64_t when = each.moment.time;
        const bool same_warp = each.moment.thread / LANES == mine / LANES;
        if (each.moment.thread != mine && when >= last_wait && !(same_warp && when < warps[mine / LANES])) continue;
        const std::vector<Moment>& before = releases[each.address];
        for (size_t i = 0; i < each.count; i++) {
            if (before[i].is_behind(block, thread, time)) return true;
        }
    }
    return false;
}

}  // namespace mock
