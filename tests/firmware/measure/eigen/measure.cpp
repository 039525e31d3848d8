// Measures Eigen's JacobiSVD of random f32 matrices, ROWS x COLUMNS, as src/cases.rs measures
// lowrank-core: the same matrices, the same board, the same output.
//
// With MAXIMUM_SIZE the matrix has run-time sizes below a maximum, which is what Eigen 3.4 wants
// for a thin U without a heap; elsewhere the sizes are fixed and U is square. With CONTROL the
// program is the same without the call.
#include "matrices.h"

#include <Eigen/SVD>
#include <cstddef>
#include <new>

extern "C" std::uint32_t board_measure(void (*function)(void *), void *argument);
extern "C" void board_write(const void *start, std::size_t length);

// No call of an allocator may be made: one would be told by the exit status.
static bool allocated;
extern "C" void *malloc(std::size_t) {
    allocated = true;
    return nullptr;
}
extern "C" void free(void *) {}

#ifdef MAXIMUM_SIZE
using Matrix =
    Eigen::Matrix<float, Eigen::Dynamic, Eigen::Dynamic, Eigen::ColMajor, ROWS, COLUMNS>;
constexpr unsigned WANTED = Eigen::ComputeThinU | Eigen::ComputeThinV;
#else
using Matrix = Eigen::Matrix<float, ROWS, COLUMNS>;
constexpr unsigned WANTED = Eigen::ComputeFullU | Eigen::ComputeFullV;
#endif

struct Case {
    Matrix a;
    Eigen::JacobiSVD<Matrix> svd;
};

static void call(void *argument) {
    Case &measured = *static_cast<Case *>(argument);
#ifdef CONTROL
    asm volatile("" : : "r"(&measured) : "memory");
#else
    measured.svd.compute(measured.a, WANTED);
#endif
}

template <typename T> static void write(const T &x) { board_write(&x, sizeof x); }

extern "C" int board_main() {
    alignas(Case) static unsigned char place[sizeof(Case)];
    Case &measured = *new (place) Case;
    write(std::uint32_t{sizeof(Case)});
    for (std::uint32_t seed = 0; seed < 20; seed++) {
        int rows = ROWS, columns = COLUMNS;
        asm volatile("" : "+r"(rows), "+r"(columns));
        measured.a.resize(rows, columns);
        Entries(seed).fill(measured.a.data(), ROWS * COLUMNS);
        board_write(measured.a.data(), ROWS * COLUMNS * sizeof(float));
        write(board_measure(call, &measured));
        board_write(measured.svd.matrixU().data(), ROWS * COLUMNS * sizeof(float));
        board_write(measured.svd.singularValues().data(), COLUMNS * sizeof(float));
        board_write(measured.svd.matrixV().data(), COLUMNS * COLUMNS * sizeof(float));
    }
    return allocated;
}
