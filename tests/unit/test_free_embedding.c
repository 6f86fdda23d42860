/* The trainer: against a plain double-precision version of the whole procedure, the same bits for
 * any number of threads, and a small case trained to the end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/chunks.h"
#include "base/memory.h"
#include "base/threads.h"
#include "data/relevance.h"
#include "limits/free_embedding.h"

static struct limen_free_settings settings_with(double tau) {
  return (struct limen_free_settings){.loss = limen_loss_find("infonce"),
                                      .loss_settings.tau = tau,
                                      .lr = 0.01,
                                      .beta1 = 0.9,
                                      .beta2 = 0.999,
                                      .epsilon = 1e-8};
}

static struct limen_relevance make(const char *pattern, size_t n, size_t k, size_t queries) {
  struct limen_relevance made;
  struct limen_error error;
  if (limen_pattern_find(pattern)->make(n, k, queries, 3, &made, &error))
    fail_msg("%s", error.text);
  return made;
}

/* ---- the procedure once more, in doubles and without regard to speed ---------------------------
 */

struct plain {
  const struct limen_relevance *relevance;
  size_t d, rows, t; /* rows: documents, then queries */
  double tau, *x, *g, *m, *v;
};

static double *doubles(size_t count) { return limen_alloc(count, sizeof(double), NULL); }

static double dot(const double *a, const double *b, size_t d) {
  double sum = 0;
  for (size_t c = 0; c < d; c++) sum += a[c] * b[c];
  return sum;
}

static struct plain plain_start(const struct limen_free *run,
                                const struct limen_relevance *relevance, size_t d, double tau) {
  const size_t n = relevance->documents, rows = n + relevance->queries;
  struct plain plain = {
      relevance,        d, rows, 0, tau, doubles(rows * d), doubles(rows * d), doubles(rows * d),
      doubles(rows * d)};
  const float *documents = limen_free_documents(run), *queries = limen_free_queries(run);
  for (size_t i = 0; i < rows * d; i++)
    plain.x[i] = (double)(i < n * d ? documents[i] : queries[i - n * d]);
  return plain;
}

static double plain_step(struct plain *p) {
  const size_t n = p->relevance->documents, k = p->relevance->k, d = p->d;
  const double queries = (double)p->relevance->queries;
  double loss = 0, *s = doubles(n);
  memset(p->g, 0, p->rows * d * sizeof *p->g);
  for (size_t q = 0; q < p->relevance->queries; q++) {
    const double *query = p->x + (n + q) * d;
    double top = -2 / p->tau, sum = 0;
    for (size_t j = 0; j < n; j++) top = fmax(top, s[j] = dot(query, p->x + j * d, d) / p->tau);
    for (size_t j = 0; j < n; j++) sum += exp(s[j] - top);
    for (size_t j = 0; j < n; j++) {
      double slope = exp(s[j] - top) / sum;
      for (size_t r = 0; r < k; r++)
        if (p->relevance->relevant[q * k + r] == j) {
          loss += (top + log(sum) - s[j]) / (double)k;
          slope -= 1 / (double)k;
        }
      for (size_t c = 0; c < d; c++) {
        p->g[j * d + c] += slope / p->tau / queries * query[c];
        p->g[(n + q) * d + c] += slope / p->tau / queries * p->x[j * d + c];
      }
    }
  }
  p->t++;
  for (size_t i = 0; i < p->rows * d; i++) {
    p->m[i] = 0.9 * p->m[i] + 0.1 * p->g[i];
    p->v[i] = 0.999 * p->v[i] + 0.001 * p->g[i] * p->g[i];
    p->x[i] -= 0.01 * (p->m[i] / (1 - pow(0.9, (double)p->t))) /
               (sqrt(p->v[i] / (1 - pow(0.999, (double)p->t))) + 1e-8);
  }
  for (size_t i = 0; i < p->rows; i++) {
    double length = sqrt(dot(p->x + i * d, p->x + i * d, d));
    for (size_t c = 0; c < d; c++) p->x[i * d + c] /= length;
  }
  limen_free(s);
  return loss / queries;
}

static void plain_end(struct plain *p) {
  limen_free(p->x);
  limen_free(p->g);
  limen_free(p->m);
  limen_free(p->v);
}

/* Entries of the two that differ by more than `allowed`. */
static size_t differ(const struct limen_free *run, const struct plain *p, double allowed) {
  const size_t n = p->relevance->documents, d = p->d;
  const float *documents = limen_free_documents(run), *queries = limen_free_queries(run);
  size_t count = 0;
  for (size_t i = 0; i < p->rows * d; i++) {
    double x = (double)(i < n * d ? documents[i] : queries[i - n * d]);
    if (!(fabs(x - p->x[i]) <= allowed)) count++;
  }
  return count;
}

