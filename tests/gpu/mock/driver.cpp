// The entries of libcuda.so.1 that a host program needs, over kernels that run on the CPU.
//
// LOWRANK_MOCK_DEVICES: how many devices there are (1). LOWRANK_MOCK_MEMORY: bytes of device memory.
// LOWRANK_MOCK_FAIL="entry:count:code": the count-th call of an entry (from 1) returns that code instead
// of doing anything; several such triples stand between commas. LOWRANK_MOCK_TRACE: a file to which every call
// adds a line, the entry, with the name of the kernel where it starts one. Misuse is told on stderr, and every call
// after it returns an error.
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <chrono>
#include <mutex>
#include <vector>

#include "emulation.h"
#include "memory.h"

namespace {

using mock::Memory;

enum Code : int {
    SUCCESS = 0,
    INVALID_VALUE = 1,
    OUT_OF_MEMORY = 2,
    NOT_INITIALIZED = 3,
    INVALID_DEVICE = 101,
    INVALID_IMAGE = 200,
    INVALID_CONTEXT = 201,
    INVALID_HANDLE = 400,
    NOT_FOUND = 500,
    NOT_READY = 600,
    ILLEGAL_ADDRESS = 700,
    LAUNCH_OUT_OF_RESOURCES = 701,
    LAUNCH_FAILED = 719,
    NOT_SUPPORTED = 801,
};

struct Context {
    int device;
    unsigned flags;
};

struct Module {
    std::set<std::string> names;
};

// A copy to the host that nobody has waited for yet.
struct LateCopy {
    void* to;
    std::vector<char> bytes;
};

struct Stream {
    unsigned flags = 0;
    int priority = 0;
    std::vector<LateCopy> copies;
};

struct Event {
    bool recorded = false;
    Stream* stream = nullptr;
    std::chrono::steady_clock::time_point time;
};

// The mutex is held in every entry: kernels run one after the other.
std::recursive_mutex guard;
bool initialised;
int sticky;
Memory memory;
Stream default_stream;
std::set<Stream*> streams{&default_stream};
std::set<Event*> events;
std::set<Module*> modules;
std::set<Context*> contexts;
std::map<int, Context*> primary;
std::map<int, int> retained;
std::map<void*, size_t> pinned;
thread_local std::vector<Context*> current;

std::map<std::string, mock::Kernel>& kernels() {
    static std::map<std::string, mock::Kernel> all;
    return all;
}

int device_count() {
    const char* count = getenv("LOWRANK_MOCK_DEVICES");
    return count ? atoi(count) : 1;
}

int fault(int code, const std::string& what) {
    fprintf(stderr, "mock CUDA: %s\n", what.c_str());
    return sticky = code;
}

// The code that LOWRANK_MOCK_FAIL has for this call.
int injected(const char* entry) {
    static std::string last;
    static std::map<std::string, long> calls;
    const char* plan = getenv("LOWRANK_MOCK_FAIL");
    const std::string now = plan ? plan : "";
    if (now != last) {
        last = now;
        calls.clear();
    }
    if (now.empty()) return SUCCESS;
    const long call = ++calls[entry];
    for (size_t at = 0; at < now.size();) {
        size_t end = now.find(',', at);
        if (end == std::string::npos) end = now.size();
        char name[64];
        long count;
        int code;
        const std::string triple = now.substr(at, end - at);
        if (sscanf(triple.c_str(), "%63[^:]:%ld:%d", name, &count, &code) != 3) {
            return fault(INVALID_VALUE, "LOWRANK_MOCK_FAIL is no list of entry:count:code");
        }
        if (name == std::string(entry) && count == call) return code;
        at = end + 1;
    }
    return SUCCESS;
}

void trace(const std::string& what) {
    static const char* path = getenv("LOWRANK_MOCK_TRACE");
    static FILE* file = path ? fopen(path, "a") : nullptr;
    if (!file) return;
    fprintf(file, "%s\n", what.c_str());
    fflush(file);
}

enum class Needs { Nothing, Driver, Context };

int enter(const char* entry, Needs needs) {
    if (strcmp(entry, "cuLaunchKernel") != 0) trace(entry);
    if (const int code = injected(entry)) return code;
    if (needs != Needs::Nothing && !initialised) return NOT_INITIALIZED;
    if (sticky) return sticky;
    if (needs == Needs::Context && (current.empty() || !current.back())) return INVALID_CONTEXT;
    return SUCCESS;
}

Stream* stream_of(void* handle) {
    // 0, 1 and 2 all name the default stream.
    if (reinterpret_cast<uintptr_t>(handle) <= 2) return &default_stream;
    Stream* stream = static_cast<Stream*>(handle);
    return streams.count(stream) ? stream : nullptr;
}

void deliver(Stream& stream) {
    for (const LateCopy& copy : stream.copies) memcpy(copy.to, copy.bytes.data(), copy.bytes.size());
    stream.copies.clear();
    memory.finish(&stream);
}

int check_memory() {
    const std::string damage = memory.damage();
    return damage.empty() ? SUCCESS : fault(ILLEGAL_ADDRESS, damage);
}

int wait_for(Stream& stream) {
    deliver(stream);
    return check_memory();
}

int wait_for_all() {
    for (Stream* stream : streams) deliver(*stream);
    memory.finish_all();
    return check_memory();
}

bool orders_with_default(const Stream& stream) {
    return (stream.flags & 1) == 0;
}

// Work of another stream on this memory that nothing orders before that of `stream`.
bool races(const Memory::Allocation& allocation, const Stream& stream) {
    for (const void* other : allocation.busy) {
        if (other == &stream) continue;
        const Stream& busy = *static_cast<const Stream*>(other);
        if (!orders_with_default(busy) || !orders_with_default(stream)) return true;
    }
    return false;
}

struct Region {
    int code;
    char* bytes;
    Memory::Allocation* allocation;
};

// The bytes behind a device pointer, for a copy in a stream.
Region region(uint64_t pointer, size_t length, const Stream& stream) {
    Memory::Allocation* allocation = memory.find(pointer, length);
    if (!allocation) return {INVALID_VALUE, nullptr, nullptr};
    if (races(*allocation, stream)) {
        return {fault(LAUNCH_FAILED, "a copy meets memory that another stream works on: wait for "
                                     "that stream first"),
                nullptr, nullptr};
    }
    return {SUCCESS, Memory::host(pointer), allocation};
}

// The launch under way, for its parameters and for the last words of a kernel.
Stream* launching;
const char* launched;

// Says which thread of which kernel it was. The signal then comes again, to whom it belongs.
void last_words(int signal) {
    char text[256];
    const int length =
        snprintf(text, sizeof(text), "mock CUDA: %s, block (%u, %u, %u), thread %u: %s\n", launched, blockIdx.x,
                 blockIdx.y, blockIdx.z, threadIdx.x,
                 mock::complaint                         ? mock::complaint
                 : signal == SIGSEGV || signal == SIGBUS ? "memory that it was not given"
                                                         : "an index out of its array, or a broken alignment");
    if (write(2, text, static_cast<size_t>(length)) < 0) abort();
}

class Watch {
public:
    explicit Watch(const char* kernel) {
        launched = kernel;
        struct sigaction action {};
        action.sa_handler = last_words;
        action.sa_flags = static_cast<int>(SA_RESETHAND);
        for (int i = 0; i < COUNT; i++) sigaction(SIGNALS[i], &action, &before[i]);
    }

