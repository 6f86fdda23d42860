/* limen bench free-embedding: steps of training per second, as the runner takes them. */
#include <math.h>

#include "base/clock.h"
#include "base/memory.h"
#include "cli/bench.h"
#include "cli/options.h"
#include "limits/free_embedding.h"

enum { SAMPLES = 7, CHECK_EVERY = 50, DEFAULT_CASES = 3 };
static const double SAMPLE_S = 0.4;

static const long default_n[DEFAULT_CASES] = {62, 157, 333},
                  default_d[DEFAULT_CASES] = {14, 23, 34};

/* The runner's loop: step, loss against the best, patience, a look every CHECK_EVERY steps. */
static size_t train(struct limen_free *run, size_t steps, size_t *done, double *best) {
  size_t without = 0;
  struct limen_free_look look = {0};
  for (size_t i = 0; i < steps; i++) {
    double loss = limen_free_step(run);
    without = loss < *best - 1e-5 ? 0 : without + 1;
    if (without == 0) *best = loss;
    if (++*done % CHECK_EVERY == 0) limen_free_look(run, &look, NULL);
  }
  return without + look.right; /* so that nothing of it can be left out */
}

/* Runs inside one OpenMP team, as cells do. */
static double time_steps(struct limen_free *run, size_t steps, size_t *done, double *best) {
  double start = limen_clock_s();
  volatile size_t keep = 0;
#pragma omp parallel
#pragma omp single
  keep = train(run, steps, done, best);
  (void)keep;
  return limen_clock_s() - start;
}

/* The three products of a step, cut into blocks of `rows` queries. */
static int sgemm_rate(size_t queries, size_t n, size_t d, double *best, struct limen_error *error) {
  static const size_t blocks[] = {64, 128, 256, 512, 1024};
  *best = 0;
  for (size_t i = 0; i < sizeof blocks / sizeof *blocks; i++) {
    size_t rows = blocks[i] < queries ? blocks[i] : queries;
    const struct limen_sgemm_shape shapes[] = {
        {rows, n, d, false, true}, {rows, d, n, false, false}, {n, d, rows, true, false}};
    double gflops;
    int status = limen_bench_sgemm(shapes, 3, &gflops, error);
    if (status != LIMEN_OK) return status;
    if (gflops > *best) *best = gflops;
    if (rows == queries) break;
  }
  return LIMEN_OK;
}

static int bench(size_t n, size_t d, struct limen_bench_results *out, struct limen_error *error) {
  struct limen_relevance relevance = {0};
  struct limen_free *run = NULL;
  const struct limen_free_settings settings = {.loss = limen_loss_find("infonce"),
                                               .loss_settings.tau = 0.1,
                                               .lr = 0.01,
                                               .beta1 = 0.9,
                                               .beta2 = 0.999,
                                               .epsilon = 1e-8};
  double samples[SAMPLES], best = INFINITY, sgemm = 0;
  size_t done = 0, steps = 1;
  int status = limen_pattern_find("all")->make(n, 2, 0, 1, &relevance, error);
  if (status == LIMEN_OK && !(run = limen_free_alloc(&relevance, d, &settings, 1, error)))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = sgemm_rate(relevance.queries, n, d, &sgemm, error);
  if (status != LIMEN_OK) goto done;
  while (time_steps(run, steps, &done, &best) < SAMPLE_S) steps *= 2; /* warms up as well */
  for (size_t s = 0; s < SAMPLES; s++)
    samples[s] = (double)steps / time_steps(run, steps, &done, &best);
  struct limen_bench_case one = {
      .name = "free-embedding",
      .params = json_pack("{s:i, s:i}", "n", (int)n, "d", (int)d),
      .unit = "steps/s",
  };
  limen_bench_spread(samples, SAMPLES, &one.value, &one.lowest, &one.highest);
  one.gflops = one.value * limen_free_flops(run) * 1e-9;
  one.share_of_sgemm = one.gflops / sgemm;
  status = limen_bench_add(out, &one, error);
done:
  limen_free_free(run);
  limen_relevance_clear(&relevance);
  return status;
}

static int run(int count, char **arguments, struct limen_bench_results *out,
               struct limen_error *error) {
  const char *n_text = NULL, *d_text = NULL;
  long n = 0, d = 0;
  struct limen_texts words = {0};
  const struct limen_option table[] = {
      {"--n", LIMEN_OPTION_TEXT, &n_text}, {"--d", LIMEN_OPTION_TEXT, &d_text}, {0}};
  int status = limen_options_parse(count, arguments, table, 0, 0, &words, error);
  if (status == LIMEN_OK && !n_text != !d_text)
    status = LIMEN_FAIL(error, LIMEN_USAGE, "limen bench free-embedding: --n and --d go together");
  if (status == LIMEN_OK && n_text) {
    status = limen_option_integer("--n", n_text, 3, 2000, &n, error);
    if (status == LIMEN_OK) status = limen_option_integer("--d", d_text, 1, 4096, &d, error);
    if (status == LIMEN_OK) status = bench((size_t)n, (size_t)d, out, error);
  } else {
    for (size_t i = 0; i < DEFAULT_CASES && status == LIMEN_OK; i++)
      status = bench((size_t)default_n[i], (size_t)default_d[i], out, error);
  }
  limen_texts_clear(&words);
  return status;
}

const struct limen_bench limen_bench_free_embedding = {
    .name = "free-embedding",
    .about = "steps of free-embedding training",
    .usage = "[--n N] [--d D]",
    .run = run,
};
