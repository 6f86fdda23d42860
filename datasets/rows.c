#include "datasets/rows.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <omp.h>
#include <stdio.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/text.h"

enum { BLOCK = 256 /* rows; part of what a dataset is: streams are named by it */, LANES = 8 };

/* ---- sums ---- */

double limen_rows_normal(gsl_rng *rng) { return gsl_ran_gaussian_ziggurat(rng, 1); }

double limen_rows_dot(const double *a, const double *b, size_t n) {
  double lane[LANES] = {0};
  size_t i = 0;
  for (; i + LANES <= n; i += LANES)
    for (size_t l = 0; l < LANES; l++) lane[l] = fma(a[i + l], b[i + l], lane[l]);
  for (size_t l = 0; i + l < n; l++) lane[l] = fma(a[i + l], b[i + l], lane[l]);
  return ((lane[0] + lane[4]) + (lane[2] + lane[6])) + ((lane[1] + lane[5]) + (lane[3] + lane[7]));
}

void limen_rows_add(double *x, double a, const double *b, size_t n) {
  for (size_t i = 0; i < n; i++) x[i] = fma(a, b[i], x[i]);
}

/* ---- filling ---- */

struct job {
  struct limen_matrix *matrix;
  uint64_t seed;
  const char *stream;
  const struct limen_row_law *law;
};

static int fill_block(const struct job *job, size_t block, struct limen_error *error) {
  const size_t columns = job->matrix->columns, first = block * BLOCK;
  const size_t end = job->matrix->rows - first < BLOCK ? job->matrix->rows : first + BLOCK;
  int status = LIMEN_FAILED;
  double *x = NULL, *scratch = NULL;
  gsl_rng *rng = NULL;
  char *name = limen_print(error, "%s/%zu", job->stream, block);
  if (!name || !(rng = limen_rng_alloc(job->seed, name, error))) goto done;
  if (!(x = limen_alloc(columns, sizeof *x, error))) goto done;
  if (!(scratch = limen_alloc(job->law->scratch, sizeof *scratch, error))) goto done;
  for (size_t row = first; row < end; row++) {
    float *out = job->matrix->values + row * columns;
    for (size_t c = 0; c < columns; c++) x[c] = 0;
    job->law->draw(rng, row, job->law->context, x, scratch);
    for (size_t c = 0; c < columns; c++) out[c] = (float)x[c];
  }
  status = LIMEN_OK;
done:
  limen_free(scratch);
  limen_free(x);
  limen_rng_free(rng);
  limen_free(name);
  return status;
}

static int fill_blocks(const struct job *job, size_t blocks, struct limen_error *error) {
  int failed = LIMEN_OK;
#pragma omp taskloop grainsize(1) shared(failed)
  for (size_t block = 0; block < blocks; block++) {
    struct limen_error own = {0};
    if (fill_block(job, block, &own) != LIMEN_OK) {
      /* Memory is all that can be short, and any block may say so. */
#pragma omp critical(limen_rows)
      {
        failed = own.status;
        if (error) *error = own;
      }
    }
  }
  return failed;
}

int limen_rows_fill(struct limen_matrix *matrix, uint64_t seed, const char *stream,
                    const struct limen_row_law *law, struct limen_error *error) {
  const struct job job = {matrix, seed, stream, law};
  const size_t blocks = (matrix->rows + BLOCK - 1) / BLOCK;
  if (omp_in_parallel()) return fill_blocks(&job, blocks, error);
  int status = LIMEN_OK;
#pragma omp parallel
#pragma omp single
  status = fill_blocks(&job, blocks, error);
  return status;
}

int limen_data_init(struct limen_data *data, const struct limen_grid *values, size_t columns,
                    struct limen_error *error) {
  size_t n = (size_t)limen_grid_integer(values, 0, "n");
  size_t queries = (size_t)limen_grid_integer(values, 0, "queries");
  int status = limen_matrix_init(&data->base, n, columns, error);
  if (status == LIMEN_OK) status = limen_matrix_init(&data->queries, queries, columns, error);
  return status;
}

int limen_data_fill(struct limen_data *data, const struct limen_grid *values, uint64_t seed,
                    const struct limen_row_law *law, struct limen_error *error) {
  int status = limen_rows_fill(&data->base, seed, "base", law, error);
  if (status == LIMEN_OK) status = limen_rows_fill(&data->queries, seed, "queries", law, error);
  if (status == LIMEN_OK) status = limen_data_query_law(data, values, seed, error);
  return status;
}

/* ---- bases ---- */

double *limen_rows_basis(size_t rank, size_t columns, uint64_t seed, const char *stream,
                         struct limen_error *error) {
  /* A vector that lies almost within the others would lose its digits and is drawn again. It needs
   * columns = rank = 1 or extraordinary luck to be short at all. */
  static const double SHORT = 1e-6;
  gsl_rng *rng = limen_rng_alloc(seed, stream, error);
  double *basis = rng ? limen_alloc(rank * columns, sizeof *basis, error) : NULL;
  for (size_t r = 0; basis && r < rank;) {
    double *row = basis + r * columns;
    for (size_t c = 0; c < columns; c++) row[c] = limen_rows_normal(rng);
    for (int pass = 0; pass < 2; pass++)
      for (size_t other = 0; other < r; other++) {
        const double *done = basis + other * columns;
        limen_rows_add(row, -limen_rows_dot(row, done, columns), done, columns);
      }
    double length = sqrt(limen_rows_dot(row, row, columns));
    if (!(length > SHORT)) continue;
    for (size_t c = 0; c < columns; c++) row[c] /= length;
    r++;
  }
  limen_rng_free(rng);
  return basis;
}

/* ---- labels ---- */

int limen_labels_name(struct limen_labels *labels, size_t rows, size_t count,
                      const char *const *names, struct limen_error *error) {
  labels->rows = rows;
  if (!(labels->label = limen_alloc(rows, sizeof *labels->label, error))) return LIMEN_FAILED;
  if (!(labels->names = limen_alloc(count, sizeof *labels->names, error))) return LIMEN_FAILED;
  for (size_t i = 0; i < count; i++) {
    if (!(labels->names[i] = limen_copy_text(names[i], error))) return LIMEN_FAILED;
    labels->count = i + 1;
  }
  return LIMEN_OK;
}

int limen_labels_cycle(struct limen_labels *labels, size_t rows, size_t count, const char *prefix,
                       struct limen_error *error) {
  int width = snprintf(NULL, 0, "%zu", count - 1), status = LIMEN_FAILED;
  char **names = limen_alloc(count, sizeof *names, error);
  for (size_t i = 0; names && i < count; i++)
    if (!(names[i] = limen_print(error, "%s%0*zu", prefix, width, i))) goto done;
  if (names) status = limen_labels_name(labels, rows, count, (const char *const *)names, error);
  for (size_t i = 0; status == LIMEN_OK && i < rows; i++) labels->label[i] = (uint32_t)(i % count);
done:
  for (size_t i = 0; names && i < count; i++) limen_free(names[i]);
  limen_free(names);
  return status;
}
