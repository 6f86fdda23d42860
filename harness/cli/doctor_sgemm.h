/* The machine's matrix-product rate, for `limen doctor`: with the BLAS kernels of this process, and
 * with others in a process of their own, since OpenBLAS chooses once, when it is loaded. */
#ifndef LIMEN_CLI_DOCTOR_SGEMM_H
#define LIMEN_CLI_DOCTOR_SGEMM_H

#include <stdbool.h>

#include "base/error.h"

/* One product per thread, all threads at once, each call with one BLAS thread: how the hot paths
 * work. The shape is that of a block of exact k-NN. */
enum { LIMEN_DOCTOR_ROWS = 256, LIMEN_DOCTOR_COLUMNS = 1024, LIMEN_DOCTOR_DEPTH = 128 };

struct limen_sgemm_rate {
  double median, lowest, highest; /* GFLOP/s over the samples, all threads together */
  char kernel[64];                /* OpenBLAS's name for the kernels that ran */
};

/* Takes about a tenth of a second. */
int limen_sgemm_measure(struct limen_sgemm_rate *out, struct limen_error *error);

/* The same in a new process of this program, with OPENBLAS_CORETYPE set to `core_type` (NULL:
 * unset) and OPENBLAS_L2_SIZE unset. LIMEN_FAILED when the process gave no rate. */
int limen_sgemm_measure_as(const char *core_type, struct limen_sgemm_rate *out,
                           struct limen_error *error);

/* What that process does: measures, and leaves the rate in a file. */
int limen_sgemm_measure_to(const char *path, struct limen_error *error);

#endif
