/* Sums about the mean of all rows: once over everything, then over each group, whose sums are taken
 * away from the whole. That costs two passes and three matrices, where keeping all groups would
 * take ten. */
#include "dimension/covariance.h"

#include <cblas.h>
#include <gsl/gsl_cdf.h>
#include <math.h>
#include <string.h>

#include "base/memory.h"

/* LAPACK of OpenBLAS, which has no C header for it. Fortran adds the lengths of texts. */
void dsyev_(const char *job, const char *triangle, const int *n, double *a, const int *lda,
            double *w, double *work, const int *lwork, int *info, size_t job_length,
            size_t triangle_length);

enum { ROWS = 256 /* a block */, GROUPS = LIMEN_COVARIANCE_GROUPS };

struct sums {
  const struct limen_neighbours *neighbours;
  size_t columns, stride, rows; /* every stride-th row of the base, `rows` of them */
  double *mean;                 /* columns */
  double *products, *part;      /* columns x columns, upper triangle, about the mean */
  double *shift;                /* columns: sum of one group about the mean */
  double *block;                /* ROWS x columns */
  float *room;                  /* columns */
};

static int read_row(const struct sums *sums, size_t r, double *out, struct limen_error *error) {
  return limen_neighbours_read(sums->neighbours, r * sums->stride, 1, sums->room, out, error);
}

/* The rows first, first + step, ...: their sum about the mean, and their products. */
static int add_up(struct sums *sums, size_t first, size_t step, double *products,
                  struct limen_error *error) {
  const size_t columns = sums->columns;
  int status = LIMEN_OK;
  memset(products, 0, columns * columns * sizeof *products);
  memset(sums->shift, 0, columns * sizeof *sums->shift);
  for (size_t r = first; status == LIMEN_OK && r < sums->rows;) {
    size_t held = 0;
    for (; held < ROWS && r < sums->rows && status == LIMEN_OK; held++, r += step) {
      double *row = sums->block + held * columns;
      status = read_row(sums, r, row, error);
      for (size_t c = 0; c < columns; c++) sums->shift[c] += row[c] -= sums->mean[c];
    }
    cblas_dsyrk(CblasRowMajor, CblasUpper, CblasTrans, (int)columns, (int)held, 1, sums->block,
                (int)columns, 1, products, (int)columns);
  }
  return status;
}

static int find_mean(struct sums *sums, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t r = 0; status == LIMEN_OK && r < sums->rows; r++) {
    status = read_row(sums, r, sums->block, error);
    for (size_t c = 0; c < sums->columns; c++) sums->mean[c] += sums->block[c];
  }
  for (size_t c = 0; c < sums->columns; c++) sums->mean[c] /= (double)sums->rows;
  return status;
}

static int sums_init(struct sums *sums, const struct limen_neighbours *neighbours,
                     struct limen_error *error) {
  const size_t columns = neighbours->base->columns;
  const double affordable =
      fmax(2.0 * (double)columns, (double)LIMEN_COVARIANCE_WORK / (double)(columns * columns));
  *sums = (struct sums){.neighbours = neighbours, .columns = columns, .stride = 1};
  while ((double)(neighbours->rows / sums->stride) > affordable) sums->stride++;
  sums->rows = (neighbours->rows + sums->stride - 1) / sums->stride;
  if (!(sums->mean = limen_alloc(columns, sizeof *sums->mean, error))) return LIMEN_FAILED;
  if (!(sums->shift = limen_alloc(columns, sizeof *sums->shift, error))) return LIMEN_FAILED;
  if (!(sums->room = limen_alloc(columns, sizeof *sums->room, error))) return LIMEN_FAILED;
  if (!(sums->block = limen_alloc(ROWS * columns, sizeof *sums->block, error))) return LIMEN_FAILED;
  sums->products = limen_alloc(columns * columns, sizeof *sums->products, error);
  if (!sums->products) return LIMEN_FAILED;
  sums->part = limen_alloc(columns * columns, sizeof *sums->part, error);
  return sums->part ? LIMEN_OK : LIMEN_FAILED;
}

