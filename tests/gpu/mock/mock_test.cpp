// That the mock notices what it is there to notice. Errors stick, so every case is a process of its own.
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <functional>

#include "device.h"
#include "ptx.h"

extern "C" {
int cuStreamCreate(void**, unsigned);
int cuStreamSynchronize(void*);
int cuMemcpyDtoHAsync_v2(void*, u64, size_t, void*);
int cuMemGetInfo_v2(size_t*, size_t*);
int cuDeviceGetCount(int*);
int cuMemcpyDtoDAsync_v2(u64, u64, size_t, void*);
}

namespace {

const char* folder;
int failures;

void begin() {
    int device;
    void* context;
    CALL(cuInit(0));
    CALL(cuDeviceGet(&device, 0));
    CALL(cuDevicePrimaryCtxRetain(&context, device));
    CALL(cuCtxSetCurrent(context));
}

void* fill() {
    std::ifstream file(std::string(folder) + "/panel.ptx");
    std::stringstream text;
    text << file.rdbuf();
    void *module, *function;
    CALL(cuModuleLoadData(&module, text.str().c_str()));
    CALL(cuModuleGetFunction(&function, module, "fill_f32"));
    return function;
}

// fill_f32 of one row.
int launch(void* function, u64 x, u32 columns, u32 threads = THREADS, void* stream = nullptr, u32 grid_y = 1) {
    u32 ld = 8, m = 1;
    float value = 1;
    void* parameters[] = {&x, &ld, &m, &columns, &value};
    return cuLaunchKernel(function, 1, grid_y, 1, threads, 1, 1, 0, stream, parameters, nullptr);
}

u64 allocate(size_t size) {
    u64 pointer = 0;
    CALL(cuMemAlloc_v2(&pointer, size));
    return pointer;
}

// Runs a case in a process with some settings; it has to end with true.
void expect(const char* what, const std::function<bool()>& holds,
            const std::vector<std::pair<const char*, const char*>>& settings = {}, int ends_by = 0) {
    const pid_t child = fork();
    if (child == 0) {
        if (!freopen("/dev/null", "w", stderr)) _exit(2);
        for (const auto& [name, value] : settings) setenv(name, value, 1);
        begin();
        _exit(holds() ? 0 : 1);
    }
    int status = 0;
    waitpid(child, &status, 0);
    const bool as_expected = ends_by ? WIFSIGNALED(status) && WTERMSIG(status) == ends_by : status == 0;
    if (as_expected) return;
    fprintf(stderr, "not so: %s\n", what);
    failures++;
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) return 2;
    folder = arguments[1];

