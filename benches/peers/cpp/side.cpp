// One request a line on standard input, of words such as k=5, one answer a line on standard output, in JSON: the side of
// ./compare that is written in C++, which is Spectra's. It takes matrices from files of raw numbers.
//
// The k largest eigenvalues of B B^T, where B is A, or A^T if that has fewer rows, by implicitly restarted Lanczos
// (Spectra's SymEigsSolver); their roots are the singular values, their vectors U, and B^T U / s is V.

#include <Eigen/Core>
#include <Eigen/SparseCore>
#include <Spectra/SymEigsSolver.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <map>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

using Dense = Eigen::MatrixXd;
// Rows, though Eigen's default are columns: both products take half the time of them, and 0.6 of one of each.
using Sparse = Eigen::SparseMatrix<double, Eigen::RowMajor, int>;
using Request = std::map<std::string, std::string>;

// B, of no more rows than columns.
struct Wide {
    Dense dense;
    Sparse sparse;
    bool is_dense = false;
    bool transposed = false;

    Eigen::Index rows() const { return is_dense ? dense.rows() : sparse.rows(); }
    Eigen::Index columns() const { return is_dense ? dense.cols() : sparse.cols(); }
    double squared_norm() const { return is_dense ? dense.squaredNorm() : sparse.squaredNorm(); }

    Dense times(const Dense &x) const { return is_dense ? Dense(dense * x) : Dense(sparse * x); }

    Dense transposed_times(const Dense &x) const {
        return is_dense ? Dense(dense.transpose() * x) : Dense(sparse.transpose() * x);
    }
};

// y <- B B^T x, by one vector on the long side.
class Gram {
public:
    using Scalar = double;

    explicit Gram(const Wide &b) : b(b), between(b.columns()) {}

    Eigen::Index rows() const { return b.rows(); }
    Eigen::Index cols() const { return b.rows(); }

    void perform_op(const double *in, double *out) const {
        Eigen::Map<const Eigen::VectorXd> x(in, b.rows());
        Eigen::Map<Eigen::VectorXd> y(out, b.rows());
        if (b.is_dense) {
            between.noalias() = b.dense.transpose() * x;
            y.noalias() = b.dense * between;
        } else {
            between.noalias() = b.sparse.transpose() * x;
            y.noalias() = b.sparse * between;
        }
    }

private:
    const Wide &b;
    mutable Eigen::VectorXd between;
};

template <typename T>
std::vector<T> numbers(std::ifstream &file, std::size_t count) {
    std::vector<T> found(count);
    file.read(reinterpret_cast<char *>(found.data()), static_cast<std::streamsize>(count * sizeof(T)));
    if (!file) throw std::runtime_error("the file of the matrix is too short");
    return found;
}

// A file as rust/src/matrices/raw_file.rs describes it, read on a little-endian machine.
Wide read(const std::string &path) {
    std::ifstream file(path, std::ios::binary);
    const auto size = numbers<std::int32_t>(file, 3);
    const std::int32_t m = size[0], n = size[1];
    Wide b;
    b.transposed = m > n;
    if (size[2] < 0) {
        const auto values = numbers<double>(file, static_cast<std::size_t>(m) * n);
        const Eigen::Map<const Dense> a(values.data(), m, n);
        b.is_dense = true;
        b.dense = b.transposed ? Dense(a.transpose()) : Dense(a);
        return b;
    }
    const auto offsets = numbers<std::int32_t>(file, static_cast<std::size_t>(m) + 1);
    const auto columns = numbers<std::int32_t>(file, size[2]);
    const auto values = numbers<double>(file, size[2]);
    const Eigen::Map<const Sparse> a(m, n, size[2], offsets.data(), columns.data(), values.data());
    b.sparse = b.transposed ? Sparse(a.transpose()) : Sparse(a);
    return b;
}

std::string text(const char *format, double first, double second) {
    char words[128];
    std::snprintf(words, sizeof words, format, first, second);
    return words;
}

std::string describe(const Wide &b) {
    const auto nonzeros = b.is_dense ? (b.dense.array() != 0).count() : b.sparse.nonZeros();
    std::ostringstream words;
    words << "{\"rows\": " << (b.transposed ? b.columns() : b.rows())
          << ", \"columns\": " << (b.transposed ? b.rows() : b.columns()) << ", \"nonzeros\": " << nonzeros;
    return words.str() + text(", \"norm\": %.17g}", std::sqrt(b.squared_norm()), 0);
}

// ||B - U diag(s) V^T||_F from its three parts; U and V need not be orthonormal.
double distance(const Wide &b, const Dense &u, const Eigen::VectorXd &s, const Dense &v) {
    const double inner = b.times(v).cwiseProduct(u).colwise().sum() * s;
    const Dense products = (u.transpose() * u).cwiseProduct(v.transpose() * v);
    const double square = s.dot(products * s);
    return std::sqrt(std::max(0.0, b.squared_norm() - 2 * inner + square));
}

const std::string &word(const Request &request, const std::string &key) {
    const auto found = request.find(key);
    if (found == request.end()) throw std::runtime_error("no " + key + " in the request");
    return found->second;
}

std::string svd(const Wide &b, const Request &request) {
    const Eigen::Index k = std::stol(word(request, "k")), ncv = std::stol(word(request, "ncv"));
    const double tolerance = std::stod(word(request, "tolerance"));
    const auto start = std::chrono::steady_clock::now();
    Gram gram(b);
    Spectra::SymEigsSolver<Gram> solver(gram, k, std::min(ncv, b.rows()));
    solver.init();
    const Eigen::Index found = solver.compute(Spectra::SortRule::LargestAlge, 1000, tolerance);
    const Eigen::VectorXd s = solver.eigenvalues().cwiseMax(0).cwiseSqrt();
    const Dense u = solver.eigenvectors();
    const Dense v = b.transposed_times(u) * s.cwiseInverse().asDiagonal();
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
    if (found < k) throw std::runtime_error(std::to_string(found) + " of the triplets converged");
    return text("{\"seconds\": %.9f, \"error\": %.17g}", seconds.count(), distance(b, u, s, v));
}

Request parsed(const std::string &line) {
    Request request;
    std::istringstream words(line);
    for (std::string word; words >> word;) {
        const auto equals = word.find('=');
        request[word.substr(0, equals)] = equals == std::string::npos ? "" : word.substr(equals + 1);
    }
    return request;
}

std::string answer(const Request &request, std::map<std::string, Wide> &matrices) {
    const std::string &name = word(request, "matrix"), &work = word(request, "case");
    if (work == "take") {
        matrices[name] = read(word(request, "path"));
        return "{}";
    }
    const auto found = matrices.find(name);
    if (found == matrices.end()) throw std::runtime_error("no matrix " + name + " was taken");
    if (work == "describe") return describe(found->second);
    if (work == "svd") return svd(found->second, request);
    throw std::runtime_error("no case " + work + " here");
}

int main() {
    std::map<std::string, Wide> matrices;
    for (std::string line; std::getline(std::cin, line);) {
        try {
            std::cout << answer(parsed(line), matrices) << std::endl;
        } catch (const std::exception &error) {
            std::cout << "{\"refused\": \"" << error.what() << "\"}" << std::endl;
        }
    }
}