struct shape {
  const char *pattern;
  size_t n, k, queries, d;
  double tau;
};

/* d and n around the tiles' sizes, one panel and many, a last panel of 1, 31 and 32 queries. At
 * d = 1 vectors are +-1 and gradients vanish after rescaling, so rounding decides; two steps. */
static const struct shape shapes[] = {
    {"all", 9, 2, 0, 4, 0.1},        {"all", 13, 2, 0, 17, 0.1},
    {"random", 33, 3, 64, 3, 0.1},   {"random", 37, 1, 33, 13, 0.1},
    {"dense", 46, 2, 1000, 8, .1},   {"random", 65, 2, 1055, 12, 0.1},
    {"all", 29, 2, 0, 7, 0.005},     {"cycle", 31, 2, 0, 1, 0.1},
    {"disjoint", 70, 7, 0, 5, 0.05}, {"random", 5, 5, 1, 2, 0.1},
    {"random", 417, 2, 700, 25, 0.1}};

static void test_against_plain(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    const struct shape *s = &shapes[i];
    struct limen_relevance relevance = make(s->pattern, s->n, s->k, s->queries);
    struct limen_free_settings settings = settings_with(s->tau);
    struct limen_free *run = limen_free_alloc(&relevance, s->d, &settings, 42, NULL);
    struct plain plain = plain_start(run, &relevance, s->d, s->tau);
    for (size_t step = 0; step < 3; step++) {
      double loss = limen_free_step(run), expected = plain_step(&plain);
      assert_true(fabs(loss - expected) < 1e-5 * (1 + expected) * 0.1 / s->tau);
      /* Adam's first steps are lr * g / |g|, so where g is all but zero, float rounding may turn
       * an entry round: a few in a thousand may differ by up to 2 lr a step, no more. */
      size_t entries = plain.rows * s->d;
      assert_true(differ(run, &plain, 2e-5 * (double)(step + 1)) <= entries / 200);
      assert_int_equal(differ(run, &plain, 0.03 * (double)(step + 1)), 0);
    }
    plain_end(&plain);
    limen_free_free(run);
    limen_relevance_clear(&relevance);
  }
}

static void test_start(void **state) {
  (void)state;
  struct limen_relevance relevance = make("all", 11, 2, 0);
  struct limen_free_settings settings = settings_with(0.1);
  struct limen_free *a = limen_free_alloc(&relevance, 5, &settings, 42, NULL);
  struct limen_free *b = limen_free_alloc(&relevance, 5, &settings, 43, NULL);
  const float *x = limen_free_documents(a), *q = limen_free_queries(a);
  for (size_t i = 0; i < 55; i++) {
    float square = 0;
    for (size_t c = 0; c < 5; c++) square += q[i * 5 + c] * q[i * 5 + c];
    assert_true(fabsf(square - 1) < 1e-6f);
  }
  assert_memory_not_equal(x, limen_free_documents(b), 11 * 5 * sizeof *x);
  assert_memory_not_equal(x, q, 11 * 5 * sizeof *x); /* streams of their own */
  assert_true(limen_free_flops(a) == 6.0 * 55 * 11 * 5);
  limen_free_free(a);
  limen_free_free(b);
  limen_relevance_clear(&relevance);
}

