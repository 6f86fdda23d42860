/* Losses of the free-embedding experiment: every one of the registry against a double-precision
 * reference of its own and against finite differences, and the vector functions below them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "limits/loss.h"
#include "limits/panels.h"

/* A new loss adds its definition here, for one query, written without regard to speed. */
typedef double one_loss(const struct limen_loss_settings *settings, size_t n, size_t k,
                        const uint32_t *relevant, const double *s);

static bool is_relevant(size_t j, size_t k, const uint32_t *relevant) {
  for (size_t r = 0; r < k; r++)
    if (relevant[r] == j) return true;
  return false;
}

static double infonce(const struct limen_loss_settings *settings, size_t n, size_t k,
                      const uint32_t *relevant, const double *s) {
  double top = s[0], sum = 0, loss = 0;
  for (size_t j = 0; j < n; j++) top = fmax(top, s[j]);
  for (size_t j = 0; j < n; j++) sum += exp((s[j] - top) / settings->tau);
  for (size_t r = 0; r < k; r++) loss += (top - s[relevant[r]]) / settings->tau + log(sum);
  return loss / (double)k;
}

static double infonce_sum(const struct limen_loss_settings *settings, size_t n, size_t k,
                          const uint32_t *relevant, const double *s) {
  double all = 0, own = 0, own_top = -1e300, top = -1e300;
  for (size_t j = 0; j < n; j++) top = fmax(top, s[j]);
  for (size_t r = 0; r < k; r++) own_top = fmax(own_top, s[relevant[r]]);
  for (size_t j = 0; j < n; j++) all += exp((s[j] - top) / settings->tau);
  for (size_t r = 0; r < k; r++) own += exp((s[relevant[r]] - own_top) / settings->tau);
  return (top - own_top) / settings->tau + log(all) - log(own);
}

/* ln(1 + sum of exp(-margin / tau)), pair by pair, with the largest term taken out. */
static double softmin(const struct limen_loss_settings *settings, size_t n, size_t k,
                      const uint32_t *relevant, const double *s) {
  double top = 0, sum;
  for (size_t r = 0; r < k; r++)
    for (size_t j = 0; j < n; j++)
      if (!is_relevant(j, k, relevant)) top = fmax(top, (s[j] - s[relevant[r]]) / settings->tau);
  sum = exp(-top);
  for (size_t r = 0; r < k; r++)
    for (size_t j = 0; j < n; j++)
      if (!is_relevant(j, k, relevant)) sum += exp((s[j] - s[relevant[r]]) / settings->tau - top);
  return top + log(sum);
}

static double hinge(const struct limen_loss_settings *settings, size_t n, size_t k,
                    const uint32_t *relevant, const double *s) {
  double sum = 0;
  for (size_t r = 0; r < k; r++)
    for (size_t j = 0; j < n; j++)
      if (!is_relevant(j, k, relevant)) sum += fmax(0, settings->tau - s[relevant[r]] + s[j]);
  return sum / (double)k;
}

static double sigmoid(const struct limen_loss_settings *settings, size_t n, size_t k,
                      const uint32_t *relevant, const double *s) {
  double sum = 0;
  for (size_t j = 0; j < n; j++) {
    double x = exp(settings->learned[0]) * s[j] + settings->learned[1];
    if (is_relevant(j, k, relevant)) x = -x;
    sum += fmax(x, 0) + log1p(exp(-fabs(x)));
  }
  return sum;
}

static const struct {
  const char *name;
  one_loss *one;
} references[] = {{"infonce", infonce},
                  {"infonce_sum", infonce_sum},
                  {"softmin", softmin},
                  {"hinge", hinge},
                  {"sigmoid", sigmoid}};

static one_loss *reference(const char *name) {
  for (size_t i = 0; i < sizeof references / sizeof *references; i++)
    if (!strcmp(references[i].name, name)) return references[i].one;
  fail_msg("loss %s has no reference in this test", name);
  return NULL;
}

struct shape {
  size_t queries, n, k;
  double tau;
};

/* A panel of random scores, and what a loss makes of it. */
struct trial {
  struct limen_loss_settings settings;
  struct limen_loss_panel panel;
  float *before; /* n x LIMEN_PANEL */
  uint32_t *relevant;
  double *row; /* n: one query's scores */
  double got;
};

