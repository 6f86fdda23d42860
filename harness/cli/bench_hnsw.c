/* limen bench hnsw: rows inserted and queries answered per second by hnswlib, as experiments call
 * it, on one thread. tests/compare/hnsw_direct.cpp tells what the way through the harness costs. */
#include <gsl/gsl_randist.h>
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "cli/bench.h"
#include "cli/options.h"
#include "engines/engine.h"

enum {
  BUILDS = 5,
  SEARCHES = 7,
  QUERIES = 1000,
  K = 10,
  EF = 40,
  N_DEFAULT = 10000,
  D_DEFAULT = 128
};

static int fill(struct limen_matrix *matrix, size_t rows, size_t columns, const char *stream,
                struct limen_error *error) {
  int status = limen_matrix_init(matrix, rows, columns, error);
  gsl_rng *rng = status == LIMEN_OK ? limen_rng_alloc(1, stream, error) : NULL;
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < rows * columns; i++)
    matrix->values[i] = (float)gsl_ran_gaussian_ziggurat(rng, 1);
  limen_rng_free(rng);
  return LIMEN_OK;
}

/* The index of the last build stays. */
static int time_builds(const struct limen_matrix *base, const size_t *order,
                       struct limen_index *index, double *rates, struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t s = 0; s < BUILDS && status == LIMEN_OK; s++) {
    limen_index_clear(index);
    double start = limen_clock_s();
    status = limen_index_build(limen_engine_find("hnswlib"), base, order, &limen_index_defaults,
                               index, error);
    rates[s] = (double)base->rows / (limen_clock_s() - start);
  }
  return status;
}

/* The first pass warms up. */
static int time_searches(struct limen_index *index, const struct limen_matrix *queries, size_t k,
                         double *rates, struct limen_error *error) {
  int64_t ids[K];
  size_t found;
  int status = LIMEN_OK;
  for (size_t s = 0; s <= SEARCHES && status == LIMEN_OK; s++) {
    double start = limen_clock_s();
    for (size_t q = 0; q < queries->rows && status == LIMEN_OK; q++)
      status = limen_index_search(index, queries->values + q * queries->columns, k, EF, ids, &found,
                                  error);
    if (s > 0) rates[s - 1] = (double)queries->rows / (limen_clock_s() - start);
  }
  return status;
}

static int add(const struct limen_matrix *base, const char *what, const char *unit, double *rates,
               size_t samples, struct limen_bench_results *out, struct limen_error *error) {
  struct limen_bench_case one = {
      .name = "hnsw",
      .params =
          json_pack("{s:i, s:i, s:s}", "n", (int)base->rows, "d", (int)base->columns, "what", what),
      .unit = unit,
      .gflops = NAN,
      .share_of_sgemm = NAN,
  };
  limen_bench_spread(rates, samples, &one.value, &one.lowest, &one.highest);
  return limen_bench_add(out, &one, error);
}

static int bench(size_t n, size_t d, struct limen_bench_results *out, struct limen_error *error) {
  struct limen_matrix base = {0}, queries = {0};
  struct limen_index index = {0};
  double builds[BUILDS], searches[SEARCHES];
  size_t *order = limen_alloc(n, sizeof *order, error);
  int status = order ? LIMEN_OK : LIMEN_FAILED;
  for (size_t i = 0; order && i < n; i++) order[i] = i;
  if (status == LIMEN_OK) status = fill(&base, n, d, "bench/base", error);
  if (status == LIMEN_OK) status = fill(&queries, QUERIES, d, "bench/queries", error);
  if (status == LIMEN_OK) status = time_builds(&base, order, &index, builds, error);
  if (status == LIMEN_OK) status = time_searches(&index, &queries, n < K ? n : K, searches, error);
  if (status == LIMEN_OK) status = add(&base, "build", "inserts/s", builds, BUILDS, out, error);
  if (status == LIMEN_OK)
    status = add(&base, "search", "searches/s", searches, SEARCHES, out, error);
  limen_index_clear(&index);
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
  limen_free(order);
  return status;
}

static int run(int count, char **arguments, struct limen_bench_results *out,
               struct limen_error *error) {
  const char *n_text = NULL, *d_text = NULL;
  long n = N_DEFAULT, d = D_DEFAULT;
  struct limen_texts words = {0};
  const struct limen_option table[] = {
      {"--n", LIMEN_OPTION_TEXT, &n_text}, {"--d", LIMEN_OPTION_TEXT, &d_text}, {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  if (status == LIMEN_OK && n_text)
    status = limen_option_integer("--n", n_text, 1, 100000000, &n, error);
  if (status == LIMEN_OK && d_text)
    status = limen_option_integer("--d", d_text, 1, 100000, &d, error);
  if (status == LIMEN_OK) status = bench((size_t)n, (size_t)d, out, error);
  limen_texts_clear(&words);
  return status;
}

const struct limen_bench limen_bench_hnsw = {
    .name = "hnsw",
    .about = "building and searching an HNSW index of normal numbers, one thread",
    .usage = "[--n N] [--d D]",
    .run = run,
};