/* Rows that are given are where training begins, whatever the seed. */
static void test_start_from_rows(void **state) {
  enum { D = 5, ROWS = 40 /* more than a panel */ };
  (void)state;
  struct limen_relevance relevance = make("all", ROWS, 1, 0);
  struct limen_free_settings settings = settings_with(0.1);
  float documents[ROWS * D] = {0}, queries[ROWS * D] = {0};
  for (size_t i = 0; i < ROWS; i++) {
    documents[i * D + i % D] = 1;
    queries[i * D + i % D] = i % 2 ? 1 : -1;
  }
  settings.from_documents = documents;
  settings.from_queries = queries;
  struct limen_free *run = limen_free_alloc(&relevance, D, &settings, 42, NULL);
  assert_non_null(run);
  assert_memory_equal(limen_free_documents(run), documents, sizeof documents);
  assert_memory_equal(limen_free_queries(run), queries, sizeof queries);
  struct limen_free_look look;
  limen_free_look(run, &look, NULL);
  assert_true(look.worst_margin == -1); /* a query that looks away, and others at 0 */
  limen_free_step(run);
  assert_memory_not_equal(limen_free_documents(run), documents, sizeof documents);
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* ---- looks ------------------------------------------------------------------------------------
 */

static void check_look(struct limen_free *run, const struct limen_relevance *relevance, size_t d) {
  const size_t n = relevance->documents, k = relevance->k;
  const float *documents = limen_free_documents(run), *queries = limen_free_queries(run);
  float *margins = limen_alloc(relevance->queries, sizeof *margins, NULL);
  struct limen_free_look look;
  limen_free_look(run, &look, margins);
  size_t right = 0;
  double worst = INFINITY;
  for (size_t q = 0; q < relevance->queries; q++) {
    double least = INFINITY, highest = -INFINITY;
    for (size_t j = 0, r = 0; j < n; j++) {
      double score = 0;
      for (size_t c = 0; c < d; c++)
        score += (double)documents[j * d + c] * (double)queries[q * d + c];
      if (r < k && relevance->relevant[q * k + r] == j) {
        least = fmin(least, score);
        r++;
      } else
        highest = fmax(highest, score);
    }
    if (k < n) assert_true(fabs((double)margins[q] - (least - highest)) < 1e-6);
    right += margins[q] > 0;
    worst = fmin(worst, (double)margins[q]);
  }
  assert_int_equal(look.right, right);
  assert_true((double)look.worst_margin == worst);
  limen_free(margins);
}

static void test_look(void **state) {
  (void)state;
  for (size_t i = 0; i < sizeof shapes / sizeof *shapes; i++) {
    const struct shape *s = &shapes[i];
    struct limen_relevance relevance = make(s->pattern, s->n, s->k, s->queries);
    struct limen_free_settings settings = settings_with(s->tau);
    struct limen_free *run = limen_free_alloc(&relevance, s->d, &settings, 42, NULL);
    for (size_t step = 0; step < 30; step++) limen_free_step(run);
    check_look(run, &relevance, s->d);
    limen_free_free(run);
    limen_relevance_clear(&relevance);
  }
}

/* A run that diverges must not look like a success. */
static void test_not_a_number(void **state) {
  (void)state;
  struct limen_relevance relevance = make("all", 9, 2, 0);
  struct limen_free_settings settings = settings_with(0.1);
  settings.lr = 1e38;
  struct limen_free *run = limen_free_alloc(&relevance, 4, &settings, 42, NULL);
  struct limen_free_look look;
  double loss = 0;
  for (size_t step = 0; step < 4; step++) loss = limen_free_step(run);
  limen_free_look(run, &look, NULL);
  assert_true(!isfinite(loss));
  assert_true(look.right < relevance.queries);
  assert_true(isnan(look.worst_margin));
  limen_free_free(run);
  limen_relevance_clear(&relevance);
}

/* ---- a success, and threads ---------------------------------------------------------------------
 */

static void test_trains(void **state) {
  (void)state;
  struct limen_relevance relevance = make("all", 9, 2, 0);
  struct limen_free_settings settings = settings_with(0.1);
  struct limen_free_look look = {0, 0};
  double first = 0, loss = 0;
  for (uint64_t seed = 1; seed <= 5 && look.right < relevance.queries; seed++) {
    struct limen_free *run = limen_free_alloc(&relevance, 4, &settings, seed, NULL);
    first = limen_free_step(run);
    for (size_t step = 0; step < 20000 && look.right < relevance.queries; step += 50) {
      for (size_t i = 0; i < 50; i++) loss = limen_free_step(run);
      limen_free_look(run, &look, NULL);
    }
    limen_free_free(run);
  }
  assert_int_equal(look.right, 36);
  assert_true(look.worst_margin > 0);
  assert_true(loss < first);
  assert_true(loss > log(2)); /* the least there is */
  limen_relevance_clear(&relevance);
}

struct outcome {
  double loss;
  struct limen_free_look look;
  float *documents, *queries;
};

static struct outcome train(const struct limen_relevance *relevance, size_t d, int threads,
                            size_t steps) {
  struct outcome out = {0};
  struct limen_free_settings settings = settings_with(0.1);
  limen_threads_set(threads);
  struct limen_free *run = limen_free_alloc(relevance, d, &settings, 42, NULL);
#pragma omp parallel
#pragma omp single
#pragma omp task
  {
    for (size_t i = 0; i < steps; i++) out.loss = limen_free_step(run);
    limen_free_look(run, &out.look, NULL);
  }
  out.documents = limen_copy(limen_free_documents(run), relevance->documents * d, 4, NULL);
  out.queries = limen_copy(limen_free_queries(run), relevance->queries * d, 4, NULL);
  limen_free_free(run);
  return out;
}

/* The last two shapes are large enough for a step, and its sums, to be shared out. */
static void test_threads_do_not_show(void **state) {
  (void)state;
  const struct shape cases[] = {{"all", 20, 2, 0, 6, 0.1},
                                {"random", 33, 3, 1000, 3, 0.1},
                                {"all", 62, 2, 0, 14, 0.1},
                                {"dense", 130, 2, 8001, 33, 0.1}};
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    const struct shape *s = &cases[i];
    struct limen_relevance relevance = make(s->pattern, s->n, s->k, s->queries);
    struct outcome one = train(&relevance, s->d, 1, 200);
    for (int threads = 2; threads <= 4; threads += 2) {
      struct outcome many = train(&relevance, s->d, threads, 200);
      assert_memory_equal(one.documents, many.documents, s->n * s->d * 4);
      assert_memory_equal(one.queries, many.queries, relevance.queries * s->d * 4);
      assert_memory_equal(&one.loss, &many.loss, sizeof one.loss);
      assert_int_equal(one.look.right, many.look.right);
      assert_true(one.look.worst_margin == many.look.worst_margin);
      limen_free(many.documents);
      limen_free(many.queries);
    }
    limen_free(one.documents);
    limen_free(one.queries);
    limen_relevance_clear(&relevance);
  }
  limen_threads_set(1);
}

