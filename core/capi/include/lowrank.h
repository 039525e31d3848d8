// lowrank for C and C++: factorizations in buffers of the caller, without a heap. docs/c.md explains it.
//
// Arguments that are only read come by value, results go through pointers; no function keeps a pointer, but for those
// in a lowrank_model or a lowrank_sketch. Each buffer says how many numbers there are, and what a function finds in its
// arguments that cannot be is a code, with a text by lowrank_message. Matrices are column after column.
//
// Made by cbindgen from core/capi/src: do not edit.


#ifndef LOWRANK_H
#define LOWRANK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define LOWRANK_VERSION "0.1.0"

// The numbers in a workspace, as a constant: lowrank_workspace_len.
#define LOWRANK_WORKSPACE_LEN(rows, columns, width) \
  ((size_t)(width) * ((size_t)(rows) + (size_t)(columns) + 5 * (size_t)(width) + 7))

// The numbers in the buffer of a sketch, as a constant: lowrank_sketch_len.
#define LOWRANK_SKETCH_LEN(columns, size) \
  ((2 * (size_t)(size) + 1) * (size_t)(columns) + (size_t)(size) * (12 * (size_t)(size) + 14))

// The numbers that lowrank_completion_fold_in writes, for rank k.
#define LOWRANK_COMPLETION_LEN(k) ((size_t)(k) + ((size_t)(k) + 1) * ((size_t)(k) + 3))

// The most bytes that lowrank_sketch_write_f32 writes.
#define LOWRANK_SKETCH_BYTES_LEN(columns, size) (40 + 4 * (size_t)(columns) * (2 * (size_t)(size) + 1))

// Initializers: lowrank_svd_settings settings = LOWRANK_SVD_SETTINGS(4, 8);
#define LOWRANK_SVD_SETTINGS(rank, width) { (size_t)(rank), (size_t)(width), 8, 0 }
#define LOWRANK_NMF_SETTINGS(rank, width) { (size_t)(rank), (size_t)(width), 30000, 5e-6, 0 }

// Initializers of a buffer, a view or a matrix from the name of an array (not of a pointer):
// lowrank_buffer_f32 buffer = LOWRANK_BUFFER(array);
#define LOWRANK_BUFFER(array) { (array), sizeof(array) / sizeof *(array) }
#define LOWRANK_MATRIX(array, rows, columns) \
  { (array), sizeof(array) / sizeof *(array), (size_t)(rows), (size_t)(columns) }

// The method of a model: a non-negative factorization.
#define LOWRANK_METHOD_NMF 1

// The method of a model: a singular value decomposition.
#define LOWRANK_METHOD_SVD 2

// The method of a model: principal components.
#define LOWRANK_METHOD_PCA 3

// The method of a model: a completion, by the factors of its items.
#define LOWRANK_METHOD_COMPLETION 4

// The outcome of a call. A function checks its arguments in their order, and the first bad one decides. A call that is
// refused for its arguments has changed nothing.
enum lowrank_status
#if defined(__cplusplus) || __STDC_VERSION__ >= 202311L
  : int32_t
#endif // defined(__cplusplus) || __STDC_VERSION__ >= 202311L
 {
  // Done.
  LOWRANK_STATUS_OK = 0,
  // A pointer is null.
  LOWRANK_STATUS_NULL = -1,
  // A pointer is not aligned for its type.
  LOWRANK_STATUS_MISALIGNED = -2,
  // Memory that is written overlaps with that of another argument.
  LOWRANK_STATUS_OVERLAP = -3,
  // A buffer is shorter than the sizes ask for.
  LOWRANK_STATUS_SHORT = -4,
  // A size is zero, or more than a memory can hold.
  LOWRANK_STATUS_SIZE = -5,
  // The rank is zero, or larger than the width, or than the matrix has.
  LOWRANK_STATUS_RANK = -6,
  // A setting is outside its range: a tolerance that is negative or not a number.
  LOWRANK_STATUS_SETTING = -7,
  // An entry is NaN or infinite.
  LOWRANK_STATUS_NON_FINITE = -8,
  // An entry is negative where none may be.
  LOWRANK_STATUS_NEGATIVE = -9,
  // A result, or a sum of squares, is too large for the type.
  LOWRANK_STATUS_OVERFLOW = -10,
  // The small singular value decomposition did not converge, which is not known to happen.
  LOWRANK_STATUS_NOT_CONVERGED = -11,
  // The bytes do not begin as a model does.
  LOWRANK_STATUS_NOT_A_MODEL = -12,
  // The model is big-endian.
  LOWRANK_STATUS_ENDIANNESS = -13,
  // The model has another version, mostly a newer one.
  LOWRANK_STATUS_VERSION = -14,
  // There are fewer bytes than the model has.
  LOWRANK_STATUS_CUT = -15,
  // The checksum of the model is not that of its bytes: they were changed.
  LOWRANK_STATUS_CHECKSUM = -16,
  // The sizes in the model contradict each other.
  LOWRANK_STATUS_LAYOUT = -17,
  // The model is of another method than the function.
  LOWRANK_STATUS_METHOD = -18,
  // A row has another length than the model or the sketch has columns.
  LOWRANK_STATUS_LENGTH = -19,
  // An index of a sparse row is not below the number of columns.
  LOWRANK_STATUS_INDEX = -20,
  // The model has no words.
  LOWRANK_STATUS_NO_WORDS = -21,
  // The line has more different terms than there is room for.
  LOWRANK_STATUS_TOO_MANY_TERMS = -22,
  // The model has no thresholds, or none for this share.
  LOWRANK_STATUS_NO_THRESHOLD = -23,
  // The state is none: it was not begun, or was changed.
  LOWRANK_STATUS_STATE = -24,
  // One sketch is centered, and the other is not.
  LOWRANK_STATUS_CENTERING = -25,
  // Something else; not known to happen.
  LOWRANK_STATUS_OTHER = -26,
};
#ifndef __cplusplus
#if __STDC_VERSION__ >= 202311L
typedef enum lowrank_status lowrank_status;
#else
typedef int32_t lowrank_status;
#endif // __STDC_VERSION__ >= 202311L
#endif // __cplusplus

