/* Losses of the free-embedding experiment: every one of the registry against a double-precision
 * reference of its own and against finite differences, and the vector functions below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/loss.h"
#include "limits/panels.h"

/* A new loss adds its definition here, for one query, written without regard to speed. */
static double infonce(double tau, size_t n, size_t k, const uint32_t *relevant, const double *s) {
  double top = s[0], sum = 0, loss = 0;
  for (size_t j = 0; j < n; j++) top = fmax(top, s[j]);
  for (size_t j = 0; j < n; j++) sum += exp((s[j] - top) / tau);
  for (size_t r = 0; r < k; r++) loss += (top - s[relevant[r]]) / tau + log(sum);
  return loss / (double)k;
}

static const struct {
  const char *name;
  double (*one)(double tau, size_t n, size_t k, const uint32_t *relevant, const double *s);
} references[] = {{"infonce", infonce}};

static double (*reference(const char *name))(double, size_t, size_t, const uint32_t *,
                                             const double *) {
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (!strcmp(references[i].name, name)) return references[i].one;
  fail_msg("loss %s has no reference in this test", name);
  return NULL;
}

struct shape {
  size_t queries, n, k;
  double tau;
};

static void check(const struct limen_loss *loss, const struct shape *shape) {
  const size_t n = shape->n, k = shape->k;
  double (*one)(double, size_t, size_t, const uint32_t *, const double *) = reference(loss->name);
  struct limen_loss_settings settings = {.tau = shape->tau};
  gsl_rng *rng = limen_rng_alloc(11, "test/loss", NULL);
  float *scores = limen_alloc(n * LIMEN_PANEL, sizeof *scores, NULL);
  float *before = limen_alloc(n * LIMEN_PANEL, sizeof *before, NULL);
  uint32_t *relevant = limen_alloc(shape->queries * k, sizeof *relevant, NULL);
  double *row = limen_alloc(n, sizeof *row, NULL), total = 0, largest = 0;
  for (size_t i = 0; i < shape->queries; i++) {
    for (size_t r = 0; r < k; r++) /* ascending, spread over the documents */
      relevant[i * k + r] = (uint32_t)((r * n + (i * 7) % n) / k);
    for (size_t j = 0; j < n; j++)
      before[j * LIMEN_PANEL + i] = (float)(2 * gsl_rng_uniform(rng) - 1);
  }
  memcpy(scores, before, n * LIMEN_PANEL * sizeof *scores);
  double got = loss->panel(&settings, shape->queries, n, k, relevant, scores);

  for (size_t i = 0; i < shape->queries; i++) {
    for (size_t j = 0; j < n; j++) row[j] = (double)before[j * LIMEN_PANEL + i];
    total += one(shape->tau, n, k, relevant + i * k, row);
    for (size_t j = 0; j < n; j++) {
      const double h = 1e-4 * shape->tau, middle = row[j];
      row[j] = middle + h;
      double above = one(shape->tau, n, k, relevant + i * k, row);
      row[j] = middle - h;
      double slope = (above - one(shape->tau, n, k, relevant + i * k, row)) / (2 * h);
      row[j] = middle;
      largest = fmax(largest, fabs(slope));
      /* Derivatives go up to 1 / tau; floats and the differences are good to 1e-6 of that. */
      assert_true(fabs((double)scores[j * LIMEN_PANEL + i] - slope) < 2e-6 / shape->tau);
    }
  }
  assert_true(largest > 0.01 / shape->tau);
  assert_true(fabs(got - total) < 1e-6 * (fabs(total) + (double)shape->queries));
  for (size_t i = 0; i < n * LIMEN_PANEL; i++) assert_true(isfinite(scores[i]));
  limen_free(scores);
  limen_free(before);
  limen_free(relevant);
  limen_free(row);
  limen_rng_free(rng);
}

static void test_every_loss(void **state) {
  (void)state;
  const struct shape shapes[] = {{32, 13, 2, 0.1},  {17, 7, 3, 0.1},    {9, 2, 1, 0.1},
                                 {32, 29, 2, .005}, {5, 211, 11, .005}, {31, 3, 2, 0.37}};
  for (size_t i = 0; limen_loss_name(i); i++)
    for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) check(limen_loss_at(i), &shapes[s]);
}