    ~Watch() {
        for (int i = 0; i < COUNT; i++) sigaction(SIGNALS[i], &before[i], nullptr);
    }

private:
    static constexpr int COUNT = 3;
    static constexpr int SIGNALS[COUNT] = {SIGSEGV, SIGBUS, SIGILL};
    struct sigaction before[COUNT];
};

}  // namespace

namespace mock {

void add_kernel(const char* name, Kernel kernel) {
    kernels().emplace(name, std::move(kernel));
}

void* device_memory(uint64_t pointer) {
    if (pointer == 0) return nullptr;
    Memory::Allocation* allocation = memory.find(pointer, 0);
    if (!allocation) throw Misuse{"a kernel is given a pointer that is not into device memory"};
    if (races(*allocation, *launching)) {
        throw Misuse{"a kernel is given memory that another stream works on"};
    }
    allocation->busy.insert(launching);
    return Memory::host(pointer);
}

}  // namespace mock

namespace {

int text_of(int code, const char* prefix, const char** text) {
    static const std::map<int, const char*> names{
        {1, "INVALID_VALUE"},   {2, "OUT_OF_MEMORY"},   {3, "NOT_INITIALIZED"},   {100, "NO_DEVICE"},
        {101, "INVALID_DEVICE"}, {200, "INVALID_IMAGE"}, {201, "INVALID_CONTEXT"}, {400, "INVALID_HANDLE"},
        {500, "NOT_FOUND"},     {700, "ILLEGAL_ADDRESS"}, {701, "LAUNCH_OUT_OF_RESOURCES"},
        {719, "LAUNCH_FAILED"}, {801, "NOT_SUPPORTED"},
    };
    static std::map<std::string, std::string> texts;
    const std::lock_guard<std::recursive_mutex> lock(guard);
    *text = nullptr;
    if (code < 0 || code > 999) return INVALID_VALUE;
    const auto known = names.find(code);
    const std::string name = known == names.end() ? std::to_string(code) : known->second;
    auto& kept = texts[prefix + name];
    kept = code == SUCCESS ? "CUDA_SUCCESS" : prefix + name;
    *text = kept.c_str();
    return SUCCESS;
}

}  // namespace

