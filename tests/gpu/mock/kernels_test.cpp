// Every kernel, in both types and all widths, against the same formulas in f64 on shapes that are hostile
// to tiles. The device is whatever libcuda.so.1 is: the mock, or a real one.
#include <algorithm>
#include <functional>

#include "device.h"

namespace {

Kernels* kernels;
Verdict verdict;

const u32 WIDTHS[] = {4, 8, 16, 32};
const u32 TILE_WIDTHS[] = {4, 8, 16, 24, 32};

template <class T>
constexpr double EPS = std::numeric_limits<T>::epsilon();

template <class T>
std::string named(const std::string& name, u32 width = 0) {
    return name + "_" + type_name<T>() + (width ? "_" + std::to_string(width) : "");
}

std::string place(const std::string& kernel, u32 m, u32 l, u32 i, u32 j) {
    return kernel + " " + std::to_string(m) + " x " + std::to_string(l) + " (" + std::to_string(i) + ", " +
           std::to_string(j) + ")";
}

// Compares entry by entry; tolerance(i, j) in units of the machine precision.
template <class T>
void compare(const std::string& kernel, const Matrix& found, const Matrix& expected,
             const std::function<double(u32, u32)>& tolerance) {
    for (u32 i = 0; i < expected.m; i++) {
        for (u32 j = 0; j < expected.l; j++) {
            verdict.check(place(kernel, expected.m, expected.l, i, j), found(i, j), expected(i, j),
                          EPS<T> * tolerance(i, j));
        }
    }
}

template <class T>
void compare(const std::string& kernel, const Matrix& found, const Matrix& expected, double tolerance) {
    compare<T>(kernel, found, expected, [=](u32, u32) { return tolerance; });
}

u32 up(u32 a, u32 b) {
    return (a + b - 1) / b;
}

template <class T>
std::vector<T> cast(const std::vector<double>& x) {
    return std::vector<T>(x.begin(), x.end());
}

// An entry made from those of other panels.
using Rule = std::function<double(u32, u32)>;

Matrix made(u32 m, u32 l, const Rule& rule) {
    Matrix x(m, l);
    for (u32 i = 0; i < m; i++) {
        for (u32 j = 0; j < l; j++) x(i, j) = rule(i, j);
    }
    return x;
}

// panel.cu

template <class T>
void panel(u32 m, u32 l) {
    const Matrix x = Matrix::of<T>(m, l, draw), y = Matrix::of<T>(m, l, draw), z = Matrix::of<T>(m, l, draw);
    const Matrix factors = Matrix::of<T>(1, l, draw);
    const Buffer<T> f(cast<T>(factors.entries));
    const Panel<T> py(y), pz(z);
    Panel<T> px(x);
    const T a = T(0.7), b = T(-1.3), c = T(2.1);
    const std::vector<u32> grid = {3};
    const auto run = [&](const std::string& name, const Rule& rule, auto... arguments) {
        px.write(x);
        kernels->launch(named<T>(name), grid, THREADS, px.at(), px.ld, m, l, arguments...);
        compare<T>(name, px.read(), made(m, l, rule), 8);
    };
    run("fill", [&](u32, u32) { return double(a); }, a);
    run("scale", [&](u32 i, u32 j) { return x(i, j) * a; }, a);
    run("scale_columns", [&](u32 i, u32 j) { return x(i, j) * factors(0, j); }, f.at);
    const Buffer<double> exact(factors.entries);
    run("fill_rows", [&](u32, u32 j) { return factors(0, j); }, exact.at);
    run("combine", [&](u32 i, u32 j) { return c * x(i, j) + a * y(i, j) + b * z(i, j); }, c, a, py.at(), py.ld, b,
        pz.at(), pz.ld);
    run("scale_add", [&](u32 i, u32 j) { return a * x(i, j) + y(i, j); }, a, py.at(), py.ld);
    const T floor = T(0.1), otherwise = T(9);
    run("keep_above",
        [&](u32 i, u32 j) {
            const double scaled = T(factors(0, j) * x(i, j));
            return scaled > floor ? scaled : otherwise;
        },
        f.at, floor, otherwise);

    Panel<T> wide(m, l + 5);
    wide.write(Matrix(m, l + 5));
    kernels->launch(named<T>("copy_columns"), grid, THREADS, wide.at(), wide.ld, 5u, m, l, py.at(), py.ld);
    compare<T>("copy_columns", wide.read(), made(m, l + 5, [&](u32 i, u32 j) { return j < 5 ? 0.0 : y(i, j - 5); }),
               0);
}

// random.cu

u64 mixed(u64 z) {
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

template <class T>
void random_panel(u32 m, u32 l) {
    const u64 key = random_words(), golden = 0x9E3779B97F4A7C15u;
    const int bits = sizeof(T) == 4 ? 23 : 52;
    for (u32 law = 0; law < 4; law++) {
        const Panel<T> x(m, l);
        kernels->launch(named<T>("fill_random"), {2}, THREADS, x.at(), x.ld, m, l, law, key);
        const Matrix found = x.read();
        for (u32 i = 0; i < m; i++) {
            const u64 row = mixed(key + golden * i);
            for (u32 j = 0; j < l; j++) {
                const std::string what = place(named<T>("fill_random"), m, l, i, j) + " law " + std::to_string(law);
                const u64 word = mixed(row + golden * j);
                const double u = (double(word >> (64 - bits)) + 0.5) / double(u64(1) << bits);
                if (law == 0) {
                    const T uniform = (T(u) + T(u) - T(1)) * T(1.7320508075688772);
                    verdict.check(what, found(i, j), uniform, 0);
                } else if (law == 1) {
                    const bool minus = mixed(row + golden * (j / 64)) >> (j % 64) & 1;
                    verdict.check(what, found(i, j), minus ? -1 : 1, 0);
                } else {
                    // The normal law's own function takes a draw back to u.
                    double q = found(i, j);
                    if (law == 3) q = u < 0.5 ? -q : q;
                    const double density = std::exp(-q * q / 2) / std::sqrt(2 * M_PI);
                    const double tail = std::min(u, 1 - u);
                    verdict.check(what, std::erfc(-q / std::sqrt(2.0)) / 2, u,
                                  EPS<T> * (16 * (1 + std::fabs(q)) * density + 16 * tail) + 1e-15);
                }
            }
        }
    }
}

// gram.cu, products.cu

// What blocks count themselves by.
struct Counters {
    explicit Counters(u32 count = 1) : numbers(std::vector<u32>(count, 0)) {}

    ~Counters() {
        for (const u32 left : numbers.read()) verdict.check("a counter afterwards", left, 0, 0);
    }

    Buffer<u32> numbers;
    u64 at = numbers.at;
};

template <class T>
void gram(u32 m, u32 la, u32 lb, u32 rows_per_block) {
    const Matrix x = Matrix::of<T>(m, la, draw), y = Matrix::of<T>(m, lb, draw);
    const Panel<T> px(x), py(y);
    const u32 blocks = up(m, rows_per_block), count = la * lb;
    const Buffer<double> partial(size_t(blocks) * count), exact(count);
    const Buffer<T> rounded(count);
    kernels->launch(named<T>("gram_partial"), {blocks, up(la, 32), up(lb, 32)}, THREADS, px.at(), px.ld, la, py.at(),
                    py.ld, lb, m, rows_per_block, partial.at, u64(0), u64(0), u64(0));
    kernels->launch(named<T>("gram_sum"), {up(count, SUM_COLUMNS)}, THREADS, partial.at, blocks, count, rounded.at,
                    exact.at);
    const auto sums = exact.read();
    const auto values = rounded.read();
    for (u32 j = 0; j < lb; j++) {
        for (u32 i = 0; i < la; i++) {
            double expected = 0;
            for (u32 r = 0; r < m; r++) expected += x(r, i) * y(r, j);
            const std::string what = place(named<T>("gram"), la, lb, i, j);
            verdict.check(what, sums[j * la + i], expected, 1e-15 * (m + 10));
            verdict.check(what, values[j * la + i], expected, (1e-15 + EPS<T>) * (m + 10));
        }
    }
    // Without the rounded sums, and on any grid.
    kernels->launch(named<T>("gram_sum"), {1}, THREADS, partial.at, blocks, count, u64(0), exact.at);
    const auto again = exact.read();
    for (u32 e = 0; e < count; e++) verdict.check("gram_sum on one block", again[e], sums[e], 0);
    if (la > 32 || lb > 32) return;
    // By the last block, twice.
    const Counters counters;
    for (u32 time = 0; time < 2; time++) {
        const Buffer<double> last(count);
        const Buffer<T> last_rounded(count);
        kernels->launch(named<T>("gram_partial"), {blocks}, THREADS, px.at(), px.ld, la, py.at(), py.ld, lb, m,
                        rows_per_block, partial.at, counters.at, last_rounded.at, last.at);
        const auto both = last.read();
        const auto rounded_both = last_rounded.read();
        for (u32 e = 0; e < count; e++) {
            verdict.check("gram_partial by the last block", both[e], sums[e], 0);
            verdict.check("gram_partial by the last block", rounded_both[e], values[e], 0);
        }
    }
}

template <class T>
void mul_small(u32 m, u32 inner, u32 l) {
    const u32 lds = inner + 3;
    const Matrix x = Matrix::of<T>(m, inner, draw), y = Matrix::of<T>(m, l, draw);
    const Matrix s = Matrix::of<T>(l, lds, draw);
    const Panel<T> px(x);
    const Buffer<T> ps(cast<T>(s.entries));
    for (u32 subtract = 0; subtract < 2; subtract++) {
        const Panel<T> py(m, l);
        Panel<T>& out = const_cast<Panel<T>&>(py);
        if (subtract) out.write(y);
        kernels->launch(named<T>("mul_small"), {up(m, MUL_SMALL_ROWS), up(l, 32)}, THREADS, px.at(), px.ld, m, inner,
                        ps.at, lds, out.at(), out.ld, l, subtract);
        const auto product = [&](u32 i, u32 j) {
            double sum = 0;
            for (u32 d = 0; d < inner; d++) sum += x(i, d) * s(j, d);
            return subtract ? y(i, j) - sum : sum;
        };
        compare<T>(named<T>("mul_small"), out.read(), made(m, l, product), 2.0 * inner + 8);
    }
}

template <class T>
void divide_by_triangle(u32 m, u32 l) {
    const Matrix x = Matrix::of<T>(m, l, draw);
    std::vector<double> r(size_t(l) * l, 0.0);
    for (u32 j = 0; j < l; j++) {
        for (u32 c = 0; c <= j; c++) r[size_t(j) * l + c] = c < j ? draw() / l : 1.0 + std::abs(draw());
    }
    const Buffer<double> triangle(r);
    const Panel<T> px(x);
    kernels->launch(named<T>("divide_by_triangle"), {up(m, WARPS)}, THREADS, px.at(), px.ld, m, l, triangle.at);
    const auto y = px.read();
    // What was divided comes back.
    double most = 0;
    for (u32 i = 0; i < m; i++) {
        for (u32 j = 0; j < l; j++) {
            double sum = 0, size = 0;
            for (u32 c = 0; c <= j; c++) {
                sum += y(i, c) * r[size_t(j) * l + c];
                size += std::abs(y(i, c) * r[size_t(j) * l + c]);
            }
            most = std::max(most, std::abs(sum - x(i, j)) / (size + 1e-300));
        }
    }
    verdict.check(named<T>("divide_by_triangle"), most, 0, 4 * EPS<T>);
}

// sparse.cu

struct Csr {
    u32 m, n;
    std::vector<u32> offsets, columns;
    std::vector<double> values;
};

// Rows of random lengths, some empty, one full. The first columns have no entries.
template <class T>
Csr sparse(u32 m, u32 n, double density, u32 first = 0) {
    Csr a{m, n, {0}, {}, {}};
    const u32 long_row = random_words() % m;
    for (u32 i = 0; i < m; i++) {
        const double share = i == long_row ? 1.0 : i % 3 == 1 ? 0.0 : density;
        for (u32 j = first; j < n; j++) {
            if (std::fabs(draw()) < share) {
                a.columns.push_back(j);
                a.values.push_back(T(draw_positive()));
            }
        }
        a.offsets.push_back(u32(a.columns.size()));
    }
    return a;
}

// One column without entries, where there are several, and NaN in the row of the panel that belongs to it.
u32 spare(u32 n) {
    return n > 1;
}

Matrix without_first_row(Matrix x) {
    for (u32 j = 0; j < x.l && spare(x.m); j++) x(0, j) = NAN;
    return x;
}

struct Pieces {
    // Whole rows of at most `few` entries stand behind the others.
    std::vector<u32> pieces, cuts;
    u32 slots = 0, long_pieces = 0;

    // Rows of more than `most` entries go to slots.
    Pieces(const Csr& a, u32 most, u32 few) {
        std::vector<u32> short_ones;
        for (u32 i = 0; i < a.m; i++) {
            const u32 begin = a.offsets[i], end = a.offsets[i + 1], count = up(end - begin, most), first = slots;
            if (end - begin <= most) {
                std::vector<u32>& to = end - begin <= few ? short_ones : pieces;
                to.insert(to.end(), {begin, end, i, NO_SLOT});
                continue;
            }
            for (u32 at = begin; at < end; at += most) {
                pieces.insert(pieces.end(), {at, std::min(at + most, end), i, slots++});
                cuts.insert(cuts.end(), {first, count});
            }
        }
        long_pieces = u32(pieces.size() / 4);
        pieces.insert(pieces.end(), short_ones.begin(), short_ones.end());
    }
};

template <class T>
void csr_apply(u32 m, u32 n, u32 l, u32 most) {
    const Csr a = sparse<T>(m, n, 0.2, spare(n));
    const Matrix x = without_first_row(Matrix::of<T>(n, l, draw));
    const Panel<T> px(x);
    const Buffer<u32> columns(a.columns);
    const Buffer<T> values(cast<T>(a.values));
    Matrix expected(m, l);
    for (u32 i = 0; i < m; i++) {
        for (u32 p = a.offsets[i]; p < a.offsets[i + 1]; p++) {
            for (u32 j = 0; j < l; j++) expected(i, j) += a.values[p] * x(a.columns[p], j);
        }
    }
    // Empty rows to a few lanes, some others, and all that are not cut.
    for (const u32 few : {0u, 16u, 1u << 20}) {
        const Pieces pieces(a, most, few);
        const u32 npieces = u32(pieces.pieces.size() / 4), long_pieces = pieces.long_pieces;
        const Buffer<u32> dp(pieces.pieces), dc(pieces.cuts);
        const Buffer<T> partial(size_t(pieces.slots) * STRIP);
        const Counters counters(pieces.slots);
        const Panel<T> py(m, l);
        for (u32 first = 0; first < l; first += STRIP) {
            const u32 width = std::min(l - first, STRIP);
            const u32 serves = *std::find_if(WIDTHS, WIDTHS + 4, [=](u32 w) { return w >= width; });
            const u32 lanes = std::max(SHORT_LANES, u32(serves * sizeof(T) / 16));
            const u32 blocks = up(long_pieces, WARPS) + up(npieces - long_pieces, THREADS / lanes);
            kernels->launch(named<T>("csr_apply", serves), {blocks}, THREADS, dp.at, long_pieces, npieces, columns.at,
                            values.at, px.at(first), px.ld, width, py.at(first), py.ld, dc.at, partial.at,
                            counters.at);
        }
        compare<T>(named<T>("csr_apply"), py.read(), expected, n + 8.0);
    }
}

// dense.cu

// Column-major, where m is odd with NaN between the columns, and with NaN where a kernel may read on.
template <class T>
struct Dense {
    Matrix a;
    u64 lda;
    Buffer<T> buffer;

    Dense(u32 m, u32 n, double (*law)())
        : a(Matrix::of<T>(m, n, law)), lda(m + m % 2 * 3), buffer(columns(a, lda)) {}

    static std::vector<T> columns(const Matrix& a, u64 lda) {
        std::vector<T> values(lda * a.l + DENSE_RESULT_BYTES / sizeof(T), std::numeric_limits<T>::quiet_NaN());
        for (u32 i = 0; i < a.m; i++) {
            for (u32 j = 0; j < a.l; j++) values[j * lda + i] = T(a(i, j));
        }
        return values;
    }
};

template <class T>
void sum_splits(const Buffer<T>& partial, u32 splits, u64 stride, u32 ld, u32 m, u32 l, u64 out) {
    kernels->launch(named<T>("sum_splits"), {2}, THREADS, partial.at, splits, stride, ld, m, l, out, ld);
}

template <class T>
void dense_apply(u32 m, u32 n, u32 l, u32 width, u32 per_split) {
    const Dense<T> a(m, n, draw);
    for (const bool transposed : {false, true}) {
        const u32 inner = transposed ? m : n, outputs = transposed ? n : m;
        const Matrix x = Matrix::of<T>(inner, l, draw);
        const Panel<T> px(x);
        const Panel<T> py(outputs, l);
        const u32 splits = up(inner, per_split);
        const u64 stride = u64(outputs) * py.ld + 8;
        const Buffer<T> partial(stride * splits);
        const u32 block = DENSE_RESULT_BYTES / u32(sizeof(T));
        const std::string name = named<T>(transposed ? "dense_apply_transpose" : "dense_apply", width);
        kernels->launch(name, {up(outputs, block), splits}, TILE_THREADS, a.buffer.at, a.lda, m, n, px.at(), px.ld, l,
                        per_split, splits == 1 ? py.at() : partial.at, py.ld, stride);
        if (splits > 1) sum_splits(partial, splits, stride, py.ld, outputs, l, py.at());
        const auto product = [&](u32 o, u32 j) {
            double sum = 0;
            for (u32 i = 0; i < inner; i++) sum += (transposed ? a.a(i, o) : a.a(o, i)) * x(i, j);
            return sum;
        };
        compare<T>(name, py.read(), made(outputs, l, product), inner + 8.0);
    }
}

// nmf.cu

template <class T>
void updates(u32 m, u32 k, u32 width) {
    const Matrix x = Matrix::of<T>(m, k, draw_positive), n = Matrix::of<T>(m, k, draw_positive);
    Matrix gram = Matrix::of<T>(k, k, draw_positive);
    for (u32 i = 0; i < k; i++) {
        for (u32 j = 0; j < i; j++) gram(i, j) = gram(j, i);
        gram(i, i) += k;
    }
    const Buffer<T> g(cast<T>(gram.entries));
    const Panel<T> pn(n);
    Panel<T> px(x);
    const T l1 = T(0.03), l2 = T(0.2), floor = T(1e-12);
    const auto denominator = [&](u32 i, u32 j) {
        double sum = l1 + l2 * x(i, j);
        for (u32 q = 0; q < k; q++) sum += x(i, q) * gram(q, j);
        return sum;
    };
    const Matrix ratio = made(m, k, [&](u32 i, u32 j) { return x(i, j) * n(i, j) / denominator(i, j); });
    if (width) {
        const std::string name = named<T>("multiplicative_update", width);
        kernels->launch(name, {up(m, UPDATE_ROWS)}, TILE_THREADS, px.at(), px.ld, pn.at(), pn.ld, m, k, g.at, l1, l2,
                        floor);
        compare<T>(name, px.read(), ratio, 64);
    } else {
        const Matrix product = made(m, k, [&](u32 i, u32 j) { return denominator(i, j) - l1 - l2 * x(i, j); });
        const Panel<T> pd(product);
        kernels->launch(named<T>("quotient"), {2}, THREADS, px.at(), px.ld, pn.at(), pn.ld, pd.at(), pd.ld, m, k, l1,
                        l2, floor);
        compare<T>(named<T>("quotient"), px.read(), ratio, 64);
    }

    // Numerators of both signs bring some entries to zero.
    const Matrix signs = Matrix::of<T>(m, k, [] { return 20 * draw(); });
    const Panel<T> ps(signs);
    px.write(x);
    const u32 sweeps = 2;
    const std::string name = width ? named<T>("hals_update", width) : named<T>("hals_update_wide");
    kernels->launch(name, {width ? up(m, UPDATE_ROWS) : up(m, WARPS)}, width ? TILE_THREADS : THREADS, px.at(), px.ld,
                    ps.at(), ps.ld, m, k, g.at, sweeps, l1, l2, floor);
    Matrix expected = x;
    for (u32 i = 0; i < m; i++) {
        for (u32 j = 0; j < sweeps * k; j++) {
            const u32 c = j % k;
            double step = signs(i, c) - l1 - l2 * expected(i, c);
            for (u32 q = 0; q < k; q++) step -= expected(i, q) * gram(q, c);
            expected(i, c) = std::max(0.0, expected(i, c) + step / (gram(c, c) + l2));
        }
    }
    compare<T>(name, px.read(), expected, 400);
}

// divergence.cuh

template <class T>
struct Divergence {
    int kind;
    T beta, push, pull, step, root, floor, least;
};

template <class T>
Divergence<T> divergence(double beta) {
    Divergence<T> d;
    d.kind = beta == 2 ? 0 : beta == 1 ? 1 : beta == 0 ? 2 : 3;
    const double root = beta < 1 ? 2 - beta : beta > 2 ? beta - 1 : 1;
    d.beta = T(beta);
    d.push = T(beta - 1);
    d.pull = T(beta - 2);
    d.step = T(1 / root);
    d.root = T(root);
    d.least = sizeof(T) == 4 ? T(0x1p-63) : T(0x1p-511);
    d.floor = beta >= 1 ? d.least : T(std::pow(EPS<T>, 4 / (2 - beta)));
    return d;
}

double between(double beta, double a, double v) {
    if (beta == 2) return (a - v) * (a - v) / 2;
    if (beta == 1) return (a > 0 ? a * std::log(a / v) : 0) - a + v;
    if (beta == 0) return a / v - std::log(a / v) - 1;
    const double data = a > 0 ? std::pow(a, beta) : 0;
    return (data + (beta - 1) * std::pow(v, beta) - beta * a * std::pow(v, beta - 1)) / (beta * (beta - 1));
}

double of_zero(double beta, double v) {
    return beta <= 0 ? 0 : std::pow(v, beta) / beta;
}

const double BETAS[] = {2, 1, 0, 0.5, 1.5, 3, -1, 2.7};

template <class T>
void quotients(u32 m, u32 k, double beta) {
    const Divergence<T> d = divergence<T>(beta);
    const double largest = std::numeric_limits<T>::max();
    Matrix x = Matrix::of<T>(m, k, draw_positive), terms = Matrix::of<T>(m, 2 * k, draw_positive);
    const Matrix sums = Matrix::of<T>(m, 2 * k, draw_positive);
    const T l1 = T(0.1), l2 = T(0.3), kept = T(0.6), added = T(0.4);
    const Panel<T> pt(terms);
    Panel<T> px(x);
    kernels->launch(named<T>("quotient_update"), {2}, THREADS, px.at(), px.ld, pt.at(), pt.ld, m, k, d, l1, l2);
    compare<T>(named<T>("quotient_update"), px.read(), made(m, k, [&](u32 i, u32 j) {
                   const double q = terms(i, j) / (terms(i, k + j) + l1 + l2 * x(i, j));
                   return x(i, j) * std::pow(q, double(d.step));
               }),
               64);
    // One sum leaves the range.
    x(0, 0) = 4;
    terms(0, 0) = largest;
    const Panel<T> psums(sums), pterms(terms);
    px.write(x);
    kernels->launch(named<T>("accumulated_update"), {2}, THREADS, px.at(), px.ld, psums.at(), psums.ld, pterms.at(),
                    pterms.ld, m, k, kept, added, d, l1, l2, T(largest));
    const Matrix both = made(m, 2 * k, [&](u32 i, u32 j) {
        const double factor = j < k ? std::pow(x(i, j), double(d.root)) : 1;
        return std::min(kept * sums(i, j) + added * factor * terms(i, j), largest);
    });
    compare<T>(named<T>("accumulated_update"), psums.read(), both, 64);
    const Matrix stepped = made(m, k, [&](u32 i, u32 j) {
        return std::pow(both(i, j) / (both(i, k + j) + l1 + l2 * x(i, j)), double(d.step));
    });
    compare<T>(named<T>("accumulated_update"), px.read(), stepped,
               [&](u32 i, u32 j) { return 128 * std::max(1.0, stepped(i, j)); });
}

// [N | D] and the divergence over the entries that `visit` shows.
struct Terms {
    Matrix terms, size;
    double loss = 0, loss_size = 0;

    Terms(u32 outputs, u32 k) : terms(outputs, 2 * k), size(outputs, 2 * k) {}

    void add(double beta, u32 o, const Matrix& x, const Matrix& y, u32 i, double a, bool stored_only) {
        const u32 k = x.l;
        double v = 0;
        for (u32 j = 0; j < k; j++) v += x(o, j) * y(i, j);
        const double pull = a * std::pow(v, beta - 2), push = std::pow(v, beta - 1);
        for (u32 j = 0; j < k; j++) {
            terms(o, j) += pull * y(i, j);
            terms(o, k + j) += push * y(i, j);
        }
        const double zero = stored_only ? of_zero(beta, v) : 0;
        const double d = a == 0 ? of_zero(beta, v) : between(beta, a, v);
        loss += d - zero;
        loss_size += std::fabs(d) + zero + a * push + std::pow(v, beta) + (a > 0 ? std::pow(a, beta) : 0) + 1;
    }

    template <class T>
    void check(const std::string& name, const Matrix& found, u32 columns) const {
        const double weight = 64 + terms.l;
        compare<T>(name, found, terms, [&](u32 i, u32 j) {
            return j < columns ? weight * std::fabs(terms(i, j)) : 1e300;
        });
    }
};

template <class T>
double total(const Buffer<double>& loss) {
    double sum = 0;
    for (const double x : loss.read()) sum += x;
    return sum;
}

template <class T>
void dense_terms(u32 outputs, u32 inner, u32 k, u32 width, double beta, u32 per_split, bool zeros) {
    const Divergence<T> d = divergence<T>(beta);
    const int exponent = 1;
    const Matrix x = Matrix::of<T>(outputs, k, draw_positive), y = Matrix::of<T>(inner, k, draw_positive);
    const Panel<T> px(x), py(y);
    for (u32 transposed = 0; transposed < 2; transposed++) {
        const Dense<T> a(transposed ? inner : outputs, transposed ? outputs : inner, draw_positive);
        Terms expected(outputs, k);
        for (u32 o = 0; o < outputs; o++) {
            for (u32 i = 0; i < inner; i++) {
                const double entry = zeros ? 0 : 2 * (transposed ? a.a(i, o) : a.a(o, i));
                expected.add(beta, o, x, y, i, entry, false);
            }
        }
        const u32 splits = up(inner, per_split), flags = 1;
        const u32 kept = width ? u32(DENSE_TERMS_FACTOR_BYTES / (width * sizeof(T))) : 0;
        const u32 block = !width ? DENSE_TERMS_WIDE_OUTPUTS
                          : kept < TILE_THREADS ? TILE_THREADS / (TILE_THREADS / kept) : TILE_THREADS;
        const u32 blocks = up(outputs, block);
        const Panel<T> terms(outputs, 2 * k);
        const u64 stride = u64(outputs) * terms.ld;
        const Buffer<T> partial(stride * splits);
        const Buffer<double> loss(size_t(blocks) * splits);
        const u64 matrix = zeros ? 0 : a.buffer.at, out = splits == 1 ? terms.at() : partial.at;
        const std::string name = width ? named<T>("dense_terms", width) : named<T>("dense_terms_wide");
        for (u32 first = 0; first < k; first += STRIP) {
            const u32 wanted = first == 0 ? flags : 0;
            if (width) {
                kernels->launch(name, {blocks, splits}, TILE_THREADS, matrix, a.lda, transposed, outputs, inner,
                                exponent, px.at(), px.ld, py.at(), py.ld, k, d, wanted, per_split, out, terms.ld,
                                stride, loss.at);
            } else {
                kernels->launch(name, {blocks, splits}, TILE_THREADS, matrix, a.lda, transposed, outputs, inner,
                                exponent, px.at(), px.ld, py.at(), py.ld, k, d, wanted, per_split, out, terms.ld,
                                stride, loss.at, first);
            }
        }
        if (splits > 1) sum_splits(partial, splits, stride, terms.ld, outputs, 2 * k, terms.at());
        expected.check<T>(name, terms.read(), 2 * k);
        verdict.check(name + " loss, beta " + std::to_string(beta), total<T>(loss), expected.loss,
                      64 * EPS<T> * expected.loss_size);
    }
}

// N and the loss of the divergence of Kullback and Leibler where a share of the entries is zero.
template <class T>
void dense_pulls(u32 outputs, u32 inner, u32 k, u32 width, u32 per_split, double zeros) {
    const Divergence<T> d = divergence<T>(1);
    const int exponent = 1;
    const Matrix x = Matrix::of<T>(outputs, k, draw_positive), y = Matrix::of<T>(inner, k, draw_positive);
    const Panel<T> px(x), py(y);
    static double share;
    share = zeros;
    for (u32 transposed = 0; transposed < 2; transposed++) {
        const Dense<T> a(transposed ? inner : outputs, transposed ? outputs : inner,
                         [] { return std::fabs(draw()) < share ? 0.0 : draw_positive(); });
        Terms expected(outputs, k);
        for (u32 o = 0; o < outputs; o++) {
            for (u32 i = 0; i < inner; i++) {
                expected.add(1, o, x, y, i, 2 * (transposed ? a.a(i, o) : a.a(o, i)), true);
            }
        }
        const u32 splits = up(inner, per_split), flags = 1;
        const u32 blocks = up(outputs, TILE_THREADS * (width * sizeof(T) > PULLS_WIDE_ROW_BYTES ? 1 : 2));
        const Panel<T> pulls(Matrix(outputs, 2 * k));
        const u64 stride = u64(outputs) * pulls.ld;
        const Buffer<T> partial(stride * splits);
        const Buffer<double> loss(size_t(blocks) * splits);
        const u64 out = splits == 1 ? pulls.at() : partial.at;
        const std::string name = named<T>("dense_pulls", width);
        kernels->launch(name, {blocks, splits}, TILE_THREADS, a.buffer.at, a.lda, transposed, outputs, inner, exponent,
                        px.at(), px.ld, py.at(), py.ld, k, d.floor, flags, per_split, out, pulls.ld, stride, loss.at);
        if (splits > 1) sum_splits(partial, splits, stride, pulls.ld, outputs, k, pulls.at());
        expected.check<T>(name, pulls.read(), k);
        verdict.check(name + " loss", total<T>(loss), expected.loss, 64 * EPS<T> * expected.loss_size);
    }
}

template <class T>
void sparse_terms(u32 m, u32 n, u32 k, u32 width, double beta, u32 most) {
    const Divergence<T> d = divergence<T>(beta);
    const int exponent = -1;
    const Csr a = sparse<T>(m, n, 0.3, spare(n));
    const Pieces pieces(a, most, 0);
    const Matrix x = Matrix::of<T>(m, k, draw_positive);
    const Matrix y = without_first_row(Matrix::of<T>(n, k, draw_positive));
    const Panel<T> px(x), py(y);
    const Buffer<u32> dp(pieces.pieces), dc(pieces.cuts), columns(a.columns);
    const Buffer<T> values(cast<T>(a.values)), partial(size_t(pieces.slots) * 2 * STRIP);
    const Counters counters(pieces.slots);
    const u32 npieces = u32(pieces.pieces.size() / 4);
    for (u32 listed = 0; listed < 2; listed++) {
        Terms expected(m, k);
        for (u32 i = 0; i < m; i++) {
            for (u32 p = a.offsets[i]; p < a.offsets[i + 1]; p++) {
                expected.add(beta, i, x, y, a.columns[p], a.values[p] / 2, !listed);
            }
        }
        Panel<T> terms(m, 2 * k);
        const double kept = 7;
        terms.write(made(m, 2 * k, [=](u32, u32) { return kept; }));
        const Buffer<double> loss(npieces);
        const std::string name = width ? named<T>("sparse_terms", width) : named<T>("sparse_terms_wide");
        for (u32 first = 0; first < k; first += STRIP) {
            const u32 flags = first == 0;
            if (width) {
                kernels->launch(name, {up(npieces, WARPS)}, THREADS, dp.at, npieces, columns.at, values.at, exponent,
                                px.at(), px.ld, py.at(), py.ld, k, d, listed, flags, terms.at(), terms.ld, dc.at,
                                partial.at, counters.at, loss.at);
            } else {
                kernels->launch(name, {up(npieces, WARPS)}, THREADS, dp.at, npieces, columns.at, values.at, exponent,
                                px.at(), px.ld, py.at(), py.ld, k, d, listed, flags, terms.at(), terms.ld, dc.at,
                                partial.at, counters.at, loss.at, first);
            }
        }
        const Matrix found = terms.read();
        expected.check<T>(name, found, listed ? 2 * k : k);
        for (u32 i = 0; i < m && !listed; i++) {
            for (u32 j = k; j < 2 * k; j++) verdict.check(name + ": D is left alone", found(i, j), kept, 0);
        }
        verdict.check(name + " loss, beta " + std::to_string(beta), total<T>(loss), expected.loss,
                      64 * EPS<T> * expected.loss_size);
    }
}

// reductions.cu, descent.cu

template <class T>
double reduced(const Buffer<double>& partial, u32 blocks) {
    const Buffer<double> sum(1);
    kernels->launch(named<T>("sum_partials"), {1}, THREADS, partial.at, blocks, 1u, sum.at);
    return sum.read()[0];
}

template <class T>
void reductions(u32 m, u32 l, u32 rows_per_block) {
    const Matrix x = Matrix::of<T>(m, l, draw), y = Matrix::of<T>(m, l, draw), factors = Matrix::of<T>(1, l, draw);
    const Panel<T> px(x), py(y);
    const u32 any = 3;
    const Buffer<double> few(any);
    const Counters counters;
    double inner = 0, negative = 0;
    for (size_t e = 0; e < x.entries.size(); e++) {
        inner += x.entries[e] * y.entries[e];
        negative += x.entries[e] < 0;
    }
    // The numbers of a panel, taken for a small matrix.
    double of_small = 0;
    for (u32 j = 0; j < l; j++) of_small += x(0, j) * y(0, j);
    for (u32 count = 0; count <= l; count += l) {
        const Buffer<double> sums(2);
        kernels->launch(named<T>("inner_products"), {any}, THREADS, px.at(), px.ld, py.at(), py.ld, m, l, px.at(),
                        py.at(), count, few.at, counters.at, sums.at);
        const auto found = sums.read();
        verdict.check(named<T>("inner_products"), found[0], inner, 1e-15 * m * l);
        if (count) verdict.check(named<T>("inner_products"), found[1], of_small, 1e-15 * l);
    }
    const Buffer<double> counted(1);
    kernels->launch(named<T>("count_negative"), {any}, THREADS, px.at(), px.ld, m, l, few.at, counters.at, counted.at);
    verdict.check(named<T>("count_negative"), counted.read()[0], negative, 0);

    const u32 blocks = up(m, rows_per_block);
    const Buffer<T> df(cast<T>(factors.entries));
    const Buffer<double> partial(size_t(blocks) * l), sums(l);
    for (u32 what = 0; what < 4; what++) {
        const bool distance = what == 1;
        kernels->launch(named<T>("column_reduce"), {blocks}, THREADS, px.at(), px.ld, distance ? py.at() : u64(0),
                        py.ld, m, l, distance ? df.at : u64(0), what, rows_per_block, partial.at, u64(0), u64(0));
        kernels->launch(named<T>("sum_partials"), {up(l, SUM_COLUMNS)}, THREADS, partial.at, blocks, l, sums.at);
        const auto found = sums.read();
        // By the last block.
        const Buffer<double> last(l);
        kernels->launch(named<T>("column_reduce"), {blocks}, THREADS, px.at(), px.ld, distance ? py.at() : u64(0),
                        py.ld, m, l, distance ? df.at : u64(0), what, rows_per_block, partial.at, counters.at, last.at);
        const auto again = last.read();
        for (u32 j = 0; j < l; j++) {
            verdict.check(named<T>("column_reduce") + " by the last block", again[j], found[j], 0);
            double expected = 0;
            for (u32 i = 0; i < m; i++) {
                const double e = x(i, j), away = e - factors(0, j) * y(i, j);
                expected += what == 0 ? e : what == 1 ? away * away : (what == 2) == (e > 0) ? e * e : 0;
            }
            verdict.check(place(named<T>("column_reduce"), m, l, what, j), found[j], expected,
                          (1e-15 + (distance ? EPS<T> : 0)) * 4 * m);
        }
    }

    // Ties: the first of several entries of greatest magnitude decides.
    Matrix tied = x;
    for (u32 j = 0; j < l; j++) {
        for (u32 i = j % 3; i < m; i += 7) tied(i, j) = (i + j) % 2 ? 2 : -2;
        if (j % 5 == 4) {
            for (u32 i = 0; i < m; i++) tied(i, j) = 0;
        }
    }
    const Panel<T> pt(tied);
    const Buffer<T> peaks(size_t(blocks) * l), signs(l);
    kernels->launch(named<T>("column_peak"), {blocks}, THREADS, pt.at(), pt.ld, m, l, rows_per_block, peaks.at, blocks);
    kernels->launch(named<T>("column_signs"), {up(l, SUM_COLUMNS)}, THREADS, peaks.at, blocks, l, signs.at);
    const auto found = signs.read();
    for (u32 j = 0; j < l; j++) {
        double peak = 0;
        for (u32 i = 0; i < m; i++) {
            if (std::fabs(tied(i, j)) > std::fabs(peak)) peak = tied(i, j);
        }
        verdict.check(place(named<T>("column_signs"), m, l, 0, j), found[j], peak < 0 ? -1 : 1, 0);
    }
}

template <class T>
void descent(u32 m, u32 l) {
    const Matrix x = Matrix::of<T>(m, l, draw), d = Matrix::of<T>(m, l, draw);
    const Matrix f = Matrix::of<T>(m, l, draw), s = Matrix::of<T>(m, l, draw_positive);
    const Panel<T> px(x), pd(d), pf(f), ps(s);
    const T b1 = T(0.9), b2 = T(0.99), rate = T(0.1), correction = T(1.5), epsilon = T(0.01);
    kernels->launch(named<T>("adam_step"), {2}, THREADS, px.at(), px.ld, pd.at(), pd.ld, pf.at(), pf.ld, ps.at(), ps.ld,
                    m, l, b1, b2, rate, correction, epsilon);
    const Matrix first = made(m, l, [&](u32 i, u32 j) { return b1 * f(i, j) + (1 - b1) * d(i, j); });
    const Matrix second = made(m, l, [&](u32 i, u32 j) { return b2 * s(i, j) + (1 - b2) * d(i, j) * d(i, j); });
    compare<T>("adam_step", pf.read(), first, 8);
    compare<T>("adam_step", ps.read(), second, 8);
    compare<T>("adam_step", px.read(), made(m, l, [&](u32 i, u32 j) {
                   return x(i, j) + rate * first(i, j) / (std::sqrt(second(i, j)) * correction + epsilon);
               }),
               16);

    const T floor = T(-0.2), weight = T(3);
    const Panel<T> pushed(d), from(x);
    const Buffer<double> partial(2), sum(1);
    const Counters counters;
    kernels->launch(named<T>("push_above"), {2}, THREADS, from.at(), from.ld, pushed.at(), pushed.ld, m, l, floor,
                    weight, partial.at, counters.at, sum.at);
    double squares = 0;
    const auto below = [&](u32 i, u32 j) { return x(i, j) < floor ? floor - x(i, j) : 0.0; };
    for (u32 i = 0; i < m; i++) {
        for (u32 j = 0; j < l; j++) squares += below(i, j) * below(i, j);
    }
    compare<T>("push_above", pushed.read(), made(m, l, [&](u32 i, u32 j) { return d(i, j) + weight * below(i, j); }),
               16);
    verdict.check("push_above", sum.read()[0], squares, 4 * EPS<T> * m * l);
}

// distance.cu

template <class T>
void distances(u32 m, u32 n, u32 k, u32 blocks) {
    const int exponent = 2;
    const Matrix w = Matrix::of<T>(m, k, draw), h = Matrix::of<T>(n, k, draw);
    const Panel<T> pw(w), ph(h);
    const auto square = [&](u32 i, u32 j, double a) {
        double v = 0;
        for (u32 q = 0; q < k; q++) v += w(i, q) * h(j, q);
        return (4 * a - v) * (4 * a - v);
    };
    const double tolerance = 16 * EPS<T> * (k + 4) * (k + 4);
    const Buffer<double> partial(blocks);

    const Dense<T> a(m, n, draw);
    kernels->launch(named<T>("dense_distance"), {blocks}, THREADS, a.buffer.at, a.lda, m, n, exponent, pw.at(), pw.ld,
                    ph.at(), ph.ld, k, partial.at);
    double expected = 0;
    for (u32 i = 0; i < m; i++) {
        for (u32 j = 0; j < n; j++) expected += square(i, j, a.a(i, j));
    }
    verdict.check(named<T>("dense_distance"), reduced<T>(partial, blocks), expected, tolerance * m * n);

    const Csr csr = sparse<T>(m, n, 0.15);
    const Buffer<u32> offsets(csr.offsets), columns(csr.columns);
    const Buffer<T> values(cast<T>(csr.values));
    for (u32 observed = 0; observed < 2; observed++) {
        double sum = 0;
        size_t count = 0;
        for (u32 i = 0; i < m; i++) {
            u32 p = csr.offsets[i];
            for (u32 j = 0; j < n; j++) {
                const bool stored = p < csr.offsets[i + 1] && csr.columns[p] == j;
                const double entry = stored ? csr.values[p++] : 0;
                if (stored || !observed) sum += square(i, j, entry), count++;
            }
        }
        kernels->launch(named<T>("sparse_distance"), {blocks}, THREADS, offsets.at, columns.at, values.at, m, n, exponent,
                        pw.at(), pw.ld, ph.at(), ph.ld, k, observed, partial.at);
        verdict.check(named<T>("sparse_distance") + (observed ? " observed" : ""), reduced<T>(partial, blocks), sum,
                      tolerance * double(count));
    }
}

template <class T>
void all() {
    for (const auto& [m, l] : std::vector<std::pair<u32, u32>>{{1, 1}, {1, 40}, {300, 1}, {67, 7}, {129, 33}, {5, 300}}) {
        panel<T>(m, l);
        random_panel<T>(m, l);
        descent<T>(m, l);
        reductions<T>(m, l, 64);
        reductions<T>(m, l, 1000);
        divide_by_triangle<T>(m, l);
        mul_small<T>(m, l, 1);
        mul_small<T>(m, l, 37);
        mul_small<T>(m, 33, l);
        gram<T>(m, std::min(l, 70u), 3, 50);
        gram<T>(m, 5, std::min(l, 70u), 50);
        gram<T>(m, std::min(l, 70u), std::min(l, 70u), 1000);
    }
    gram<T>(333, 32, 32, 100);
    for (const u32 l : {1u, 3u, 4u, 8u, 13u, 16u, 20u, 32u, 45u}) {
        csr_apply<T>(1, 300, l, 100);
        csr_apply<T>(200, 1, l, 7);
        csr_apply<T>(63, 517, l, 150);
        csr_apply<T>(63, 517, l, 100000);
    }
    for (const u32 width : WIDTHS) {
        for (const u32 l : {width, width / 2 + 1, 1u}) {
            updates<T>(1, l, width);
            updates<T>(300, l, width);
        }
        for (const double beta : BETAS) {
            sparse_terms<T>(1, 1, 1, width, beta, 100);
            sparse_terms<T>(40, 130, width / 2 + 1, width, beta, 50);
            sparse_terms<T>(40, 70, width, width, beta, 1000);
        }
    }
    for (const u32 width : TILE_WIDTHS) {
        for (const u32 l : {width, width / 2 + 1, 1u}) {
            dense_apply<T>(1, 1, l, width, 10);
            dense_apply<T>(1, 70, l, width, 33);
            dense_apply<T>(300, 1, l, width, 500);
            dense_apply<T>(131, 97, l, width, 500);
            dense_apply<T>(600, 45, l, width, 32);
            dense_pulls<T>(1, 1, l, width, 10, 0);
            dense_pulls<T>(1, 300, l, width, 70, 0.9);
            dense_pulls<T>(300, 1, l, width, 10, 0.5);
            dense_pulls<T>(270, 61, l, width, 1000, 0);
            dense_pulls<T>(270, 61, l, width, 16, 0.99);
        }
        for (const double beta : BETAS) {
            const u32 k = width / 2 + 1;
            dense_terms<T>(1, 1, 1, width, beta, 100, false);
            dense_terms<T>(131, 37, k, width, beta, 1000, false);
            dense_terms<T>(40, 150, width, width, beta, 60, false);
            dense_terms<T>(70, 20, k, width, beta, 7, true);
        }
    }
    updates<T>(1, 33, 0);
    updates<T>(30, 70, 0);
    for (const double beta : BETAS) {
        quotients<T>(77, 13, beta);
        dense_terms<T>(1, 1, 33, 0, beta, 100, false);
        dense_terms<T>(70, 45, 70, 0, beta, 1000, false);
        dense_terms<T>(33, 90, 40, 0, beta, 40, false);
        dense_terms<T>(33, 20, 40, 0, beta, 40, true);
        sparse_terms<T>(30, 60, 70, 0, beta, 25);
        sparse_terms<T>(30, 60, 33, 0, beta, 1000);
    }
    distances<T>(1, 1, 1, 1);
    distances<T>(1, 200, 5, 3);
    distances<T>(200, 1, 17, 3);
    distances<T>(150, 131, 33, 4);
    distances<T>(150, 131, 16, 40);
}

}  // namespace

int main(int count, char** arguments) {
    if (count != 2) {
        fprintf(stderr, "usage: kernels_test FOLDER-OF-PTX\n");
        return 2;
    }
    int device;
    void* context;
    CALL(cuInit(0));
    CALL(cuDeviceGet(&device, 0));
    CALL(cuDevicePrimaryCtxRetain(&context, device));
    CALL(cuCtxSetCurrent(context));
    Kernels loaded(arguments[1], {"panel", "random", "gram", "products", "sparse", "dense", "nmf", "reductions",
                                  "descent", "distance", "divergence", "kullback_leibler"});
    kernels = &loaded;
    all<float>();
    all<double>();
    for (const auto& [kernel, launches] : loaded.launches) {
        if (launches == 0) {
            fprintf(stderr, "%s was not launched\n", kernel.c_str());
            verdict.wrong++;
        }
    }
    printf("%zu kernels, %zu numbers compared, %zu wrong\n", loaded.launches.size(), verdict.compared, verdict.wrong);
    return verdict.wrong != 0;
}