static void test_registry(void **state) {
  (void)state;
  size_t count = 0;
  for (; limen_loss_name(count); count++) {
    assert_ptr_equal(limen_loss_find(limen_loss_name(count)), limen_loss_at(count));
    assert_true(strlen(limen_loss_at(count)->about) > 10);
  }
  assert_true(count >= 1);
  assert_null(limen_loss_at(count));
  assert_null(limen_loss_find("none"));
}

/* Scores .11 .32 .57 at tau .25, the last one wanted: the softmax is .1040 .2410 .6550 and the loss
 * -ln .6550 = .4231. Scores at both ends of what tau = .005 allows are exact zeros and ones. */
static void test_infonce_by_hand(void **state) {
  (void)state;
  const struct limen_loss *loss = limen_loss_find("infonce");
  _Alignas(64) float scores[3 * LIMEN_PANEL] = {0};
  const float row[] = {0.11f, 0.32f, 0.57f};
  const uint32_t last = 2, both[] = {0, 2};
  for (size_t j = 0; j < 3; j++) scores[j * LIMEN_PANEL] = row[j];
  double got = loss->panel(&(struct limen_loss_settings){0.25}, 1, 3, 1, &last, scores);
  assert_true(fabs(got - 0.42311) < 1e-5);
  assert_true(fabs((double)scores[0] - 0.10403 / 0.25) < 4e-5);
  assert_true(fabs((double)scores[LIMEN_PANEL] - 0.24097 / 0.25) < 4e-5);
  assert_true(fabs((double)scores[2 * LIMEN_PANEL] + (1 - 0.65501) / 0.25) < 4e-5);

  memset(scores, 0, sizeof scores);
  scores[0] = 1;
  scores[LIMEN_PANEL] = -1;
  scores[2 * LIMEN_PANEL] = -1;
  got = loss->panel(&(struct limen_loss_settings){0.005}, 1, 3, 2, both, scores);
  assert_true(fabs(got - 200) < 1e-4); /* (0 + 400) / 2 */
  assert_true(fabs((double)scores[0] - 100) < 1e-4);
  assert_true(fabs((double)scores[LIMEN_PANEL]) < 1e-4);
  assert_true(fabs((double)scores[2 * LIMEN_PANEL] + 100) < 1e-4);
}

static void test_exp2(void **state) {
  (void)state;
  double worst = 0;
  for (double x = -100; x <= 127; x += 0.0013) {
    limen_lanes y = limen_lanes_exp2(limen_lanes_all((float)x));
    worst = fmax(worst, fabs((double)y[3] / exp2((double)(float)x) - 1));
  }
  assert_true(worst < 2e-7);
  assert_true(worst > 1e-8); /* it was measured */
  assert_true((double)limen_lanes_exp2(limen_lanes_all(-577.0f))[0] < 1e-30);
  assert_true(limen_lanes_exp2(limen_lanes_all(0.0f))[15] == 1);
}

static void test_log2(void **state) {
  (void)state;
  for (double x = 1e-3; x < 1e7; x *= 1.00037) {
    double y = (double)limen_lanes_log2(limen_lanes_all((float)x))[7],
           exact = log2((double)(float)x);
    assert_true(fabs(y - exact) < 3e-7 * fmax(fabs(exact), 1));
  }
  assert_true(limen_lanes_log2(limen_lanes_all(1.0f))[0] == 0);
}

static void test_lane_sums(void **state) {
  (void)state;
  limen_lanes x[LIMEN_LANES];
  float expected[LIMEN_LANES] = {0};
  for (size_t i = 0; i < LIMEN_LANES; i++)
    for (size_t l = 0; l < LIMEN_LANES; l++) {
      x[i][l] = (float)(i * i * 37 + l * l * l);
      expected[i] += x[i][l];
    }
  assert_true(limen_lanes_sum(x[5]) == expected[5]); /* whole numbers: exact in any order */
  limen_lanes sums = limen_lanes_sums(x);
  for (size_t i = 0; i < LIMEN_LANES; i++) assert_true(sums[i] == expected[i]);
  limen_lanes kept = limen_lanes_below(limen_lanes_all(0.57f), 16, 19);
  for (size_t i = 0; i < LIMEN_LANES; i++) assert_true(kept[i] == (i < 3 ? 0.57f : 0.0f));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_registry),
      cmocka_unit_test(test_every_loss),
      cmocka_unit_test(test_infonce_by_hand),
      cmocka_unit_test(test_exp2),
      cmocka_unit_test(test_log2),
      cmocka_unit_test(test_lane_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