#define ENTER(needs)                                             \
    const std::lock_guard<std::recursive_mutex> lock(guard);     \
    if (const int code = enter(__func__, Needs::needs)) return code

extern "C" {

int cuInit(unsigned flags) {
    ENTER(Nothing);
    if (flags != 0) return INVALID_VALUE;
    initialised = true;
    return device_count() > 0 ? SUCCESS : 100;
}

int cuDriverGetVersion(int* version) {
    ENTER(Nothing);
    *version = 12020;
    return SUCCESS;
}

// As a driver, this one has no text for numbers that are no codes.
int cuGetErrorName(int code, const char** name) {
    return text_of(code, "CUDA_ERROR_", name);
}

int cuGetErrorString(int code, const char** text) {
    return text_of(code, "error of the mock driver: ", text);
}

int cuDeviceGetCount(int* count) {
    ENTER(Driver);
    *count = device_count();
    return SUCCESS;
}

int cuDeviceGet(int* device, int ordinal) {
    ENTER(Driver);
    if (ordinal < 0 || ordinal >= device_count()) return INVALID_DEVICE;
    *device = ordinal;
    return SUCCESS;
}

int cuDeviceGetName(char* name, int length, int device) {
    ENTER(Driver);
    if (device < 0 || device >= device_count()) return INVALID_DEVICE;
    snprintf(name, static_cast<size_t>(length), "Mock device %d", device);
    return SUCCESS;
}

int cuDeviceGetUuid(char* uuid, int device) {
    ENTER(Driver);
    memset(uuid, device + 1, 16);
    return SUCCESS;
}

int cuDeviceGetUuid_v2(char* uuid, int device) {
    return cuDeviceGetUuid(uuid, device);
}

int cuDeviceTotalMem_v2(size_t* bytes, int device) {
    ENTER(Driver);
    if (device < 0 || device >= device_count()) return INVALID_DEVICE;
    *bytes = Memory::limit();
    return SUCCESS;
}

int cuDeviceGetAttribute(int* value, int attribute, int device) {
    ENTER(Driver);
    if (device < 0 || device >= device_count()) return INVALID_DEVICE;
    // Those of an H100, as far as anybody asks.
    static const std::map<int, int> values{
        {1, 1024},  {2, 1024}, {3, 1024}, {4, 64},       {5, 2147483647}, {6, 65535}, {7, 65535},
        {8, 49152}, {9, 65536}, {10, 32}, {12, 65536},   {13, 1980000},   {15, 1},    {16, 132},
        {18, 0},    {31, 1},   {33, 0},   {36, 2619000}, {37, 5120},      {38, 52428800},
        {39, 2048}, {40, 3},   {41, 1},   {75, 9},       {76, 0},         {81, 233472}, {82, 65536},
        {97, 232448},
    };
    const auto found = values.find(attribute);
    *value = found == values.end() ? 0 : found->second;
    return SUCCESS;
}

int cuDevicePrimaryCtxRetain(void** context, int device) {
    ENTER(Driver);
    if (device < 0 || device >= device_count()) return INVALID_DEVICE;
    Context*& own = primary[device];
    if (!own) {
        own = new Context{device, 0};
        contexts.insert(own);
    }
    retained[device]++;
    *context = own;
    return SUCCESS;
}

int cuDevicePrimaryCtxRelease_v2(int device) {
    ENTER(Driver);
    if (retained[device] == 0) return INVALID_CONTEXT;
    retained[device]--;
    return SUCCESS;
}

int cuDevicePrimaryCtxRelease(int device) {
    return cuDevicePrimaryCtxRelease_v2(device);
}

int cuDevicePrimaryCtxSetFlags_v2(int, unsigned) {
    ENTER(Driver);
    return SUCCESS;
}

int cuDevicePrimaryCtxSetFlags(int device, unsigned flags) {
    return cuDevicePrimaryCtxSetFlags_v2(device, flags);
}

int cuDevicePrimaryCtxGetState(int device, unsigned* flags, int* active) {
    ENTER(Driver);
    *flags = 0;
    *active = retained[device] > 0;
    return SUCCESS;
}

int cuDevicePrimaryCtxReset_v2(int) {
    ENTER(Driver);
    return NOT_SUPPORTED;
}

int cuDevicePrimaryCtxReset(int device) {
    return cuDevicePrimaryCtxReset_v2(device);
}

int cuCtxCreate_v2(void** context, unsigned flags, int device) {
    ENTER(Driver);
    if (device < 0 || device >= device_count()) return INVALID_DEVICE;
    Context* created = new Context{device, flags};
    contexts.insert(created);
    current.push_back(created);
    *context = created;
    return SUCCESS;
}

int cuCtxDestroy_v2(void* context) {
    ENTER(Driver);
    if (!contexts.erase(static_cast<Context*>(context))) return INVALID_CONTEXT;
    if (!current.empty() && current.back() == context) current.pop_back();
    delete static_cast<Context*>(context);
    return SUCCESS;
}

int cuCtxPushCurrent_v2(void* context) {
    ENTER(Driver);
    if (!contexts.count(static_cast<Context*>(context))) return INVALID_CONTEXT;
    current.push_back(static_cast<Context*>(context));
    return SUCCESS;
}

int cuCtxPopCurrent_v2(void** context) {
    ENTER(Driver);
    if (current.empty()) return INVALID_CONTEXT;
    if (context) *context = current.back();
    current.pop_back();
    return SUCCESS;
}

int cuCtxSetCurrent(void* context) {
    ENTER(Driver);
    if (context && !contexts.count(static_cast<Context*>(context))) return INVALID_CONTEXT;
    if (!current.empty()) current.pop_back();
    if (context) current.push_back(static_cast<Context*>(context));
    return SUCCESS;
}

int cuCtxGetCurrent(void** context) {
    ENTER(Driver);
    *context = current.empty() ? nullptr : current.back();
    return SUCCESS;
}

int cuCtxGetDevice(int* device) {
    ENTER(Context);
    *device = current.back()->device;
    return SUCCESS;
}

int cuCtxGetFlags(unsigned* flags) {
    ENTER(Context);
    *flags = current.back()->flags;
    return SUCCESS;
}

int cuCtxGetApiVersion(void*, unsigned* version) {
    ENTER(Driver);
    *version = 3020;
    return SUCCESS;
}

int cuCtxGetStreamPriorityRange(int* least, int* greatest) {
    ENTER(Context);
    *least = 0;
    *greatest = -5;
    return SUCCESS;
}

int cuCtxSynchronize() {
    ENTER(Context);
    return wait_for_all();
}

// The parameters of an entry of PTX: `.param .u32 name` or `.param .align 8 .b8 name[64]`, up to a bracket.
static std::vector<mock::Layout> parameters_of(const std::string& list) {
    std::vector<mock::Layout> found;
    const std::string word = ".param ";
    for (size_t at = list.find(word); at != std::string::npos; at = list.find(word, at)) {
        at += word.size();
        const std::string one = list.substr(at, list.find(',', at) - at);
        unsigned alignment, size;
        if (sscanf(one.c_str(), ".align %u .b8 %*[a-zA-Z0-9_][%u]", &alignment, &size) == 2) {
            found.push_back({size, alignment});
        } else {
            const size_t bytes = strtoul(one.c_str() + 2, nullptr, 10) / 8;
            found.push_back({bytes, bytes});
        }
    }
    return found;
}

int cuModuleLoadData(void** module, const void* image) {
    ENTER(Context);
    const std::string text = static_cast<const char*>(image);
    if (text.find(".version") == std::string::npos) return INVALID_IMAGE;
    Module* loaded = new Module;
    const std::string word = ".entry ";
    for (size_t at = text.find(word); at != std::string::npos; at = text.find(word, at)) {
        at += word.size();
        const std::string name = text.substr(at, text.find('(', at) - at);
        if (!kernels().count(name)) {
            delete loaded;
            return fault(INVALID_IMAGE, "no kernel " + name + " was built into the mock");
        }
        const size_t open = text.find('(', at);
        if (parameters_of(text.substr(open, text.find(')', open) - open)) != kernels().at(name).parameters) {
            delete loaded;
            return fault(INVALID_IMAGE, "the parameters of " + name + " lie otherwise in its PTX");
        }
        loaded->names.insert(name);
    }
    modules.insert(loaded);
    *module = loaded;
    return SUCCESS;
}

int cuModuleLoadDataEx(void** module, const void* image, unsigned, void*, void*) {
    return cuModuleLoadData(module, image);
}

int cuModuleLoadFatBinary(void**, const void*) {
    ENTER(Context);
    return NOT_SUPPORTED;
}

int cuModuleUnload(void* module) {
    ENTER(Context);
    if (!modules.erase(static_cast<Module*>(module))) return INVALID_HANDLE;
    delete static_cast<Module*>(module);
    return SUCCESS;
}

int cuModuleGetFunction(void** function, void* module, const char* name) {
    ENTER(Context);
    if (!modules.count(static_cast<Module*>(module))) return INVALID_HANDLE;
    if (!static_cast<Module*>(module)->names.count(name)) return NOT_FOUND;
    *function = &*kernels().find(name);
    return SUCCESS;
}

int cuModuleGetGlobal_v2(uint64_t*, size_t*, void*, const char*) {
    ENTER(Context);
    return NOT_FOUND;
}

int cuMemAlloc_v2(uint64_t* pointer, size_t size) {
    ENTER(Context);
    if (size == 0) return INVALID_VALUE;
    *pointer = memory.allocate(size);
    return *pointer ? SUCCESS : OUT_OF_MEMORY;
}

int cuMemFree_v2(uint64_t pointer) {
    ENTER(Context);
    // Freeing waits for the device.
    if (const int code = wait_for_all()) return code;
    if (pointer == 0) return SUCCESS;
    return memory.free(pointer) ? SUCCESS : fault(INVALID_VALUE, "memory is freed that is none");
}

int cuMemGetInfo_v2(size_t* free, size_t* total) {
    ENTER(Context);
    *total = Memory::limit();
    *free = *total - (memory.used() < *total ? memory.used() : *total);
    return SUCCESS;
}

int cuMemAllocHost_v2(void** pointer, size_t size) {
    ENTER(Context);
    if (size == 0) return INVALID_VALUE;
    *pointer = malloc(size);
    if (!*pointer) return OUT_OF_MEMORY;
    memset(*pointer, 0xFF, size);
    pinned[*pointer] = size;
    return SUCCESS;
}

int cuMemHostAlloc(void** pointer, size_t size, unsigned) {
    return cuMemAllocHost_v2(pointer, size);
}

int cuMemFreeHost(void* pointer) {
    ENTER(Context);
    if (!pinned.erase(pointer)) return INVALID_VALUE;
    free(pointer);
    return SUCCESS;
}

int cuMemcpyHtoDAsync_v2(uint64_t to, const void* from, size_t length, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (length == 0) return SUCCESS;
    const Region place = region(to, length, *stream);
    if (place.code) return place.code;
    memcpy(place.bytes, from, length);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemcpyHtoD_v2(uint64_t to, const void* from, size_t length) {
    ENTER(Context);
    if (length == 0) return SUCCESS;
    const Region place = region(to, length, default_stream);
    if (place.code) return place.code;
    memcpy(place.bytes, from, length);
    return SUCCESS;
}

int cuMemcpyDtoHAsync_v2(void* to, uint64_t from, size_t length, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (length == 0) return SUCCESS;
    const Region place = region(from, length, *stream);
    if (place.code) return place.code;
    // The bytes arrive when the stream is waited for, and not before.
    stream->copies.push_back({to, std::vector<char>(place.bytes, place.bytes + length)});
    memset(to, 0xFF, length);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemcpyDtoH_v2(void* to, uint64_t from, size_t length) {
    ENTER(Context);
    if (length == 0) return SUCCESS;
    const Region place = region(from, length, default_stream);
    if (place.code) return place.code;
    memcpy(to, place.bytes, length);
    return wait_for(default_stream);
}

int cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t length, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (length == 0) return SUCCESS;
    const Region source = region(from, length, *stream), place = region(to, length, *stream);
    if (source.code || place.code) return source.code ? source.code : place.code;
    memmove(place.bytes, source.bytes, length);
    source.allocation->busy.insert(stream);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemcpyDtoD_v2(uint64_t to, uint64_t from, size_t length) {
    return cuMemcpyDtoDAsync_v2(to, from, length, nullptr);
}

// CUDA_MEMCPY2D of cuda.h.
struct Copy2d {
    struct Side {
        size_t x_bytes, y;
        // 1 host, 2 device.
        unsigned type;
        char* host;
        uint64_t device;
        void* array;
        size_t pitch;
    } from, to;
    size_t width, height;
};

int cuMemcpy2D_v2(const Copy2d* copy) {
    ENTER(Context);
    if (copy->width == 0 || copy->height == 0) return SUCCESS;
    char* starts[2];
    const Copy2d::Side* sides[2] = {&copy->from, &copy->to};
    for (int i = 0; i < 2; i++) {
        const Copy2d::Side& side = *sides[i];
        if (side.pitch < copy->width) return INVALID_VALUE;
        const size_t first = side.y * side.pitch + side.x_bytes;
        if (side.type == 1) {
            starts[i] = side.host + first;
        } else if (side.type == 2) {
            const size_t length = (copy->height - 1) * side.pitch + copy->width;
            const Region place = region(side.device + first, length, default_stream);
            if (place.code) return place.code;
            starts[i] = place.bytes;
        } else {
            return INVALID_VALUE;
        }
    }
    for (size_t row = 0; row < copy->height; row++) {
        memmove(starts[1] + row * copy->to.pitch, starts[0] + row * copy->from.pitch, copy->width);
    }
    return wait_for(default_stream);
}

int cuMemsetD8Async(uint64_t to, unsigned char value, size_t count, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (count == 0) return SUCCESS;
    const Region place = region(to, count, *stream);
    if (place.code) return place.code;
    memset(place.bytes, value, count);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemsetD16Async(uint64_t to, uint16_t value, size_t count, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (count == 0) return SUCCESS;
    const Region place = region(to, 2 * count, *stream);
    if (place.code || to % 2) return place.code ? place.code : INVALID_VALUE;
    for (size_t i = 0; i < count; i++) memcpy(place.bytes + 2 * i, &value, 2);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemsetD32Async(uint64_t to, uint32_t value, size_t count, void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    if (count == 0) return SUCCESS;
    const Region place = region(to, 4 * count, *stream);
    if (place.code || to % 4) return place.code ? place.code : INVALID_VALUE;
    for (size_t i = 0; i < count; i++) memcpy(place.bytes + 4 * i, &value, 4);
    place.allocation->busy.insert(stream);
    return SUCCESS;
}

int cuMemsetD8_v2(uint64_t to, unsigned char value, size_t count) {
    return cuMemsetD8Async(to, value, count, nullptr);
}

int cuMemsetD16_v2(uint64_t to, uint16_t value, size_t count) {
    return cuMemsetD16Async(to, value, count, nullptr);
}

int cuMemsetD32_v2(uint64_t to, uint32_t value, size_t count) {
    return cuMemsetD32Async(to, value, count, nullptr);
}

int cuStreamCreateWithPriority(void** handle, unsigned flags, int priority) {
    ENTER(Context);
    Stream* stream = new Stream;
    stream->flags = flags;
    stream->priority = priority;
    streams.insert(stream);
    *handle = stream;
    return SUCCESS;
}

int cuStreamCreate(void** handle, unsigned flags) {
    return cuStreamCreateWithPriority(handle, flags, 0);
}

int cuStreamDestroy_v2(void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream || stream == &default_stream) return INVALID_HANDLE;
    const int code = wait_for(*stream);
    streams.erase(stream);
    for (Event* event : events) {
        if (event->stream == stream) event->stream = nullptr;
    }
    delete stream;
    return code;
}

int cuStreamSynchronize(void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    return stream ? wait_for(*stream) : INVALID_HANDLE;
}

int cuStreamQuery(void* handle) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    return stream ? wait_for(*stream) : INVALID_HANDLE;
}

int cuStreamGetPriority(void* handle, int* priority) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    *priority = stream->priority;
    return SUCCESS;
}

int cuStreamGetFlags(void* handle, unsigned* flags) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream) return INVALID_HANDLE;
    *flags = stream->flags;
    return SUCCESS;
}