struct tally {
  int chunk[3 * LIMEN_WORKERS_MAX], worker[4], clashes;
};

static void count_chunk(void *context, size_t chunk, size_t worker) {
  struct tally *tally = context;
  if (__atomic_fetch_add(&tally->worker[worker], 1, __ATOMIC_SEQ_CST) != 0)
    __atomic_fetch_add(&tally->clashes, 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_add(&tally->chunk[chunk], 1, __ATOMIC_SEQ_CST);
  __atomic_fetch_sub(&tally->worker[worker], 1, __ATOMIC_SEQ_CST);
}

static void test_chunks(void **state) {
  (void)state;
  for (size_t chunks = 1; chunks < 3 * LIMEN_WORKERS_MAX; chunks += 21)
    for (size_t workers = 1; workers <= 4; workers++) {
      struct tally tally = {0};
#pragma omp parallel num_threads(4)
#pragma omp single
      limen_chunks_run(chunks, workers, count_chunk, &tally);
      assert_int_equal(tally.clashes, 0);
      for (size_t i = 0; i < 3 * LIMEN_WORKERS_MAX; i++)
        assert_int_equal(tally.chunk[i], i < chunks);
    }
}

/* ---- refusals -----------------------------------------------------------------------------------
 */

static void refuse(const struct limen_relevance *relevance, size_t d,
                   struct limen_free_settings settings, int status, const char *text) {
  struct limen_error error = {0};
  assert_null(limen_free_alloc(relevance, d, &settings, 42, &error));
  assert_int_equal(error.status, status);
  if (!strstr(error.text, text)) fail_msg("\"%s\" does not contain \"%s\"", error.text, text);
}

static void test_refusals(void **state) {
  (void)state;
  struct limen_relevance relevance = make("all", 9, 2, 0);
  struct limen_free_settings s = settings_with(0.1);
  refuse(&relevance, 0, s, LIMEN_USAGE, "d is 0; vectors need d >= 1");
  refuse(&relevance, SIZE_MAX / 8, s, LIMEN_FAILED, "more than a machine can address");
  refuse(&relevance, 4, settings_with(0), LIMEN_USAGE, "tau is 0; it must be above 0");
  refuse(&relevance, 4, settings_with(NAN), LIMEN_USAGE, "tau is nan");
  s.lr = -0.01;
  refuse(&relevance, 4, s, LIMEN_USAGE, "lr is -0.01; it must be above 0");
  s = settings_with(0.1);
  s.beta2 = 1;
  refuse(&relevance, 4, s, LIMEN_USAGE, "beta1 is 0.9 and beta2 1; both must be from 0 to below 1");
  s = settings_with(0.1);
  s.epsilon = 0;
  refuse(&relevance, 4, s, LIMEN_USAGE, "epsilon is 0; it must be above 0");
  s = settings_with(0.1);
  s.from_documents = (const float[36]){0};
  refuse(&relevance, 4, s, LIMEN_USAGE, "documents are given to start from and queries are not");
  s.from_queries = s.from_documents;
  s.from_documents = NULL;
  refuse(&relevance, 4, s, LIMEN_USAGE, "queries are given to start from and documents are not");
  s = settings_with(0.1);
  relevance.relevant[5] = 9;
  refuse(&relevance, 4, s, LIMEN_INPUT, "query 2: document 9 is not below n = 9");
  relevance.relevant[5] = relevance.relevant[4];
  refuse(&relevance, 4, s, LIMEN_INPUT, "query 2: document 0 is not below n = 9, or not above");
  size_t queries = relevance.queries;
  relevance.queries = 0;
  refuse(&relevance, 4, s, LIMEN_USAGE, "0 queries with 2 of 9 documents relevant");
  relevance.queries = queries;
  limen_relevance_clear(&relevance);
  limen_free_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_start_from_rows),
      cmocka_unit_test(test_start),
      cmocka_unit_test(test_against_plain),
      cmocka_unit_test(test_look),
      cmocka_unit_test(test_not_a_number),
      cmocka_unit_test(test_trains),
      cmocka_unit_test(test_threads_do_not_show),
      cmocka_unit_test(test_chunks),
      cmocka_unit_test(test_refusals),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