// An opened model. It points to the bytes, which stay where they are; its numbers are to be read only.
typedef struct {
  // The bytes of the model.
  const uint8_t *bytes;
  // The number of bytes.
  size_t length;
  // n, the numbers of a row.
  size_t columns;
  // k, the number of components.
  size_t components;
  // LOWRANK_METHOD_NMF, LOWRANK_METHOD_SVD, LOWRANK_METHOD_PCA or LOWRANK_METHOD_COMPLETION.
  uint32_t method;
  // Set by lowrank_model_open.
  size_t seal;
} lowrank_model;

// The nonzeros of a row, in any order: `values[p]` in column `indices[p]`. Entries of one column are added.
typedef struct {
  // The columns, counted from zero.
  const uint32_t *indices;
  // The entries.
  const float *values;
  // The number of each.
  size_t length;
} lowrank_sparse_row;

// Numbers that are written: `length` of them from `data` on. They need not be initialized, unless a function says so.
typedef struct {
  // The first one.
  float *data;
  // The number of them that there is room for.
  size_t length;
} lowrank_buffer_f32;

// Numbers that are read: `length` of them from `data` on.
typedef struct {
  // The first one.
  const float *data;
  // The number of them that there are.
  size_t length;
} lowrank_view_f32;

// Numbers that are read: `length` of them from `data` on.
typedef struct {
  // The first one.
  const uint8_t *data;
  // The number of them that there are.
  size_t length;
} lowrank_view_u8;

// A dense matrix, column after column: entry (i, j) is `data[j * rows + i]`.
//
// An array of C, `a[m][n]`, is row after row. Such an array is the transposed matrix, of n rows and m columns here: swap
// u and v, or w and h, and nothing has to be copied.
typedef struct {
  // The first entry.
  const float *data;
  // The number of entries that there are; at least rows * columns.
  size_t length;
  // m.
  size_t rows;
  // n.
  size_t columns;
} lowrank_matrix_f32;

// The settings of a non-negative factorization; LOWRANK_NMF_SETTINGS(rank, width) has the usual ones.
typedef struct {
  // k, the number of components; at most the width.
  size_t rank;
  // The columns of the sketch for the start; four to ten more than the rank are customary.
  size_t width;
  // The most iterations.
  size_t iterations;
  // The iteration ends when ten steps gain no more than this share of the objective; 0: all iterations are made.
  double tolerance;
  // Equal seeds give equal results, on every machine.
  uint64_t seed;
} lowrank_nmf_settings;

// The factors of A ~ W H^T.
typedef struct {
  // W, rows x rank, column after column: the weights of the components in each row of A.
  lowrank_buffer_f32 w;
  // H, columns x rank, column after column: the components.
  lowrank_buffer_f32 h;
} lowrank_nmf_factors_f32;

// The result of a non-negative factorization beside its factors.
typedef struct {
  // ||A - W H^T||_F.
  float error;
  // No less than the error, rounding included.
  float error_bound;
  // ||A||_F.
  float norm;
  // The number of iterations that were made.
  size_t iterations;
  // The tolerance was reached, not only the number of iterations.
  bool converged;
} lowrank_nmf_report_f32;

// A dense matrix, column after column: entry (i, j) is `data[j * rows + i]`.
//
// An array of C, `a[m][n]`, is row after row. Such an array is the transposed matrix, of n rows and m columns here: swap
// u and v, or w and h, and nothing has to be copied.
typedef struct {
  // The first entry.
  const double *data;
  // The number of entries that there are; at least rows * columns.
  size_t length;
  // m.
  size_t rows;
  // n.
  size_t columns;
} lowrank_matrix_f64;