int cuEventCreate(void** handle, unsigned) {
    ENTER(Context);
    Event* event = new Event;
    events.insert(event);
    *handle = event;
    return SUCCESS;
}

int cuEventRecord(void* handle, void* stream) {
    ENTER(Context);
    Event* event = static_cast<Event*>(handle);
    if (!events.count(event) || !stream_of(stream)) return INVALID_HANDLE;
    event->recorded = true;
    event->stream = stream_of(stream);
    event->time = std::chrono::steady_clock::now();
    return SUCCESS;
}

int cuEventSynchronize(void* handle) {
    ENTER(Context);
    Event* event = static_cast<Event*>(handle);
    if (!events.count(event)) return INVALID_HANDLE;
    return event->stream ? wait_for(*event->stream) : SUCCESS;
}

int cuEventQuery(void* handle) {
    return cuEventSynchronize(handle);
}

int cuEventElapsedTime(float* milliseconds, void* start, void* end) {
    ENTER(Context);
    Event *first = static_cast<Event*>(start), *last = static_cast<Event*>(end);
    if (!events.count(first) || !events.count(last)) return INVALID_HANDLE;
    if (!first->recorded || !last->recorded) return INVALID_HANDLE;
    *milliseconds = std::chrono::duration<float, std::milli>(last->time - first->time).count();
    return SUCCESS;
}

