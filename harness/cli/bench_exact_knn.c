/* limen bench exact-knn: exact nearest neighbours of random vectors, everything included. */
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/memory.h"
#include "base/rng.h"
#include "cli/bench.h"
#include "cli/options.h"
#include "data/matrix.h"
#include "knn/knn.h"

enum { SAMPLES = 7, DEFAULT_CASES = 2, SCALING_CASES = 9 };

struct sizes {
  size_t n, nq, d, k;
  enum limen_metric metric;
};

static const struct sizes default_sizes[DEFAULT_CASES] = {{100000, 1000, 128, 100, LIMEN_L2},
                                                          {100000, 1000, 768, 100, LIMEN_L2}};

/* Sums of four uniform numbers, one draw each: near enough to normal, and quickly made. */
static int fill(struct limen_matrix *matrix, size_t rows, size_t columns, const char *stream,
                struct limen_error *error) {
  int status = limen_matrix_init(matrix, rows, columns, error);
  gsl_rng *rng = status == LIMEN_OK ? limen_rng_alloc(1, stream, error) : NULL;
  if (!rng) return LIMEN_FAILED;
  for (size_t i = 0; i < rows * columns; i++) {
    unsigned long bits = gsl_rng_get(rng);
    unsigned long sum =
        (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
    matrix->values[i] = (float)sum / 65536 - 2;
  }
  limen_rng_free(rng);
  return LIMEN_OK;
}

/* Products of `queries` by `rows`, cut in several ways; the best one and its rate. */
static int best_shape(const struct sizes *sizes, struct limen_sgemm_shape *best, double *gflops,
                      struct limen_error *error) {
  static const size_t queries[] = {128, 256, 512, 1024}, rows[] = {512, 1024, 2048};
  *gflops = 0;
  for (size_t i = 0; i < sizeof queries / sizeof *queries; i++)
    for (size_t j = 0; j < sizeof rows / sizeof *rows; j++) {
      struct limen_sgemm_shape shape = {.rows = queries[i] < sizes->nq ? queries[i] : sizes->nq,
                                        .columns = rows[j] < sizes->n ? rows[j] : sizes->n,
                                        .depth = sizes->d,
                                        .transpose_b = true};
      double rate;
      int status = limen_bench_sgemm(&shape, 1, &rate, error);
      if (status != LIMEN_OK) return status;
      if (rate > *gflops) *gflops = rate, *best = shape;
    }
  return LIMEN_OK;
}

static int time_search(const struct limen_matrix *base, const struct limen_matrix *queries,
                       const struct limen_knn_settings *settings, double *seconds,
                       struct limen_error *error) {
  struct limen_vectors lent_base, lent_queries;
  struct limen_knn knn;
  limen_vectors_lend(&lent_base, base);
  limen_vectors_lend(&lent_queries, queries);
  double start = limen_clock_s();
  int status = limen_knn_search(&lent_base, &lent_queries, settings, &knn, error);
  *seconds = limen_clock_s() - start;
  if (status == LIMEN_OK) limen_knn_clear(&knn);
  return status;
}

/* The product's rate is taken again after every search: where other programs come and go, only
 * what stands side by side can be compared. */
static int bench(const struct sizes *sizes, struct limen_bench_results *out,
                 struct limen_error *error) {
  const struct limen_knn_settings settings = {.k = sizes->k, .metric = sizes->metric};
  const double flops = 2 * (double)sizes->n * (double)sizes->nq * (double)sizes->d;
  struct limen_matrix base = {0}, queries = {0};
  struct limen_sgemm_shape shape;
  double rates[SAMPLES], shares[SAMPLES], seconds = 0, sgemm = 0, lowest, highest;
  int status = fill(&base, sizes->n, sizes->d, "bench/base", error);
  if (status == LIMEN_OK) status = fill(&queries, sizes->nq, sizes->d, "bench/queries", error);
  if (status == LIMEN_OK) status = best_shape(sizes, &shape, &sgemm, error);
  if (status == LIMEN_OK) status = time_search(&base, &queries, &settings, &seconds, error);
  for (size_t s = 0; s < SAMPLES && status == LIMEN_OK; s++) {
    status = time_search(&base, &queries, &settings, &seconds, error);
    if (status == LIMEN_OK) status = limen_bench_sgemm(&shape, 1, &sgemm, error);
    rates[s] = flops / seconds * 1e-9;
    shares[s] = rates[s] / sgemm;
  }
  if (status != LIMEN_OK) goto done;
  struct limen_bench_case one = {
      .name = "exact-knn",
      .params = json_pack("{s:i, s:i, s:i, s:i, s:s}", "n", (int)sizes->n, "nq", (int)sizes->nq,
                          "d", (int)sizes->d, "k", (int)sizes->k, "metric",
                          limen_metric_name((size_t)sizes->metric)),
      .unit = "GFLOP/s",
  };
  limen_bench_spread(rates, SAMPLES, &one.value, &one.lowest, &one.highest);
  one.gflops = one.value;
  limen_bench_spread(shares, SAMPLES, &one.share_of_sgemm, &lowest, &highest);
  status = limen_bench_add(out, &one, error);
done:
  limen_matrix_clear(&base);
  limen_matrix_clear(&queries);
  return status;
}

/* Half and twice each of n, nq and d: the work is their product, so a rate that stays the same says
 * that the time is linear in each. */
static int bench_scaling(const struct sizes *sizes, struct limen_bench_results *out,
                         struct limen_error *error) {
  int status = LIMEN_OK;
  for (size_t i = 0; i < SCALING_CASES && status == LIMEN_OK; i++) {
    struct sizes one = *sizes;
    size_t *const axis[] = {&one.n, &one.nq, &one.d};
    size_t *size = axis[i / 3];
    *size = i % 3 == 0 ? (*size + 1) / 2 : *size * (i % 3);
    status = bench(&one, out, error);
  }
  return status;
}

/* ---- the command ---- */

struct texts {
  const char *n, *nq, *d, *k, *metric;
};

static int take(const char *option, const char *text, long most, size_t *out,
                struct limen_error *error) {
  long value = 0;
  if (!text) return LIMEN_OK;
  int status = limen_option_integer(option, text, 1, most, &value, error);
  if (status == LIMEN_OK) *out = (size_t)value;
  return status;
}

static int read_sizes(const struct texts *texts, struct sizes *sizes, struct limen_error *error) {
  int metric = texts->metric ? limen_metric_find(texts->metric) : LIMEN_L2;
  if (metric < 0)
    return LIMEN_FAIL(error, LIMEN_USAGE, "--metric %.40s: l2, ip or cosine is needed",
                      texts->metric);
  sizes->metric = (enum limen_metric)metric;
  int status = take("--n", texts->n, 100000000, &sizes->n, error);
  if (status == LIMEN_OK) status = take("--nq", texts->nq, 10000000, &sizes->nq, error);
  if (status == LIMEN_OK) status = take("--d", texts->d, 100000, &sizes->d, error);
  if (status == LIMEN_OK) status = take("-k", texts->k, 100000, &sizes->k, error);
  return status;
}

static int run(int count, char **arguments, struct limen_bench_results *out,
               struct limen_error *error) {
  struct texts texts = {0};
  struct limen_texts words = {0};
  bool scaling = false;
  const struct limen_option table[] = {{"--n", LIMEN_OPTION_TEXT, &texts.n},
                                       {"--nq", LIMEN_OPTION_TEXT, &texts.nq},
                                       {"--d", LIMEN_OPTION_TEXT, &texts.d},
                                       {"-k", LIMEN_OPTION_TEXT, &texts.k},
                                       {"--metric", LIMEN_OPTION_TEXT, &texts.metric},
                                       {"--scaling", LIMEN_OPTION_FLAG, &scaling},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  for (size_t i = 0; i < DEFAULT_CASES && status == LIMEN_OK; i++) {
    struct sizes sizes = default_sizes[i];
    status = read_sizes(&texts, &sizes, error);
    if (status == LIMEN_OK)
      status = scaling ? bench_scaling(&sizes, out, error) : bench(&sizes, out, error);
    if (scaling || texts.d) break; /* the cases differ in d */
  }
  limen_texts_clear(&words);
  return status;
}

const struct limen_bench limen_bench_exact_knn = {
    .name = "exact-knn",
    .about = "exact nearest neighbours of random vectors",
    .usage = "[--n N] [--nq NQ] [--d D] [-k K] [--metric l2|ip|cosine] [--scaling]",
    .run = run,
};