// Numbers that are written: `length` of them from `data` on. They need not be initialized, unless a function says so.
typedef struct {
  // The first one.
  double *data;
  // The number of them that there is room for.
  size_t length;
} lowrank_buffer_f64;

// The factors of A ~ W H^T.
typedef struct {
  // W, rows x rank, column after column: the weights of the components in each row of A.
  lowrank_buffer_f64 w;
  // H, columns x rank, column after column: the components.
  lowrank_buffer_f64 h;
} lowrank_nmf_factors_f64;

// The result of a non-negative factorization beside its factors.
typedef struct {
  // ||A - W H^T||_F.
  double error;
  // No less than the error, rounding included.
  double error_bound;
  // ||A||_F.
  double norm;
  // The number of iterations that were made.
  size_t iterations;
  // The tolerance was reached, not only the number of iterations.
  bool converged;
} lowrank_nmf_report_f64;

// Room for one of the different terms of a line.
typedef struct {
  // Scratch.
  uint32_t scratch[2];
} lowrank_term;

// A line of text, and room for its different terms.
typedef struct {
  // The characters, in UTF-8 or another code that begins with ASCII; no zero at the end is needed.
  const char *text;
  // The number of bytes.
  size_t length;
  // Scratch, for the different terms of the line that the model knows.
  lowrank_term *terms;
  // The number of them that there is room for.
  size_t room;
} lowrank_line;

// A sketch of rows that stream (Frequent Directions: Liberty 2013; Ghashami, Liberty, Phillips & Woodruff 2016). Its
// numbers are to be read only.
typedef struct {
  // Its memory.
  lowrank_buffer_f32 buffer;
  // d, the numbers of a row.
  size_t columns;
  // l: 2 l rows are held.
  size_t size;
  // The rows that are held now.
  size_t filled;
  // The number of rows that were pushed; below 2^63.
  uint64_t count;
  // ||A||_F^2 of all rows; of a centered sketch, less the means.
  float squares;
  // What the sum of the squares has lost to rounding.
  float squares_lost;
  // A bound of ||A^T A - B^T B||_2, where B are the rows that are held.
  float bound;
  // 1 if the means are subtracted, 0 if not.
  uint32_t is_centered;
  // Set by each function.
  size_t seal;
} lowrank_sketch_f32;

// A sketch of rows that stream (Frequent Directions: Liberty 2013; Ghashami, Liberty, Phillips & Woodruff 2016). Its
// numbers are to be read only.
typedef struct {
  // Its memory.
  lowrank_buffer_f64 buffer;
  // d, the numbers of a row.
  size_t columns;
  // l: 2 l rows are held.
  size_t size;
  // The rows that are held now.
  size_t filled;
  // The number of rows that were pushed; below 2^63.
  uint64_t count;
  // ||A||_F^2 of all rows; of a centered sketch, less the means.
  double squares;
  // What the sum of the squares has lost to rounding.
  double squares_lost;
  // A bound of ||A^T A - B^T B||_2, where B are the rows that are held.
  double bound;
  // 1 if the means are subtracted, 0 if not.
  uint32_t is_centered;
  // Set by each function.
  size_t seal;
} lowrank_sketch_f64;

// Numbers that are read: `length` of them from `data` on.
typedef struct {
  // The first one.
  const double *data;
  // The number of them that there are.
  size_t length;
} lowrank_view_f64;

// The result of a sketch.
typedef struct {
  // V, columns x rank, column after column: the directions, orthonormal, the strongest first.
  lowrank_buffer_f32 axes;
  // The rank singular values, descending.
  lowrank_buffer_f32 singular_values;
  // The means of the columns, d numbers; zeros unless the sketch is centered.
  lowrank_buffer_f32 means;
} lowrank_sketch_axes_f32;

// The result of a sketch.
typedef struct {
  // V, columns x rank, column after column: the directions, orthonormal, the strongest first.
  lowrank_buffer_f64 axes;
  // The rank singular values, descending.
  lowrank_buffer_f64 singular_values;
  // The means of the columns, d numbers; zeros unless the sketch is centered.
  lowrank_buffer_f64 means;
} lowrank_sketch_axes_f64;

// Numbers that are written: `length` of them from `data` on. They need not be initialized, unless a function says so.
typedef struct {
  // The first one.
  uint8_t *data;
  // The number of them that there is room for.
  size_t length;
} lowrank_buffer_u8;

// The settings of a truncated SVD; LOWRANK_SVD_SETTINGS(rank, width) has the usual ones.
typedef struct {
  // k, the number of singular values; at most the width, and at most the rows and the columns.
  size_t rank;
  // The columns of the sketch; four to ten more than the rank are customary.
  size_t width;
  // Rounds of two products each, after which the sketch is accurate; 8 are usual.
  size_t power_iterations;
  // Equal seeds give equal results, on every machine.
  uint64_t seed;
} lowrank_svd_settings;