static void sums_clear(struct sums *sums) {
  limen_free(sums->mean);
  limen_free(sums->shift);
  limen_free(sums->room);
  limen_free(sums->block);
  limen_free(sums->products);
  limen_free(sums->part);
}

/* Covariances without one group, into sums->part. What is left has its own mean, off by `shift`. */
static int without(struct sums *sums, size_t group, struct limen_error *error) {
  int status = add_up(sums, group, GROUPS, sums->part, error);
  const double left = (double)(sums->rows - (sums->rows - group + GROUPS - 1) / GROUPS);
  for (size_t i = 0; i < sums->columns; i++)
    for (size_t j = i; j < sums->columns; j++) {
      double *cell = &sums->part[i * sums->columns + j];
      *cell = sums->products[i * sums->columns + j] - *cell;
      *cell = (*cell - sums->shift[i] * sums->shift[j] / left) / left;
    }
  return status;
}

static int jackknife(limen_of_covariance statistic, struct sums *sums,
                     const struct limen_dimension_settings *settings, struct limen_estimate *out,
                     struct limen_error *error) {
  double values[GROUPS], mean = 0, square = 0;
  int status = LIMEN_OK;
  for (size_t group = 0; group < GROUPS; group++) {
    if ((status = without(sums, group, error)) != LIMEN_OK) return status;
    status = statistic(sums->part, sums->columns, settings, &values[group], error);
    if (status != LIMEN_OK) return status;
    mean += values[group] / GROUPS;
  }
  for (size_t group = 0; group < GROUPS; group++)
    square += (values[group] - mean) * (values[group] - mean);
  if (isnan(square)) return LIMEN_OK;
  const double half = gsl_cdf_tdist_Qinv((1 - settings->confidence) / 2, GROUPS - 1) *
                      sqrt(square * (GROUPS - 1) / GROUPS);
  out->lower = out->value - half;
  out->upper = out->value + half;
  return LIMEN_OK;
}

int limen_covariance_estimate(limen_of_covariance statistic,
                              const struct limen_neighbours *neighbours,
                              const struct limen_dimension_settings *settings,
                              struct limen_estimate *out, struct limen_error *error) {
  struct sums sums = {0};
  double value = NAN;
  if (!neighbours->base) return limen_estimate_undefined(out, "the vectors themselves are needed");
  if (neighbours->base->columns > LIMEN_COVARIANCE_COLUMNS)
    return limen_estimate_undefined(out, "there are too many columns for a covariance matrix");
  limen_estimate_undefined(out, "all vectors are equal");
  int status = sums_init(&sums, neighbours, error);
  if (status == LIMEN_OK) status = find_mean(&sums, error);
  if (status == LIMEN_OK) status = add_up(&sums, 0, 1, sums.products, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < sums.columns * sums.columns; i++)
    sums.part[i] = sums.products[i] / (double)sums.rows;
  status = statistic(sums.part, sums.columns, settings, &value, error);
  if (status != LIMEN_OK || isnan(value)) goto done;
  *out = (struct limen_estimate){.value = value, .lower = NAN, .upper = NAN, .used = sums.rows};
  if (sums.rows >= 2 * GROUPS) status = jackknife(statistic, &sums, settings, out, error);
done:
  sums_clear(&sums);
  return status;
}

int limen_covariance_eigenvalues(double *matrix, size_t n, double *values,
                                 struct limen_error *error) {
  /* The upper triangle by rows is the lower one by columns. */
  int size = (int)n, room = -1, info = 0;
  double wanted = 0, *work = NULL;
  dsyev_("N", "L", &size, matrix, &size, values, &wanted, &room, &info, 1, 1);
  room = (int)wanted;
  if (info != 0 || !(work = limen_alloc((size_t)room, sizeof *work, error)))
    return info == 0 ? LIMEN_FAILED
                     : LIMEN_FAIL(error, LIMEN_FAILED, "dsyev refuses its arguments: %d", info);
  dsyev_("N", "L", &size, matrix, &size, values, work, &room, &info, 1, 1);
  limen_free(work);
  if (info == 0) return LIMEN_OK;
  return LIMEN_FAIL(error, LIMEN_FAILED,
                    "the eigenvalues of a %zu x %zu covariance matrix did not converge (dsyev: %d)",
                    n, n, info);
}