int cuEventDestroy_v2(void* handle) {
    ENTER(Context);
    Event* event = static_cast<Event*>(handle);
    if (!events.erase(event)) return INVALID_HANDLE;
    delete event;
    return SUCCESS;
}

int cuStreamWaitEvent(void* handle, void* event, unsigned) {
    ENTER(Context);
    if (!stream_of(handle) || !events.count(static_cast<Event*>(event))) return INVALID_HANDLE;
    Event* recorded = static_cast<Event*>(event);
    return recorded->stream ? wait_for(*recorded->stream) : SUCCESS;
}

int cuLaunchKernel(void* function, unsigned grid_x, unsigned grid_y, unsigned grid_z, unsigned block_x,
                   unsigned block_y, unsigned block_z, unsigned shared, void* handle,
                   void** parameters, void** extra) {
    ENTER(Context);
    Stream* stream = stream_of(handle);
    if (!stream || !function) return INVALID_HANDLE;
    if (extra || !parameters) return NOT_SUPPORTED;
    const auto& kernel = *static_cast<std::pair<const std::string, mock::Kernel>*>(function);
    if (!grid_x || !grid_y || !grid_z || grid_x > 0x7FFFFFFF || grid_y > 65535 || grid_z > 65535) {
        return fault(INVALID_VALUE, kernel.first + ": no such grid: " + std::to_string(grid_x) + " x " +
                                        std::to_string(grid_y) + " x " + std::to_string(grid_z));
    }
    trace("cuLaunchKernel " + kernel.first);
    if (shared > 48 * 1024) return fault(INVALID_VALUE, kernel.first + ": too much shared memory");
    if (block_x != kernel.second.threads || block_y != 1 || block_z != 1) {
        return fault(LAUNCH_OUT_OF_RESOURCES,
                     kernel.first + " takes " + std::to_string(kernel.second.threads) +
                         " threads a block, not " + std::to_string(block_x));
    }
    try {
        launching = stream;
        const Watch watch(kernel.first.c_str());
        const auto thread = kernel.second.bind(parameters);
        mock::run_grid({grid_x, grid_y, grid_z}, {block_x, block_y, block_z}, thread);
    } catch (const mock::Misuse& misuse) {
        return fault(LAUNCH_FAILED, kernel.first + ": " + misuse.what);
    }
    return SUCCESS;
}

int cuFuncGetAttribute(int* value, int attribute, void* function) {
    ENTER(Context);
    const auto& kernel = *static_cast<std::pair<const std::string, mock::Kernel>*>(function);
    *value = attribute == 0 ? static_cast<int>(kernel.second.threads) : 0;
    return SUCCESS;
}

int cuFuncSetAttribute(void*, int, int) {
    ENTER(Context);
    return SUCCESS;
}

int cuFuncSetCacheConfig(void*, int) {
    ENTER(Context);
    return SUCCESS;
}

int cuFuncSetSharedMemConfig(void*, int) {
    ENTER(Context);
    return SUCCESS;
}

int cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, void*, int threads, size_t) {
    ENTER(Context);
    *blocks = threads > 0 ? 2048 / threads : 0;
    return SUCCESS;
}

}  // extern "C"