// The factors of A ~ U diag(s) V^T.
typedef struct {
  // U, rows x rank, column after column: left singular vectors.
  lowrank_buffer_f32 u;
  // s: the rank largest singular values, descending.
  lowrank_buffer_f32 singular_values;
  // V, columns x rank, column after column: right singular vectors.
  lowrank_buffer_f32 v;
  // ||A v_i - s_i u_i||, one number for each: a singular value of A lies within this distance of s_i.
  lowrank_buffer_f32 residuals;
} lowrank_svd_factors_f32;

// The result of a truncated SVD beside its factors.
typedef struct {
  // The number of singular values that are not rounding; less than asked for if A has a smaller rank.
  size_t rank;
  // ||A||_F.
  float norm;
  // No less than ||A - U diag(s) V^T||_F.
  float error_bound;
  // An estimate of the error less the smallest one that this rank can have.
  float excess;
  // The error is the smallest one, but for rounding, as far as the residuals can tell. If it is false, take more power
  // iterations, or a larger width.
  bool converged;
} lowrank_svd_report_f32;

// The factors of A ~ U diag(s) V^T.
typedef struct {
  // U, rows x rank, column after column: left singular vectors.
  lowrank_buffer_f64 u;
  // s: the rank largest singular values, descending.
  lowrank_buffer_f64 singular_values;
  // V, columns x rank, column after column: right singular vectors.
  lowrank_buffer_f64 v;
  // ||A v_i - s_i u_i||, one number for each: a singular value of A lies within this distance of s_i.
  lowrank_buffer_f64 residuals;
} lowrank_svd_factors_f64;

// The result of a truncated SVD beside its factors.
typedef struct {
  // The number of singular values that are not rounding; less than asked for if A has a smaller rank.
  size_t rank;
  // ||A||_F.
  double norm;
  // No less than ||A - U diag(s) V^T||_F.
  double error_bound;
  // An estimate of the error less the smallest one that this rank can have.
  double excess;
  // The error is the smallest one, but for rounding, as far as the residuals can tell. If it is false, take more power
  // iterations, or a larger width.
  bool converged;
} lowrank_svd_report_f64;

#ifdef __cplusplus
extern "C" {
#endif // __cplusplus

// Computes the weights and the bias of a user from the items that are known of them, by one step of alternating least
// squares (Zhou, Wilkinson, Schreiber & Pan 2008). Without any, the user is the mean one.
//
// - `ratings`: of item `indices[p]`, `values[p]`; zero is a rating.
// - `weights`: LOWRANK_COMPLETION_LEN(k) numbers, of which the first k are the weights, and the others scratch.
// - `bias`: that of the user; 0 for a model without biases.
//
// Costs k^2 + 6 k for each rating, and k^3 / 3.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_completion_fold_in(lowrank_model model,
                                          lowrank_sparse_row ratings,
                                          lowrank_buffer_f32 weights,
                                          float *bias);

// Computes the rating of an item by a user, mean + bias of the user + bias of the item + w . h.
//
// - `weights`: k numbers, from lowrank_completion_fold_in, as `bias`.
//
// # Safety
// As for lowrank_completion_fold_in.
lowrank_status lowrank_completion_predict(lowrank_model model,
                                          uint32_t item,
                                          lowrank_view_f32 weights,
                                          float bias,
                                          float *rating);

// Computes the weights and the bias of a user from the items that are known of them, by one step of alternating least
// squares (Zhou, Wilkinson, Schreiber & Pan 2008). Without any, the user is the mean one.
//
// - `ratings`: of item `indices[p]`, `values[p]`; zero is a rating.
// - `weights`: LOWRANK_COMPLETION_LEN(k) numbers, of which the first k are the weights, and the others scratch.
// - `bias`: that of the user; 0 for a model without biases.
//
// Costs k^2 + 6 k for each rating, and k^3 / 3.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_completion_fold_in(lowrank_model model,
                                          lowrank_sparse_row ratings,
                                          lowrank_buffer_f32 weights,
                                          float *bias);

// Computes the rating of an item by a user, mean + bias of the user + bias of the item + w . h.
//
// - `weights`: k numbers, from lowrank_completion_fold_in, as `bias`.
//
// # Safety
// As for lowrank_completion_fold_in.
lowrank_status lowrank_completion_predict(lowrank_model model,
                                          uint32_t item,
                                          lowrank_view_f32 weights,
                                          float bias,
                                          float *rating);

// Checks the bytes of a model that lowrank export made, and opens it: magic number, version, sizes and CRC-32, at about
// twenty instructions a byte. Nothing is copied, and no alignment is asked for; the bytes may be in flash, and must stay
// as they are while the model is used.
//
// # Safety
// Each pointer that is not refused names as many values as its length says.
lowrank_status lowrank_model_open(lowrank_view_u8 bytes,
                                  lowrank_model *model);

// Computes the row that k weights or scores stand for: x = w H^T, or m + p V^T. `row` has n numbers. For a completion
// there is lowrank_completion_predict.
//
// # Safety
// As for lowrank_model_open; the bytes are as they were then.
lowrank_status lowrank_model_reconstruct(lowrank_model model,
                                         lowrank_view_f32 weights,
                                         lowrank_buffer_f32 row);

