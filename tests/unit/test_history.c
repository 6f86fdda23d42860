/* Numbers over measurements: order, changes, gaps, what does not measure the same thing, and the
 * plot of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>

#include "gate/baseline.h"
#include "gate/history.h"
#include "gate/history_plot.h"
#include "unit/gate_world.h"
#include "unit/scratch.h"

/* A measurement of which k and the data are told. */
static void begin(struct limen_measured *measured, const char *k) {
  start(measured, "mine");
  assert_int_equal(limen_settings_add(&measured->definition, "k", k, NULL), LIMEN_OK);
}

static void put(struct limen_measured *measured, const char *name, double value, char data) {
  struct limen_number *number =
      put_number(measured, name, "share", value, value - 0.02, value + 0.01);
  memset(number->sample.data, data, LIMEN_HASH_SIZE - 1);
}

/* Six entries: 0.57 and 0.59 of the same, a gap, then another k, other data, another unit. */
static void fill(struct limen_history *history) {
  static const struct {
    const char *k;
    char data;
    double value; /* NaN: it has another number */
  } entries[] = {{"5", 'a', 0.57},  {"5", 'a', 0.59},  {"5", 'a', NAN},
                 {"10", 'a', 0.32}, {"10", 'b', 0.33}, {"10", 'b', 0.34}};
  for (size_t i = 0; i < sizeof entries / sizeof *entries; i++) {
    struct limen_measured measured;
    char label[16];
    begin(&measured, entries[i].k);
    if (!isnan(entries[i].value)) put(&measured, "recall/ef=1", entries[i].value, entries[i].data);
    put(&measured, "recall/ef=12", 0.83, entries[i].data);
    if (i == 5) strcpy(measured.number[0].unit, "x");
    snprintf(label, sizeof label, "b%zu", i);
    assert_int_equal(
        limen_history_add(history, label, i == 1 ? "2026-01-31" : NULL, &measured, NULL), LIMEN_OK);
    assert_null(measured.number);
  }
}

static void test_points(void **state) {
  struct limen_history history = {0};
  struct limen_history_point points[6] = {{0}};
  (void)state;
  fill(&history);
  assert_string_equal(history.entry[0].date, "");
  assert_string_equal(history.entry[1].date, "2026-01-31");
  assert_int_equal(limen_history_points(&history, "recall/ef=1", points, NULL), LIMEN_OK);
  assert_true(isnan(points[0].change) && !points[0].definition && !points[0].data);
  near(points[1].change, 0.02, 1e-15);
  assert_true(!points[1].definition && !points[1].data && !points[1].unit);
  assert_true(!points[2].number && isnan(points[2].change));
  /* From the last one that has it. */
  near(points[3].change, 0.32 - 0.59, 1e-15);
  assert_string_equal(points[3].definition, "k: 5 -> 10");
  assert_true(!points[3].data && points[4].data && !points[4].definition);
  assert_true(points[5].unit && isnan(points[5].change) && !points[5].data);
  limen_history_points_clear(points, 6);
  limen_history_clear(&history);
}

