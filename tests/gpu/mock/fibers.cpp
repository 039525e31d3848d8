// The threads of a block as fibers.
//
// LOWRANK_MOCK_ORDER=n runs them in another order than that of their numbers: what a kernel computes without
// a barrier that it needs then comes out differently.
#include <setjmp.h>
#include <stdio.h>
#include <stdlib.h>
#include <ucontext.h>

#include <memory>
#include <vector>

#include "emulation.h"

uint3 threadIdx, blockIdx, blockDim, gridDim;

namespace mock {
namespace {

constexpr size_t STACK = 256 * 1024;
constexpr unsigned LANES = 32;

enum class State { Waiting, AtBarrier, Done };

struct Fiber {
    State state = State::Done;
    uint3 index{};
    // Exchanges that this lane has begun.
    uint64_t exchanges = 0;
    bool started = false;
    jmp_buf place;
    ucontext_t start;
    std::unique_ptr<char[]> stack{new char[STACK]};
};

struct Warp {
    // What the lanes gave to the exchange under way and to the one before.
    uint64_t given[2][LANES];
    // Lanes that have begun the exchange under way, and how many exchanges are complete.
    unsigned arrived = 0;
    uint64_t complete = 0;
    // The exchange, counted from one, by which they waited for each other last.
    uint64_t waited = 0;
};

std::vector<std::unique_ptr<Fiber>> fibers;
std::vector<Warp> warps;
unsigned threads, current, order;
const std::function<void()>* body;
jmp_buf scheduler;
// Counts what brings the block forward, to notice when nothing does.
uint64_t progress;
std::string fault;

void yield() {
    if (_setjmp(fibers[current]->place) == 0) _longjmp(scheduler, 1);
}

// A fiber serves one thread after the other.
void serve() {
    for (;;) {
        (*body)();
        fibers[current]->state = State::Done;
        progress++;
        yield();
    }
}

void resume(unsigned thread) {
    current = thread;
    threadIdx = fibers[thread]->index;
    if (_setjmp(scheduler) != 0) return;
    Fiber& fiber = *fibers[thread];
    if (fiber.started) _longjmp(fiber.place, 1);
    fiber.started = true;
    getcontext(&fiber.start);
    fiber.start.uc_stack.ss_sp = fiber.stack.get();
    fiber.start.uc_stack.ss_size = STACK;
    fiber.start.uc_link = nullptr;
    makecontext(&fiber.start, serve, 0);
    setcontext(&fiber.start);
}

// The t-th thread to run: an odd factor meets every one of a power of two.
unsigned in_turn(unsigned t) {
    const bool power_of_two = (threads & (threads - 1)) == 0;
    return power_of_two ? (t * (2 * order + 1) + order) % threads : t;
}

void run_block() {
    begin_block(threads);
    uint3 index{};
    for (unsigned t = 0; t < threads; t++) {
        fibers[t]->state = State::Waiting;
        fibers[t]->index = index;
        fibers[t]->exchanges = 0;
        if (++index.x == blockDim.x) {
            index.x = 0;
            if (++index.y == blockDim.y) index.y = 0, index.z++;
        }
    }
    for (Warp& warp : warps) warp.arrived = 0, warp.complete = warp.waited = 0;
    for (;;) {
        const uint64_t before = progress;
        unsigned done = 0, held = 0;
        for (unsigned t = 0; t < threads; t++) {
            const unsigned turn = in_turn(t);
            if (fibers[turn]->state == State::Waiting) resume(turn);
            done += fibers[turn]->state == State::Done;
            held += fibers[turn]->state == State::AtBarrier;
        }
        if (done == threads) return;
        if (held == threads) {
            block_waited();
            for (unsigned t = 0; t < threads; t++) fibers[t]->state = State::Waiting;
        } else if (progress == before) {
            fault = held ? "some threads of a block wait at a barrier and others do not"
                         : "some lanes of a warp wait for a shuffle and others do not";
            throw Misuse{fault};
        }
    }
}

}  // namespace

const char* complaint;

void wait_for_block() {
    fibers[current]->state = State::AtBarrier;
    progress++;
    yield();
}

void wait_for_warp() {
    const uint64_t number = fibers[current]->exchanges + 1;
    exchange(0, 0);
    // The first lane to go on.
    uint64_t& waited = warps[current / LANES].waited;
    if (waited != number) warp_waited();
    waited = number;
}

uint64_t exchange(uint64_t mine, unsigned source) {
    const uint64_t number = fibers[current]->exchanges++;
    Warp& warp = warps[current / LANES];
    auto& given = warp.given[number % 2];
    given[current % LANES] = mine;
    progress++;
    if (++warp.arrived == LANES) {
        warp.arrived = 0;
        warp.complete = number + 1;
    }
    while (warp.complete <= number) yield();
    return given[source % LANES];
}

void run_grid(uint3 grid, uint3 block, const std::function<void()>& thread) {
    gridDim = grid;
    blockDim = block;
    threads = block.x * block.y * block.z;
    if (threads % LANES != 0) throw Misuse{"a block of broken warps"};
    // After a fault, fibers stand somewhere in a kernel: they are not used again.
    if (!fault.empty()) fibers.clear();
    fault.clear();
    const char* asked = getenv("LOWRANK_MOCK_ORDER");
    order = asked ? static_cast<unsigned>(strtoul(asked, nullptr, 10)) : 0;
    while (fibers.size() < threads) fibers.push_back(std::make_unique<Fiber>());
    warps.resize(threads / LANES);
    body = &thread;
    begin_grid();
    for (blockIdx.z = 0; blockIdx.z < grid.z; blockIdx.z++) {
        for (blockIdx.y = 0; blockIdx.y < grid.y; blockIdx.y++) {
            for (blockIdx.x = 0; blockIdx.x < grid.x; blockIdx.x++) run_block();
        }
    }
}

}  // namespace mock