// Finds the residual below which this share of the rows were that the model was checked with: of 0.5, 0.9, 0.99, 0.999
// and 1 the first that is no less than `share`. A row with a larger residual is unlike those rows.
//
// # Safety
// As for lowrank_model_open; the bytes are as they were then.
lowrank_status lowrank_model_threshold(lowrank_model model,
                                       float share,
                                       float *threshold);

// Computes A ~ W H^T with W, H >= 0, in the Frobenius norm, by hierarchical alternating least squares (Cichocki & Phan
// 2009) from a start by NNDSVDa (Boutsidis & Gallopoulos 2008).
//
// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
//
// An iteration costs two products of A with a matrix of rank columns.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says.
lowrank_status lowrank_nmf_f32(lowrank_matrix_f32 a,
                               lowrank_nmf_settings settings,
                               lowrank_nmf_factors_f32 factors,
                               lowrank_buffer_f32 workspace,
                               lowrank_nmf_report_f32 *report);

// Computes lowrank_nmf_f32 in double precision.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_f64(lowrank_matrix_f64 a,
                               lowrank_nmf_settings settings,
                               lowrank_nmf_factors_f64 factors,
                               lowrank_buffer_f64 workspace,
                               lowrank_nmf_report_f64 *report);

// Computes the weights W of new rows in components that are known: min ||A - W H^T||_F over W >= 0.
//
// H is what lowrank_nmf_f32 found, and is read. If its entries are very large or very small, it is scaled and scaled
// back, so it must be writable. The other arguments are those of lowrank_nmf_f32. For one row of a model that was trained
// elsewhere, lowrank_nmf_fold_in is smaller and sooner.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_transform_f32(lowrank_matrix_f32 a,
                                         lowrank_nmf_settings settings,
                                         lowrank_nmf_factors_f32 factors,
                                         lowrank_buffer_f32 workspace,
                                         lowrank_nmf_report_f32 *report);

// Computes lowrank_nmf_transform_f32 in double precision.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_transform_f64(lowrank_matrix_f64 a,
                                         lowrank_nmf_settings settings,
                                         lowrank_nmf_factors_f64 factors,
                                         lowrank_buffer_f64 workspace,
                                         lowrank_nmf_report_f64 *report);

// Computes the non-negative weights of a row by coordinate descents: for each component in turn,
// w_j = max(0, w_j + (x h_j - G_j w) / G_jj) (Cichocki & Phan 2009).
//
// - `row`: n numbers, none negative.
// - `sweeps`: over all components, at most; they end where the weights have settled. Twenty suffice for topics.
// - `weights`: 2 k numbers, of which the first k are the weights, and the others scratch.
// - `residual`: ||x - w H^T||, with an error of about 3e-4 ||x||.
//
// Costs 2 k n and 2 k^2 a sweep.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_nmf_fold_in(lowrank_model model,
                                   lowrank_view_f32 row,
                                   uint32_t sweeps,
                                   lowrank_buffer_f32 weights,
                                   float *residual);

// Computes lowrank_nmf_fold_in of a row by its nonzeros, at 2 k for each.
//
// # Safety
// As for lowrank_nmf_fold_in.
lowrank_status lowrank_nmf_fold_in_sparse(lowrank_model model,
                                          lowrank_sparse_row row,
                                          uint32_t sweeps,
                                          lowrank_buffer_f32 weights,
                                          float *residual);

// Computes lowrank_nmf_fold_in of a line of text, for a model that was exported with its words.
//
// The residual is relative, from 0 to 1; words that the model does not know count in it.
//
// # Safety
// As for lowrank_nmf_fold_in.
lowrank_status lowrank_nmf_fold_in_line(lowrank_model model,
                                        lowrank_line line,
                                        uint32_t sweeps,
                                        lowrank_buffer_f32 weights,
                                        float *residual);

// Computes the scores of a row on the principal axes: p = (x - m) V, of columns divided by their deviations where the
// model was scaled.
//
// - `row`: n numbers.
// - `scores`: k numbers.
// - `residual`: ||x - m - p V^T||, with an error of about 3e-4 ||x - m||: how unlike the training rows x is.
//
// Costs 2 n k.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_pca_project(lowrank_model model,
                                   lowrank_view_f32 row,
                                   lowrank_buffer_f32 scores,
                                   float *residual);

// Returns the numbers in the buffer of a sketch: (2 size + 1) columns + 12 size^2 + 14 size. LOWRANK_SKETCH_LEN is the
// same as a constant.
size_t lowrank_sketch_len(size_t columns,
                          size_t size);