static void trial_start(struct trial *trial, const struct limen_loss *loss,
                        const struct shape *shape) {
  const size_t n = shape->n, k = shape->k;
  gsl_rng *rng = limen_rng_alloc(11, "test/loss", NULL);
  *trial = (struct trial){.settings.tau = shape->tau};
  if (loss->start) loss->start(&trial->settings);
  trial->before = limen_alloc(n * LIMEN_PANEL, sizeof(float), NULL);
  trial->relevant = limen_alloc(shape->queries * k, sizeof(uint32_t), NULL);
  trial->row = limen_alloc(n, sizeof(double), NULL);
  for (size_t i = 0; i < shape->queries; i++) {
    for (size_t r = 0; r < k; r++) /* ascending, spread over the documents */
      trial->relevant[i * k + r] = (uint32_t)((r * n + (i * 7) % n) / k);
    for (size_t j = 0; j < n; j++)
      trial->before[j * LIMEN_PANEL + i] = (float)(2 * gsl_rng_uniform(rng) - 1);
  }
  trial->panel = (struct limen_loss_panel){
      .queries = shape->queries,
      .n = n,
      .k = k,
      .relevant = trial->relevant,
      .scores = limen_copy(trial->before, n * LIMEN_PANEL, sizeof(float), NULL),
      .room = limen_alloc(2 * k, LIMEN_PANEL * sizeof(float), NULL)};
  trial->got = loss->panel(&trial->settings, &trial->panel);
  limen_rng_free(rng);
}

static void trial_end(struct trial *trial) {
  limen_free(trial->before);
  limen_free(trial->relevant);
  limen_free(trial->row);
  limen_free(trial->panel.scores);
  limen_free(trial->panel.room);
}

/* The reference's loss of query i, with score j moved by `by`. */
static double moved(struct trial *trial, one_loss *one, size_t i, size_t j, double by) {
  const struct limen_loss_panel *panel = &trial->panel;
  for (size_t l = 0; l < panel->n; l++)
    trial->row[l] = (double)trial->before[l * LIMEN_PANEL + i] + (l == j ? by : 0);
  return one(&trial->settings, panel->n, panel->k, trial->relevant + i * panel->k, trial->row);
}

/* The reference's loss of the whole panel. */
static double whole(struct trial *trial, one_loss *one) {
  double total = 0;
  for (size_t i = 0; i < trial->panel.queries; i++) total += moved(trial, one, i, 0, 0);
  return total;
}

static void check(const struct limen_loss *loss, const struct shape *shape) {
  struct trial trial;
  one_loss *one = reference(loss->name);
  double largest = 0;
  trial_start(&trial, loss, shape);
  const double total = whole(&trial, one), h = 1e-4 * shape->tau;
  assert_true(fabs(trial.got - total) < 1e-6 * (fabs(total) + (double)shape->queries));
  for (size_t i = 0; i < shape->queries; i++)
    for (size_t j = 0; j < shape->n; j++) {
      double slope = (moved(&trial, one, i, j, h) - moved(&trial, one, i, j, -h)) / (2 * h);
      largest = fmax(largest, fabs(slope));
      /* Derivatives go up to 1 / tau, or to the number of pairs; floats and the differences are
       * good to 1e-6 of that. */
      double scale = fmax(1 / shape->tau, fabs(slope));
      assert_true(fabs((double)trial.panel.scores[j * LIMEN_PANEL + i] - slope) < 2e-6 * scale);
    }
  assert_true(largest > 0.01);
  for (size_t l = 0; l < loss->learned; l++) {
    const double at = trial.settings.learned[l];
    trial.settings.learned[l] = at + 1e-5;
    double above = whole(&trial, one);
    trial.settings.learned[l] = at - 1e-5;
    double slope = (above - whole(&trial, one)) / 2e-5;
    trial.settings.learned[l] = at;
    assert_true(fabs(slope) > 0.01);
    assert_true(fabs(trial.panel.learned_slope[l] - slope) < 1e-5 * (fabs(slope) + fabs(total)));
  }
  for (size_t i = 0; i < shape->n * LIMEN_PANEL; i++) assert_true(isfinite(trial.panel.scores[i]));
  trial_end(&trial);
}

