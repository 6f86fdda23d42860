/* A Gaussian of which some vectors stand in the set many times over. A graph index links a vector
 * to its copies first, and with more copies than links nothing else is left: part of the graph is
 * cut off. Labels tell copied vectors from single ones; rows are in random order. */
#include <gsl/gsl_randist.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "datasets/rows.h"

static void draw(gsl_rng *rng, size_t row, const void *context, double *x, double *scratch) {
  (void)row;
  (void)scratch;
  const size_t d = *(const size_t *)context;
  for (size_t c = 0; c < d; c++) x[c] = limen_rows_normal(rng);
}

/* The vectors behind the rows: `copied` of them `copies` times, the others once, shuffled. */
static int deal(size_t n, size_t copied, size_t copies, uint64_t seed, uint32_t **out,
                struct limen_error *error) {
  uint32_t *vector = *out = limen_alloc(n, sizeof *vector, error);
  gsl_rng *rng = vector ? limen_rng_alloc(seed, "order", error) : NULL;
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++)
    vector[i] = (uint32_t)(i < copied * copies ? i / copies : copied + (i - copied * copies));
  gsl_ran_shuffle(rng, vector, n, sizeof *vector);
  limen_rng_free(rng);
  return LIMEN_OK;
}

static int make(const struct limen_grid *values, uint64_t seed, struct limen_data *out,
                struct limen_error *error) {
  static const char *const names[] = {"single", "copied"};
  const size_t d = (size_t)limen_grid_integer(values, 0, "d");
  const size_t copied = (size_t)limen_grid_integer(values, 0, "copied");
  const size_t copies = (size_t)limen_grid_integer(values, 0, "copies");
  const struct limen_row_law rows = {.draw = draw, .context = &d};
  struct limen_matrix distinct = {0};
  uint32_t *vector = NULL;
  int status = limen_data_init(out, values, d, error);
  if (status != LIMEN_OK) goto done;
  const size_t n = out->base.rows;
  if (copied > n / copies) {
    status = LIMEN_FAIL(error, LIMEN_USAGE,
                        "%zu vectors of %zu copies each do not fit into %zu; raise `n` or lower "
                        "`copied` or `copies`",
                        copied, copies, n);
    goto done;
  }
  status = limen_matrix_init(&distinct, n - copied * (copies - 1), d, error);
  if (status == LIMEN_OK) status = limen_rows_fill(&distinct, seed, "base", &rows, error);
  if (status == LIMEN_OK) status = limen_rows_fill(&out->queries, seed, "queries", &rows, error);
  if (status == LIMEN_OK) status = deal(n, copied, copies, seed, &vector, error);
  if (status == LIMEN_OK) status = limen_labels_name(&out->labels, n, 2, names, error);
  if (status != LIMEN_OK) goto done;
  for (size_t i = 0; i < n; i++) {
    memcpy(out->base.values + i * d, distinct.values + vector[i] * d, d * sizeof(float));
    out->labels.label[i] = vector[i] < copied ? 1 : 0;
  }
  out->dimension = (double)d;
  status = limen_data_query_law(out, values, seed, error);
done:
  limen_free(vector);
  limen_matrix_clear(&distinct);
  return status;
}

static const struct limen_parameter parameters[] = {
    LIMEN_DATASET_PARAMETERS("5000"),
    LIMEN_DATASET_INTEGER("d", "dimensions", "16", 1, LIMEN_DATASET_COLUMNS_MAX),
    LIMEN_DATASET_INTEGER("copied", "vectors that have copies", "1", 0, 1000000000),
    LIMEN_DATASET_INTEGER("copies", "how often each of them stands in the base", "200", 1,
                          1000000000),
    {0}};

const struct limen_dataset limen_dataset_duplicates = {
    .name = "duplicates",
    .about = "Gaussian with some vectors repeated many times, labelled",
    .parameters = parameters,
    .make = make,
};