// Begins a sketch of rows of `columns` numbers: B, of 2 size rows, with B^T B nearly A^T A for the matrix A of all rows
// that are pushed.
//
// - `buffer`: LOWRANK_SKETCH_LEN(columns, size) numbers, which belong to the sketch from now on.
// - `size`: twice the number of axes that are wanted is a good one.
// - `is_centered`: 1 for principal components, the means being subtracted; 0 for singular vectors.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says, as long as the sketch is used.
lowrank_status lowrank_sketch_begin_f32(lowrank_sketch_f32 *sketch,
                                        lowrank_buffer_f32 buffer,
                                        size_t columns,
                                        size_t size,
                                        uint32_t is_centered);

// Computes lowrank_sketch_begin_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_begin_f64(lowrank_sketch_f64 *sketch,
                                        lowrank_buffer_f64 buffer,
                                        size_t columns,
                                        size_t size,
                                        uint32_t is_centered);

// Adds a row. One that is refused leaves the sketch as it was.
//
// Costs 2 columns, and every size + 1 rows 8 columns size^2 and a singular value decomposition of 2 size x 2 size.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_push_f32(lowrank_sketch_f32 *sketch,
                                       lowrank_view_f32 row);

// Computes lowrank_sketch_push_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_push_f64(lowrank_sketch_f64 *sketch, lowrank_view_f64 row);

// Adds all rows that another sketch has seen, as if they had come here; the bounds add up. The other one stays as it is.
// Both have as many columns, and both are centered, or neither.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_merge_f32(lowrank_sketch_f32 *sketch,
                                        lowrank_sketch_f32 other);

// Computes lowrank_sketch_merge_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_merge_f64(lowrank_sketch_f64 *sketch, lowrank_sketch_f64 other);

// Computes the `rank` strongest directions of all rows so far. Rows can be pushed again afterwards.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_finish_f32(lowrank_sketch_f32 *sketch,
                                         size_t rank,
                                         lowrank_sketch_axes_f32 result);

// Computes lowrank_sketch_finish_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_finish_f64(lowrank_sketch_f64 *sketch,
                                         size_t rank,
                                         lowrank_sketch_axes_f64 result);

// Writes a sketch as bytes, which lowrank merge reads on the desk. LOWRANK_SKETCH_BYTES_LEN(columns, size) suffice for
// any sketch; `written` is set to the number that this one took.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_write_f32(lowrank_sketch_f32 sketch,
                                        lowrank_buffer_u8 bytes,
                                        size_t *written);

// Returns the text of a code, in English; of any other number, that it is none. It is never null.
const char *lowrank_message(int32_t status);

// Computes the rank largest singular values of A, and their vectors: A ~ U diag(s) V^T, by a randomized range finder
// (Halko, Martinsson & Tropp 2011). The entry of greatest magnitude in each left singular vector is positive.
//
// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
//
// Costs 2 p + 3 products of A with a matrix of width columns for p power iterations.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says.
lowrank_status lowrank_svd_f32(lowrank_matrix_f32 a,
                               lowrank_svd_settings settings,
                               lowrank_svd_factors_f32 factors,
                               lowrank_buffer_f32 workspace,
                               lowrank_svd_report_f32 *report);

// Computes lowrank_svd_f32 in double precision.
//
// # Safety
// As for lowrank_svd_f32.
lowrank_status lowrank_svd_f64(lowrank_matrix_f64 a,
                               lowrank_svd_settings settings,
                               lowrank_svd_factors_f64 factors,
                               lowrank_buffer_f64 workspace,
                               lowrank_svd_report_f64 *report);

// Computes the projection of a row on the right singular vectors: p = x V.
//
// - `row`: n numbers.
// - `projection`: k numbers.
// - `residual`: ||x - p V^T||, with an error of about 3e-4 ||x||.
//
// Costs 2 n k.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_svd_project(lowrank_model model,
                                   lowrank_view_f32 row,
                                   lowrank_buffer_f32 projection,
                                   float *residual);

// Computes lowrank_svd_project of a row by its nonzeros, at 2 k for each.
//
// # Safety
// As for lowrank_svd_project.
lowrank_status lowrank_svd_project_sparse(lowrank_model model,
                                          lowrank_sparse_row row,
                                          lowrank_buffer_f32 projection,
                                          float *residual);

// Returns the numbers in a workspace of `width` columns for matrices of rows x columns:
// (rows + columns) width + 5 width^2 + 7 width. LOWRANK_WORKSPACE_LEN is the same as a constant.
size_t lowrank_workspace_len(size_t rows, size_t columns, size_t width);

// Checks the bytes of a model that lowrank export made, and opens it: magic number, version, sizes and CRC-32, at about
// twenty instructions a byte. Nothing is copied, and no alignment is asked for; the bytes may be in flash, and must stay
// as they are while the model is used.
//
// # Safety
// Each pointer that is not refused names as many values as its length says.
lowrank_status lowrank_model_open(lowrank_view_u8 bytes,
                                  lowrank_model *model);

// Computes the row that k weights or scores stand for: x = w H^T, or m + p V^T. `row` has n numbers. For a completion
// there is lowrank_completion_predict.
//
// # Safety
// As for lowrank_model_open; the bytes are as they were then.
lowrank_status lowrank_model_reconstruct(lowrank_model model,
                                         lowrank_view_f32 weights,
                                         lowrank_buffer_f32 row);