/* The loss of a gap, against differences; it falls as the gap grows. */
static void test_of_gap(void **state) {
  (void)state;
  size_t able = 0;
  for (size_t i = 0; limen_loss_at(i); i++) {
    const struct limen_loss *loss = limen_loss_at(i);
    const struct limen_loss_settings settings = {.tau = 0.11};
    if (!loss->of_gap) continue;
    able++;
    for (double gap = 0.013; gap < 2; gap *= 1.7) {
      const double h = 1e-7;
      double slope, other, above = loss->of_gap(&settings, gap + h, &other);
      double below = loss->of_gap(&settings, gap - h, &other);
      loss->of_gap(&settings, gap, &slope);
      assert_true(fabs(slope - (above - below) / (2 * h)) < 1e-6);
      assert_true(slope <= 0);
    }
  }
  assert_true(able >= 2);
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
  _Alignas(64) float room[4 * LIMEN_PANEL];
  struct limen_loss_panel panel = {1, 3, 1, &last, scores, room, {0}};
  double got = loss->panel(&(struct limen_loss_settings){.tau = 0.25}, &panel);
  assert_true(fabs(got - 0.42311) < 1e-5);
  assert_true(fabs((double)scores[0] - 0.10403 / 0.25) < 4e-5);
  assert_true(fabs((double)scores[LIMEN_PANEL] - 0.24097 / 0.25) < 4e-5);
  assert_true(fabs((double)scores[2 * LIMEN_PANEL] + (1 - 0.65501) / 0.25) < 4e-5);

  memset(scores, 0, sizeof scores);
  scores[0] = 1;
  scores[LIMEN_PANEL] = -1;
  scores[2 * LIMEN_PANEL] = -1;
  panel.k = 2;
  panel.relevant = both;
  got = loss->panel(&(struct limen_loss_settings){.tau = 0.005}, &panel);
  assert_true(fabs(got - 200) < 1e-4); /* (0 + 400) / 2 */
  assert_true(fabs((double)scores[0] - 100) < 1e-4);
  assert_true(fabs((double)scores[LIMEN_PANEL]) < 1e-4);
  assert_true(fabs((double)scores[2 * LIMEN_PANEL] + 100) < 1e-4);
}

/* Scores .11 .32 .57 .05, the first two wanted, tau .25: margins to .57 are -.46 and -.25, to .05
 * they are .06 and .27; the sum of exp(-margin / tau) is 6.2965 + 2.7183 + .7866 + .3396 = 10.1410
 * and the loss ln 11.1410 = 2.4106. The hinge of margin .25: (.71 + .50 + .19 + 0) / 2 = .70. */
static void test_margins_by_hand(void **state) {
  (void)state;
  const float row[] = {0.11f, 0.32f, 0.57f, 0.05f};
  const uint32_t both[] = {0, 1};
  const struct limen_loss_settings settings = {.tau = 0.25};
  _Alignas(64) float scores[4 * LIMEN_PANEL], room[4 * LIMEN_PANEL];
  struct limen_loss_panel panel = {1, 4, 2, both, scores, room, {0}};
  memset(scores, 0, sizeof scores);
  for (size_t j = 0; j < 4; j++) scores[j * LIMEN_PANEL] = row[j];
  assert_true(fabs(limen_loss_find("softmin")->panel(&settings, &panel) - 2.4106) < 1e-4);
  memset(scores, 0, sizeof scores);
  for (size_t j = 0; j < 4; j++) scores[j * LIMEN_PANEL] = row[j];
  assert_true(fabs(limen_loss_find("hinge")->panel(&settings, &panel) - 0.70) < 1e-6);
  assert_true(scores[0] == -1 && scores[LIMEN_PANEL] == -0.5f);
  assert_true(scores[2 * LIMEN_PANEL] == 1 && scores[3 * LIMEN_PANEL] == 0.5f);
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
      cmocka_unit_test(test_of_gap),
      cmocka_unit_test(test_infonce_by_hand),
      cmocka_unit_test(test_margins_by_hand),
      cmocka_unit_test(test_exp2),
      cmocka_unit_test(test_log2),
      cmocka_unit_test(test_lane_sums),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