static void test_names(void **state) {
  struct limen_history history = {0};
  struct limen_measured measured;
  const char **names;
  size_t count;
  (void)state;
  assert_int_equal(limen_history_names(&history, 1, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 0);
  limen_free(names);
  fill(&history);
  begin(&measured, "1");
  put(&measured, "a", 0.11, 'a');
  assert_int_equal(limen_history_add(&history, "last", NULL, &measured, NULL), LIMEN_OK);
  assert_int_equal(limen_history_names(&history, 2, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 2);
  assert_string_equal(names[0], "recall/ef=1");
  assert_string_equal(names[1], "recall/ef=12");
  limen_free(names);
  assert_int_equal(limen_history_names(&history, 6, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 1);
  limen_free(names);
  assert_int_equal(limen_history_names(&history, 1, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 3);
  assert_string_equal(names[2], "a");
  limen_free(names);
  limen_history_clear(&history);
}

/* ---- folders ---- */

static void put_baseline(const char *name, const char *date) {
  struct limen_measured measured;
  begin(&measured, "1");
  put(&measured, "recall", 0.57, 'a');
  assert_int_equal(limen_baseline_write(at(name), &measured, NULL, date, NULL), LIMEN_OK);
  limen_measured_clear(&measured);
}

static void test_folder(void **state) {
  struct limen_history history = {0};
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_history_add_folder(&history, at("."), &error), LIMEN_INPUT);
  says(&error, "this folder is no run, and has no baselines, which end in .json");
  put_file(at("notes.txt"), "no", 2);
  put_file(at(".hidden.json"), "no", 2);
  put_baseline("a.json", "2026-02-01");
  put_baseline("c.json", "2026-01-01");
  put_baseline("b.json", "2026-01-01");
  assert_int_equal(limen_history_add_baseline(&history, at("a.json"), &error), LIMEN_OK);
  assert_int_equal(limen_history_add_folder(&history, scratch, &error), LIMEN_OK);
  assert_int_equal(history.count, 4);
  assert_string_equal(history.entry[0].date, "2026-02-01"); /* as given: before the folder */
  assert_string_equal(history.entry[1].label, at("b.json"));
  assert_string_equal(history.entry[2].label, at("c.json"));
  assert_string_equal(history.entry[3].label, at("a.json"));
  put_file(at("d.json"), "{}", 2);
  assert_int_equal(limen_history_add_folder(&history, scratch, &error), LIMEN_INPUT);
  says(&error, "d.json: this is no baseline");
  limen_history_clear(&history);
}

/* ---- plots ---- */

static void test_plot(void **state) {
  static const char *const both[] = {"recall/ef=12", "recall/ef=1"};
  struct limen_history history = {0};
  struct limen_plot *plot;
  (void)state;
  fill(&history);
  strcpy(history.entry[5].measured.number[0].unit, "share");
  strcpy(history.entry[0].date, "2026-01-01");
  strcpy(history.entry[5].date, "2026-03-01");
  assert_int_equal(limen_history_plot(&history, both, 2, &plot, NULL), LIMEN_OK);
  assert_string_equal(plot->x_label, "measurement, in order (1: 2026-01-01, 6: 2026-03-01)");
  assert_string_equal(plot->y_label, "recall (share)");
  assert_int_equal(plot->y_scale, LIMEN_LOGIT);
  assert_int_equal(plot->count, 2);
  assert_string_equal(plot->series[0].label, "ef=12");
  assert_string_equal(plot->series[1].label, "ef=1");
  /* Two gaps where it stops measuring the same thing; one more where it is missing. */
  const struct limen_series *series = &plot->series[1];
  static const double x[] = {1, 2, 3, 3.5, 4, 4.5, 5, 6};
  static const double y[] = {0.57, 0.59, NAN, NAN, 0.32, NAN, 0.33, 0.34};
  assert_int_equal(series->count, 8);
  for (size_t i = 0; i < 8; i++) {
    near(series->x[i], x[i], 0);
    assert_true(isnan(y[i]) ? isnan(series->y[i]) : series->y[i] == y[i]);
  }
  near(series->lower[0], 0.55, 1e-15);
  near(series->upper[0], 0.58, 1e-15);
  assert_int_equal(plot->series[0].count, 8);
  /* Said once for all series. */
  assert_int_equal(plot->n_marks, 2);
  assert_string_equal(plot->marks[0].text, "other definition");
  assert_string_equal(plot->marks[1].text, "other data");
  near(plot->marks[1].x, 5, 0);
  limen_plot_free(plot);
  limen_history_clear(&history);
}

static void test_plot_refused(void **state) {
  static const char *const many[] = {"a", "a", "a", "a", "a", "a", "a", "a", "a"};
  static const char *const both[] = {"recall/ef=1", "recall/ef=12"};
  struct limen_history history = {0};
  struct limen_error error = {0};
  struct limen_plot *plot;
  (void)state;
  fill(&history);
  assert_int_equal(limen_history_plot(&history, many, 9, &plot, &error), LIMEN_USAGE);
  says(&error,
       "--plot: 9 numbers are more than the 8 whose colours can be told apart; pick some with "
       "--metric");
  assert_int_equal(limen_history_plot(&history, both, 2, &plot, &error), LIMEN_USAGE);
  says(&error, "--plot: the numbers have several units, which have no axis in common");
  assert_null(plot);
  limen_history_clear(&history);
}

/* Names of other shapes are told in full; without a measure in common the axis is the unit. */
static void test_plot_names(void **state) {
  static const char *const names[] = {"a/x=1", "a/x=1/y=2"}, *const others[] = {"b", "a/x=1"};
  struct limen_history history = {0};
  struct limen_measured measured;
  struct limen_plot *plot;
  (void)state;
  start(&measured, "mine");
  put_number(&measured, "a/x=1", "documents", 11, 10, 12);
  put_number(&measured, "a/x=1/y=2", "documents", 32, 30, 33);
  put_number(&measured, "b", "documents", 57, NAN, NAN);
  assert_int_equal(limen_history_add(&history, "one", NULL, &measured, NULL), LIMEN_OK);
  assert_int_equal(limen_history_plot(&history, names, 2, &plot, NULL), LIMEN_OK);
  assert_string_equal(plot->series[1].label, "a/x=1/y=2");
  assert_string_equal(plot->x_label, "measurement, in order");
  assert_string_equal(plot->y_label, "a (documents)");
  assert_int_equal(plot->y_scale, LIMEN_LINEAR);
  limen_plot_free(plot);
  assert_int_equal(limen_history_plot(&history, others, 2, &plot, NULL), LIMEN_OK);
  assert_string_equal(plot->y_label, "documents");
  limen_plot_free(plot);
  assert_int_equal(limen_history_plot(&history, others, 1, &plot, NULL), LIMEN_OK);
  assert_string_equal(plot->series[0].label, "");
  assert_string_equal(plot->y_label, "b (documents)");
  limen_plot_free(plot);
  limen_history_clear(&history);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_points), TEST(test_names),        TEST(test_folder),
      TEST(test_plot),   TEST(test_plot_refused), TEST(test_plot_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