// Finds the residual below which this share of the rows were that the model was checked with: of 0.5, 0.9, 0.99, 0.999
// and 1 the first that is no less than `share`. A row with a larger residual is unlike those rows.
//
// # Safety
// As for lowrank_model_open; the bytes are as they were then.
lowrank_status lowrank_model_threshold(lowrank_model model,
                                       float share,
                                       float *threshold);

// Computes A ~ W H^T with W, H >= 0, in the Frobenius norm, by hierarchical alternating least squares (Cichocki & Phan
// 2009) from a start by NNDSVDa (Boutsidis & Gallopoulos 2008).
//
// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
//
// An iteration costs two products of A with a matrix of rank columns.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says.
lowrank_status lowrank_nmf_f32(lowrank_matrix_f32 a,
                               lowrank_nmf_settings settings,
                               lowrank_nmf_factors_f32 factors,
                               lowrank_buffer_f32 workspace,
                               lowrank_nmf_report_f32 *report);

// Computes lowrank_nmf_f32 in double precision.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_f64(lowrank_matrix_f64 a,
                               lowrank_nmf_settings settings,
                               lowrank_nmf_factors_f64 factors,
                               lowrank_buffer_f64 workspace,
                               lowrank_nmf_report_f64 *report);

// Computes the weights W of new rows in components that are known: min ||A - W H^T||_F over W >= 0.
//
// H is what lowrank_nmf_f32 found, and is read. If its entries are very large or very small, it is scaled and scaled
// back, so it must be writable. The other arguments are those of lowrank_nmf_f32. For one row of a model that was trained
// elsewhere, lowrank_nmf_fold_in is smaller and sooner.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_transform_f32(lowrank_matrix_f32 a,
                                         lowrank_nmf_settings settings,
                                         lowrank_nmf_factors_f32 factors,
                                         lowrank_buffer_f32 workspace,
                                         lowrank_nmf_report_f32 *report);

// Computes lowrank_nmf_transform_f32 in double precision.
//
// # Safety
// As for lowrank_nmf_f32.
lowrank_status lowrank_nmf_transform_f64(lowrank_matrix_f64 a,
                                         lowrank_nmf_settings settings,
                                         lowrank_nmf_factors_f64 factors,
                                         lowrank_buffer_f64 workspace,
                                         lowrank_nmf_report_f64 *report);

// Computes the non-negative weights of a row by coordinate descents: for each component in turn,
// w_j = max(0, w_j + (x h_j - G_j w) / G_jj) (Cichocki & Phan 2009).
//
// - `row`: n numbers, none negative.
// - `sweeps`: over all components, at most; they end where the weights have settled. Twenty suffice for topics.
// - `weights`: 2 k numbers, of which the first k are the weights, and the others scratch.
// - `residual`: ||x - w H^T||, with an error of about 3e-4 ||x||.
//
// Costs 2 k n and 2 k^2 a sweep.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_nmf_fold_in(lowrank_model model,
                                   lowrank_view_f32 row,
                                   uint32_t sweeps,
                                   lowrank_buffer_f32 weights,
                                   float *residual);

// Computes lowrank_nmf_fold_in of a row by its nonzeros, at 2 k for each.
//
// # Safety
// As for lowrank_nmf_fold_in.
lowrank_status lowrank_nmf_fold_in_sparse(lowrank_model model,
                                          lowrank_sparse_row row,
                                          uint32_t sweeps,
                                          lowrank_buffer_f32 weights,
                                          float *residual);

// Computes lowrank_nmf_fold_in of a line of text, for a model that was exported with its words.
//
// The residual is relative, from 0 to 1; words that the model does not know count in it.
//
// # Safety
// As for lowrank_nmf_fold_in.
lowrank_status lowrank_nmf_fold_in_line(lowrank_model model,
                                        lowrank_line line,
                                        uint32_t sweeps,
                                        lowrank_buffer_f32 weights,
                                        float *residual);

// Computes the scores of a row on the principal axes: p = (x - m) V, of columns divided by their deviations where the
// model was scaled.
//
// - `row`: n numbers.
// - `scores`: k numbers.
// - `residual`: ||x - m - p V^T||, with an error of about 3e-4 ||x - m||: how unlike the training rows x is.
//
// Costs 2 n k.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_pca_project(lowrank_model model,
                                   lowrank_view_f32 row,
                                   lowrank_buffer_f32 scores,
                                   float *residual);

// Returns the numbers in the buffer of a sketch: (2 size + 1) columns + 12 size^2 + 14 size. LOWRANK_SKETCH_LEN is the
// same as a constant.
size_t lowrank_sketch_len(size_t columns,
                          size_t size);

