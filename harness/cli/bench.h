/* Benches of the program's hot paths (registry: benches.def), each beside the machine's own limit.
 */
#ifndef LIMEN_CLI_BENCH_H
#define LIMEN_CLI_BENCH_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* One measured case. Rates: higher is better. */
struct limen_bench_case {
  const char *name; /* not owned */
  json_t *params;   /* owned: {"n": 62, "d": 14} */
  double value;     /* median over the samples */
  double lowest, highest;
  const char *unit;
  double gflops;         /* of the matrix products in it; NaN: there are none */
  double share_of_sgemm; /* gflops against the best of the stated block shapes, same process; NaN */
};

struct limen_bench_results {
  struct limen_bench_case *cases;
  size_t count, capacity;
};

struct limen_bench {
  const char *name, *about, *usage;
  /* arguments[0] is the bench's name; options after it. Adds cases. */
  int (*run)(int count, char **arguments, struct limen_bench_results *out,
             struct limen_error *error);
};

int limen_bench_add(struct limen_bench_results *results, const struct limen_bench_case *one,
                    struct limen_error *error);

/* A shape of single-precision products: rows x columns x depth. */
struct limen_sgemm_shape {
  size_t rows, columns, depth;
  bool transpose_a; /* A is stored depth x rows */
  bool transpose_b; /* B is stored columns x depth */
};

/* GFLOP/s of running all `shapes` in turn, every thread its own copies, one BLAS thread a call:
 * the median of a few samples. */
int limen_bench_sgemm(const struct limen_sgemm_shape *shapes, size_t count, double *gflops,
                      struct limen_error *error);

/* Median, lowest and highest of samples; sorts them. */
void limen_bench_spread(double *samples, size_t count, double *median, double *lowest,
                        double *highest);

#endif
