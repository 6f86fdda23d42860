/* Queries from elsewhere than the base: laws that go with every dataset. */
#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "datasets/rows.h"

static const char *const laws[] = {"same", "shifted", "gaussian"};

const char *limen_query_law_name(size_t i) {
  return i < sizeof laws / sizeof *laws ? laws[i] : NULL;
}

/* Mean and standard deviation of every column; *both is 2 x columns doubles. */
static int moments_of(const struct limen_matrix *matrix, double **both, struct limen_error *error) {
  const size_t rows = matrix->rows, columns = matrix->columns;
  double *mean = *both = limen_alloc(2 * columns, sizeof *mean, error);
  if (!mean) return LIMEN_FAILED;
  double *deviation = mean + columns;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) mean[c] += (double)matrix->values[r * columns + c];
  for (size_t c = 0; c < columns; c++) mean[c] /= (double)rows;
  for (size_t r = 0; r < rows; r++)
    for (size_t c = 0; c < columns; c++) {
      double off = (double)matrix->values[r * columns + c] - mean[c];
      deviation[c] = fma(off, off, deviation[c]);
    }
  for (size_t c = 0; c < columns; c++) deviation[c] = sqrt(deviation[c] / (double)rows);
  return LIMEN_OK;
}

struct gaussian {
  const double *mean, *deviation;
  size_t columns;
};

static void draw_gaussian(gsl_rng *rng, size_t row, const void *context, double *x,
                          double *scratch) {
  (void)row;
  (void)scratch;
  const struct gaussian *gaussian = context;
  for (size_t c = 0; c < gaussian->columns; c++)
    x[c] = fma(gaussian->deviation[c], limen_rows_normal(rng), gaussian->mean[c]);
}

static int shift(struct limen_matrix *queries, const double *deviation, uint64_t seed,
                 struct limen_error *error) {
  const size_t columns = queries->columns;
  double *direction = limen_rows_basis(1, columns, seed, "queries/direction", error);
  if (!direction) return LIMEN_FAILED;
  double length = sqrt(limen_rows_dot(deviation, deviation, columns));
  for (size_t r = 0; r < queries->rows; r++)
    for (size_t c = 0; c < columns; c++) {
      float *value = queries->values + r * columns + c;
      *value = (float)fma(length, direction[c], (double)*value);
    }
  limen_free(direction);
  return LIMEN_OK;
}

int limen_data_query_law(struct limen_data *data, const struct limen_grid *values, uint64_t seed,
                         struct limen_error *error) {
  const char *law = limen_grid_string(values, 0, "query_law");
  double *moments = NULL;
  if (strcmp(law, "same") == 0) return LIMEN_OK;
  int status = moments_of(&data->base, &moments, error);
  if (status != LIMEN_OK) goto done;
  const double *deviation = moments + data->base.columns;
  const struct gaussian gaussian = {moments, deviation, data->base.columns};
  const struct limen_row_law elsewhere = {.draw = draw_gaussian, .context = &gaussian};
  status = strcmp(law, "shifted") == 0
               ? shift(&data->queries, deviation, seed, error)
               : limen_rows_fill(&data->queries, seed, "queries/gaussian", &elsewhere, error);
done:
  limen_free(moments);
  return status;
}