// Begins a sketch of rows of `columns` numbers: B, of 2 size rows, with B^T B nearly A^T A for the matrix A of all rows
// that are pushed.
//
// - `buffer`: LOWRANK_SKETCH_LEN(columns, size) numbers, which belong to the sketch from now on.
// - `size`: twice the number of axes that are wanted is a good one.
// - `is_centered`: 1 for principal components, the means being subtracted; 0 for singular vectors.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says, as long as the sketch is used.
lowrank_status lowrank_sketch_begin_f32(lowrank_sketch_f32 *sketch,
                                        lowrank_buffer_f32 buffer,
                                        size_t columns,
                                        size_t size,
                                        uint32_t is_centered);

// Computes lowrank_sketch_begin_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_begin_f64(lowrank_sketch_f64 *sketch,
                                        lowrank_buffer_f64 buffer,
                                        size_t columns,
                                        size_t size,
                                        uint32_t is_centered);

// Adds a row. One that is refused leaves the sketch as it was.
//
// Costs 2 columns, and every size + 1 rows 8 columns size^2 and a singular value decomposition of 2 size x 2 size.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_push_f32(lowrank_sketch_f32 *sketch,
                                       lowrank_view_f32 row);

// Computes lowrank_sketch_push_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_push_f64(lowrank_sketch_f64 *sketch, lowrank_view_f64 row);

// Adds all rows that another sketch has seen, as if they had come here; the bounds add up. The other one stays as it is.
// Both have as many columns, and both are centered, or neither.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_merge_f32(lowrank_sketch_f32 *sketch,
                                        lowrank_sketch_f32 other);

// Computes lowrank_sketch_merge_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_merge_f64(lowrank_sketch_f64 *sketch, lowrank_sketch_f64 other);

// Computes the `rank` strongest directions of all rows so far. Rows can be pushed again afterwards.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_finish_f32(lowrank_sketch_f32 *sketch,
                                         size_t rank,
                                         lowrank_sketch_axes_f32 result);

// Computes lowrank_sketch_finish_f32 in double precision.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_finish_f64(lowrank_sketch_f64 *sketch,
                                         size_t rank,
                                         lowrank_sketch_axes_f64 result);

// Writes a sketch as bytes, which lowrank merge reads on the desk. LOWRANK_SKETCH_BYTES_LEN(columns, size) suffice for
// any sketch; `written` is set to the number that this one took.
//
// # Safety
// As for lowrank_sketch_begin_f32.
lowrank_status lowrank_sketch_write_f32(lowrank_sketch_f32 sketch,
                                        lowrank_buffer_u8 bytes,
                                        size_t *written);

// Returns the text of a code, in English; of any other number, that it is none. It is never null.
const char *lowrank_message(int32_t status);

// Computes the rank largest singular values of A, and their vectors: A ~ U diag(s) V^T, by a randomized range finder
// (Halko, Martinsson & Tropp 2011). The entry of greatest magnitude in each left singular vector is positive.
//
// `workspace` has LOWRANK_WORKSPACE_LEN(rows, columns, width) numbers.
//
// Costs 2 p + 3 products of A with a matrix of width columns for p power iterations.
//
// # Safety
// Each pointer that is not refused names as many numbers as its length says.
lowrank_status lowrank_svd_f32(lowrank_matrix_f32 a,
                               lowrank_svd_settings settings,
                               lowrank_svd_factors_f32 factors,
                               lowrank_buffer_f32 workspace,
                               lowrank_svd_report_f32 *report);

// Computes lowrank_svd_f32 in double precision.
//
// # Safety
// As for lowrank_svd_f32.
lowrank_status lowrank_svd_f64(lowrank_matrix_f64 a,
                               lowrank_svd_settings settings,
                               lowrank_svd_factors_f64 factors,
                               lowrank_buffer_f64 workspace,
                               lowrank_svd_report_f64 *report);

// Computes the projection of a row on the right singular vectors: p = x V.
//
// - `row`: n numbers.
// - `projection`: k numbers.
// - `residual`: ||x - p V^T||, with an error of about 3e-4 ||x||.
//
// Costs 2 n k.
//
// # Safety
// As for lowrank_model_open; the bytes of the model are as they were then.
lowrank_status lowrank_svd_project(lowrank_model model,
                                   lowrank_view_f32 row,
                                   lowrank_buffer_f32 projection,
                                   float *residual);

// Computes lowrank_svd_project of a row by its nonzeros, at 2 k for each.
//
// # Safety
// As for lowrank_svd_project.
lowrank_status lowrank_svd_project_sparse(lowrank_model model,
                                          lowrank_sparse_row row,
                                          lowrank_buffer_f32 projection,
                                          float *residual);

// Returns the numbers in a workspace of `width` columns for matrices of rows x columns:
// (rows + columns) width + 5 width^2 + 7 width. LOWRANK_WORKSPACE_LEN is the same as a constant.
size_t lowrank_workspace_len(size_t rows, size_t columns, size_t width);

#ifdef __cplusplus
}  // extern "C"
#endif  // __cplusplus

#endif  /* LOWRANK_H */