    expect("a good launch is good", [] {
        const u64 x = allocate(32);
        float found[8];
        return launch(fill(), x, 8) == 0 && cuMemcpyDtoH_v2(found, x, 32) == 0 && found[7] == 1;
    });
    expect("memory begins as NaN", [] {
        float found;
        CALL(cuMemcpyDtoH_v2(&found, allocate(4), 4));
        return found != found;
    });
    expect("a write beside an allocation is found", [] {
        return launch(fill(), allocate(28), 8) == 0 && cuCtxSynchronize() == 700 && cuCtxSynchronize() == 700;
    });
    expect("a write far from an allocation ends the process", [] { return launch(fill(), allocate(4), 5000) == 0; },
           {}, SIGSEGV);
    expect("the host cannot follow a device pointer",
           [] { return *reinterpret_cast<volatile char*>(allocate(4)) == 0; }, {}, SIGSEGV);
    expect("a kernel takes no pointer of the host", [] {
        float x[8];
        return launch(fill(), reinterpret_cast<u64>(x), 8) == 719;
    });
    expect("a kernel has its own number of threads",
           [] { return launch(fill(), allocate(32), 8, TILE_THREADS) == 701; });
    expect("a grid has at most 65535 blocks across y",
           [] { return launch(fill(), allocate(32), 8, THREADS, nullptr, 65536) == 1; });
    expect("a copy stays within its allocation", [] {
        char bytes[64] = {};
        const u64 x = allocate(32);
        return cuMemcpyHtoD_v2(x, bytes, 32) == 0 && cuMemcpyHtoD_v2(x, bytes, 33) == 1 &&
               cuMemcpyDtoH_v2(bytes, x + 8, 25) == 1;
    });
    expect("freed memory is gone", [] {
        const u64 x = allocate(32);
        char byte;
        return cuMemFree_v2(x) == 0 && cuMemcpyDtoH_v2(&byte, x, 1) == 1;
    });
    expect("memory is freed once", [] {
        const u64 x = allocate(32);
        return cuMemFree_v2(x) == 0 && cuMemFree_v2(x) == 1;
    });
    expect("memory is limited", [] {
        u64 x;
        size_t free, total;
        CALL(cuMemGetInfo_v2(&free, &total));
        return free == 1000 && total == 1000 && cuMemAlloc_v2(&x, 600) == 0 && cuMemAlloc_v2(&x, 500) == 2 &&
               cuMemAlloc_v2(&x, 400) == 0;
    }, {{"LOWRANK_MOCK_MEMORY", "1000"}});
    expect("a call fails as planned, and no other", [] {
        u64 x;
        size_t free, total;
        return cuMemAlloc_v2(&x, 4) == 0 && cuMemAlloc_v2(&x, 4) == 911 && cuMemAlloc_v2(&x, 4) == 0 &&
               cuMemGetInfo_v2(&free, &total) == 2;
    }, {{"LOWRANK_MOCK_FAIL", "cuMemAlloc_v2:2:911,cuMemGetInfo_v2:1:2"}});
    expect("there are as many devices as asked for", [] {
        int devices, device;
        return cuDeviceGetCount(&devices) == 0 && devices == 2 && cuDeviceGet(&device, 1) == 0 &&
               cuDeviceGet(&device, 2) == 101;
    }, {{"LOWRANK_MOCK_DEVICES", "2"}});
    expect("a late copy arrives when its stream is waited for", [] {
        void* stream;
        CALL(cuStreamCreate(&stream, 1));
        const u64 x = allocate(32);
        float found = 0;
        const bool early = launch(fill(), x, 8, THREADS, stream) == 0 &&
                           cuMemcpyDtoHAsync_v2(&found, x, 4, stream) == 0 && found != found;
        return early && cuStreamSynchronize(stream) == 0 && found == 1;
    });
    expect("a copy does not overtake a stream", [] {
        void* stream;
        CALL(cuStreamCreate(&stream, 1));
        const u64 x = allocate(32);
        float found;
        return launch(fill(), x, 8, THREADS, stream) == 0 && cuMemcpyDtoH_v2(&found, x, 4) == 719;
    });
    expect("a stream that was waited for can be copied from", [] {
        void* stream;
        CALL(cuStreamCreate(&stream, 1));
        const u64 x = allocate(32);
        float found;
        return launch(fill(), x, 8, THREADS, stream) == 0 && cuStreamSynchronize(stream) == 0 &&
               cuMemcpyDtoH_v2(&found, x, 4) == 0;
    });
    expect("two streams do not share memory unordered", [] {
        void *one, *other;
        CALL(cuStreamCreate(&one, 1));
        CALL(cuStreamCreate(&other, 1));
        const u64 x = allocate(32);
        void* function = fill();
        return launch(function, x, 8, THREADS, one) == 0 && launch(function, x, 8, THREADS, other) == 719;
    });
    static mock::SharedMemory<64> shared;
    static double numbers[2];
    static uint32_t counter;
    const auto thread = [](unsigned number) { threadIdx.x = number; };
    const auto block = [](unsigned number) {
        blockIdx.x = number;
        threadIdx.x = 0;
        mock::begin_block(64);
    };
    const auto use = [](bool writes) {
        mock::global.at(reinterpret_cast<uint64_t>(&numbers[1]), 8, writes);
        return true;
    };
    const auto arrive = [](bool fence_before, bool fence_behind) {
        if (fence_before) mock::fence();
        mock::increment(&counter, 1);
        if (fence_behind) mock::fence();
    };
    const auto meet = [=](bool first_writes, bool barrier, bool second_writes) {
        block(0);
        shared.at(8, 8, first_writes);
        if (barrier) mock::block_waited();
        thread(1);
        shared.at(12, 4, second_writes);
        return true;
    };
    const auto meet_in_blocks = [=](bool first_writes, bool second_writes) {
        mock::begin_grid();
        block(0);
        use(first_writes);
        block(1);
        return use(second_writes);
    };
    // A thread of a block writes; another counts it, and one of the next block, for one that reads.
    const auto count_blocks = [=](unsigned writer, unsigned reader, bool waits, bool fence_before, bool fence_behind) {
        mock::begin_grid();
        for (unsigned number = 0; number < 2; number++) {
            block(number);
            if (number == 0) {
                thread(writer);
                use(true);
            }
            if (waits) mock::block_waited();
            thread(0);
            arrive(fence_before, fence_behind);
            if (waits) mock::block_waited();
        }
        thread(reader);
        return use(false);
    };
    // The same for warps of a block.
    const auto count_warps = [=](unsigned writer, bool waits, bool fence_before) {
        block(0);
        thread(writer);
        use(true);
        for (unsigned number = 0; number < 64; number += 32) {
            thread(number);
            if (waits) mock::warp_waited();
            arrive(fence_before, true);
            if (waits) mock::warp_waited();
        }
        thread(37);
        return use(false);
    };
    gridDim = {2, 1, 1};
    expect("threads may read together, and write in turns",
           [=] { return meet(false, false, false) && meet(true, true, true) && meet(true, true, false); });
    expect("no thread reads what another writes", [=] { return meet(true, false, false); }, {}, SIGILL);
    expect("no thread writes what another reads", [=] { return meet(false, false, true); }, {}, SIGILL);
    expect("no two threads write", [=] { return meet(true, false, true); }, {}, SIGILL);
    expect("nobody leaves shared memory", [=] { return shared.at(64, 4, false) != nullptr; }, {}, SIGILL);
    expect("a warp may wait for itself", [=] {
        block(0);
        use(true);
        mock::warp_waited();
        thread(1);
        return use(false);
    });
    expect("a warp does not wait for another", [=] {
        block(0);
        use(true);
        mock::warp_waited();
        thread(32);
        mock::warp_waited();
        return use(false);
    }, {}, SIGILL);
    expect("blocks may read together", [=] { return meet_in_blocks(false, false); });
    expect("grids may write in turns", [=] {
        for (unsigned number = 0; number < 2; number++) {
            mock::begin_grid();
            block(number);
            use(true);
        }
        return true;
    });
    expect("no block reads what another writes", [=] { return meet_in_blocks(true, false); }, {}, SIGILL);
    expect("no block writes what another reads", [=] { return meet_in_blocks(false, true); }, {}, SIGILL);
    expect("a counter begins again", [=] {
        block(0);
        return mock::increment(&counter, 1) == 0 && mock::increment(&counter, 1) == 1 && counter == 0;
    });
    expect("blocks that are counted are seen by the last",
           [=] { return count_blocks(0, 0, false, true, true) && count_blocks(5, 40, true, true, true); });
    expect("blocks are not seen without a fence before", [=] { return count_blocks(0, 0, false, false, true); }, {},
           SIGILL);
    expect("blocks are not seen without a fence behind", [=] { return count_blocks(0, 0, false, true, false); }, {},
           SIGILL);
    expect("a thread that does not wait is not counted", [=] { return count_blocks(5, 0, false, true, true); }, {},
           SIGILL);
    expect("a thread that does not wait sees nothing", [=] { return count_blocks(0, 40, false, true, true); }, {},
           SIGILL);
    expect("a fence is no use before the wait", [=] {
        block(0);
        mock::fence();
        thread(5);
        use(true);
        mock::block_waited();
        thread(0);
        arrive(false, true);
        block(1);
        arrive(true, true);
        return use(false);
    }, {}, SIGILL);
    expect("warps that are counted are seen by the last", [=] { return count_warps(5, true, true); });
    expect("warps are not seen without a fence before", [=] { return count_warps(5, true, false); }, {}, SIGILL);
    expect("a lane that does not wait is not counted", [=] { return count_warps(5, false, true); }, {}, SIGILL);
    expect("a module whose parameters lie otherwise does not load", [] {
        void* module;
        const std::string begin = ".version 8.0\n.visible .entry scale_f32(\n.param .u64 x,\n.param .u32 ldx,\n";
        const std::string rest = ".param .u32 m,\n.param .u32 l,\n.param ";
        return cuModuleLoadData(&module, (begin + rest + ".f32 factor\n)\n{\n").c_str()) == 0 &&
               cuModuleLoadData(&module, (begin + rest + ".f64 factor\n)\n{\n").c_str()) == 200 &&
               cuModuleLoadData(&module, (begin + rest + ".align 8 .b8 factor[4]\n)\n{\n").c_str()) == 200;
    });
    expect("a module with an unknown kernel does not load", [] {
        void* module;
        return cuModuleLoadData(&module, ".version 8.0\n.visible .entry no_such_kernel(\n)") == 200;
    });
    if (failures == 0) printf("the mock notices all that it should\n");
    return failures != 0;
}
