# One request a line on standard input, of words such as k=5, one answer a line on standard output, in JSON: the side of
# ./compare that is written in R. Rscript side.R
#
# As rust/src/main.rs, whose matrices it takes from files of raw numbers.

suppressPackageStartupMessages({
  library(Matrix)
  library(RSpectra)
  library(irlba)
})

matrices <- new.env()

# A file as rust/src/matrices/raw_file.rs describes it.
read_matrix <- function(path) {
  file <- file(path, "rb")
  on.exit(close(file))
  integers <- function(count) readBin(file, "integer", count, size = 4, endian = "little")
  doubles <- function(count) readBin(file, "double", count, endian = "little")
  size <- integers(3)
  m <- size[1]
  n <- size[2]
  if (size[3] < 0) return(matrix(doubles(m * n), m, n))
  offsets <- integers(m + 1)
  columns <- integers(size[3])
  sparseMatrix(j = columns, p = offsets, x = doubles(size[3]), dims = c(m, n), index1 = FALSE)
}

entries <- function(a) if (is.matrix(a)) a else a@x

take <- function(request) {
  assign(request$matrix, read_matrix(request$path), envir = matrices)
  "{}"
}

describe <- function(request) {
  a <- get(request$matrix, envir = matrices)
  sprintf('{"rows": %d, "columns": %d, "nonzeros": %d, "norm": %.17g}',
          nrow(a), ncol(a), sum(entries(a) != 0), sqrt(sum(entries(a)^2)))
}

# ||A - U diag(d) V^T||_F from its three parts; U and V need not be orthonormal.
distance <- function(a, found) {
  inner <- sum(colSums(as.matrix(a %*% found$v) * found$u) * found$d)
  square <- sum(crossprod(found$u) * crossprod(found$v) * outer(found$d, found$d))
  sqrt(max(0, sum(entries(a)^2) - 2 * inner + square))
}

# By the default tolerance of the package, unless another is asked for.
triplets <- function(request) {
  a <- get(request$matrix, envir = matrices)
  k <- as.integer(request$k)
  tolerance <- as.numeric(c(request$tolerance, NA)[1])
  default <- is.na(tolerance)
  set.seed(0)
  gc(FALSE)
  start <- Sys.time()
  found <- switch(request$by,
    RSpectra = if (default) svds(a, k) else svds(a, k, opts = list(tol = tolerance)),
    irlba = if (default) irlba(a, nv = k) else irlba(a, nv = k, tol = tolerance),
    stop("no ", request$by, " here"))
  seconds <- as.numeric(Sys.time() - start, units = "secs")
  if (length(found$d) < k) stop(length(found$d), " of ", k, " triplets converged")
  sprintf('{"seconds": %.9f, "error": %.17g}', seconds, distance(a, found))
}

answer <- function(request) {
  switch(request$case, take = take(request), describe = describe(request), svd = triplets(request),
         stop("no case ", request$case, " here"))
}

refusal <- function(error) {
  words <- gsub("[\\\\\"[:cntrl:]]", " ", conditionMessage(error))
  sprintf('{"refused": "%s"}', words)
}

requests <- file("stdin", "r")
while (length(line <- readLines(requests, n = 1)) > 0) {
  words <- strsplit(strsplit(line, " ", fixed = TRUE)[[1]], "=", fixed = TRUE)
  request <- setNames(lapply(words, `[`, 2), vapply(words, `[`, "", 1))
  # What a package warns of is not for these.
  cat(tryCatch(suppressWarnings(answer(request)), error = refusal), "\n", sep = "")
  flush(stdout())
}
