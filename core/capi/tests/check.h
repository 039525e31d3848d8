/* What the tests share. `say` is that of example/desk.c or example/board.c. */
#ifndef CHECK_H
#define CHECK_H

#include "lowrank.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Counts a check, and says where it failed. */
void check(int holds, const char *file, int line, const char *what);
#define CHECK(condition) check((condition) != 0, __FILE__, __LINE__, #condition)

/* Counts a check, and says which code was found where. */
void check_status(lowrank_status found, lowrank_status expected, const char *file, int line);
#define CHECK_STATUS(found, expected) check_status((found), (expected), __FILE__, __LINE__)

double absolute(double x);

void test_header(void);
void test_cxx(void);
void test_svd(void);
void test_nmf(void);
void test_sketch(void);
void test_models(void);
void test_refusals(void);

#ifdef __cplusplus
}
#endif

#endif
