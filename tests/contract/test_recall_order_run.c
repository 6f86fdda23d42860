/* The study of insertion orders from outside: its headline numbers against its results, and what
 * its report says of effects and of noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/folder.h"
#include "support/program.h"

enum { DRAWS = 12, BUILDS = 2 };

static const char clusters[] =
    "name: mine\n"
    "kind: recall\n"
    "question: Does order matter?\n"
    "params:\n"
    "  study: order\n"
    "  data: clusters_separated\n"
    "  data_options: clusters_separated.separation=30\n"
    "  n: 800\n"
    "  nq: 60\n"
    "  levels: [by_label, library]\n"
    "  order: [random, as_given, norm_descending, by_category]\n"
    "  ef: [40, 10, 20]\n"
    "  builds: 2\n"
    "  draws: 12\n"
    "  variants: 3\n"
    "  attribute: 2\n";

static const char gaussian[] =
    "name: mine\n"
    "kind: recall\n"
    "question: Does order matter?\n"
    "params:\n"
    "  study: order\n"
    "  data: gaussian\n"
    "  r: 8\n"
    "  n: 500\n"
    "  nq: 50\n"
    "  levels: by_label\n"
    "  order: [random, as_given, by_category]\n"
    "  ef: [10, 20]\n"
    "  builds: 1\n"
    "  draws: 9\n";

/* A folder in which the definition has been run; the report in `out`. */
static char *run(const char *definition, const char *set) {
  char *folder = folder_make(), *path = path_of(folder, "mine.yml"), *out = path_of(folder, "out");
  write_whole(path, definition);
  expect_run(NULL, 0, WORDS("run", path, "--quiet", "--out", out, "--set", set), WORDS(""));
  free(path);
  free(out);
  return folder;
}

static char *read_out(const char *folder, const char *name) {
  char *out = path_of(folder, "out"), *path = path_of(out, name);
  char *text = read_whole(path, NULL);
  free(out);
  free(path);
  return text;
}

/* ---- results.csv ---- */

/* Splits a line in place; none of the definitions here has a comma in a value. */
static size_t split(char *line, char **fields, size_t most) {
  size_t count = 0;
  for (char *at = line; at && count < most;) {
    fields[count++] = at;
    if ((at = strchr(at, ','))) *at++ = '\0';
  }
  return count;
}

static size_t column(char **heads, size_t count, const char *name) {
  size_t i = 0;
  while (i < count && strcmp(heads[i], name) != 0) i++;
  if (i == count) fail_msg("no column %s", name);
  return i;
}

/* Recalls of one order: summed over builds, by variant. */
struct recalls {
  double sum[64];
  size_t count[64], variants;
};

static void gather(const char *csv, const char *levels, const char *order, const char *ef,
                   struct recalls *out) {
  enum { COLUMNS_MOST = 100 };
  char *copy = strdup(csv), *rest = copy, *line, *heads[COLUMNS_MOST], *fields[COLUMNS_MOST];
  *out = (struct recalls){0};
  size_t n = split(strsep(&rest, "\n"), heads, COLUMNS_MOST);
  const size_t c_levels = column(heads, n, "levels"), c_order = column(heads, n, "order"),
               c_ef = column(heads, n, "ef"), c_variant = column(heads, n, "variant"),
               c_recall = column(heads, n, "recall");
  while ((line = strsep(&rest, "\n")) && *line) {
    assert_int_equal(split(line, fields, COLUMNS_MOST), n);
    if (strcmp(fields[c_levels], levels) != 0 || strcmp(fields[c_order], order) != 0 ||
        strcmp(fields[c_ef], ef) != 0)
      continue;
    size_t variant = strtoul(fields[c_variant], NULL, 10);
    assert_true(variant < 64);
    out->sum[variant] += strtod(fields[c_recall], NULL);
    out->count[variant]++;
    if (variant >= out->variants) out->variants = variant + 1;
  }
  free(copy);
}

static double mean_over_variants(const struct recalls *recalls) {
  double sum = 0;
  for (size_t v = 0; v < recalls->variants; v++) sum += recalls->sum[v] / (double)recalls->count[v];
  return sum / (double)recalls->variants;
}

/* ---- headline numbers ---- */

static json_t *metric_of(const json_t *summary, const char *name) {
  size_t i;
  json_t *metric;
  json_array_foreach(json_object_get(summary, "metrics"), i, metric) {
    if (strcmp(json_string_value(json_object_get(metric, "name")), name) == 0) return metric;
  }
  return NULL;
}

static double number_of(const json_t *metric, const char *key) {
  return json_number_value(json_object_get(metric, key));
}

static void check_effect(const json_t *summary, const char *csv, const char *levels,
                         const char *order, const char *ef) {
  struct recalls random, ours;
  char name[256];
  gather(csv, levels, "random", ef, &random);
  gather(csv, levels, order, ef, &ours);
  assert_int_equal(random.variants, DRAWS);
  for (size_t v = 0; v < DRAWS; v++) assert_int_equal(random.count[v], BUILDS);
  for (size_t v = 0; v < ours.variants; v++) assert_int_equal(ours.count[v], BUILDS);
  double mean = mean_over_variants(&random), squares = 0;
  for (size_t v = 0; v < DRAWS; v++) squares += pow(random.sum[v] / BUILDS - mean, 2);
  snprintf(
      name, sizeof name,
      "effect/data=clusters_separated/metric=l2/engine=hnswlib/batch=0/levels=%s/order=%s/M=16/"
      "ef_construction=128/ef=%s/r=0",
      levels, order, ef);
  json_t *metric = metric_of(summary, name);
  if (!metric) fail_msg("no %s", name);
  assert_string_equal(json_string_value(json_object_get(metric, "unit")), "points");
  assert_string_equal(json_string_value(json_object_get(metric, "better")), "higher");
  assert_int_equal(json_integer_value(json_object_get(metric, "n")), DRAWS);
  double value = number_of(metric, "value"), expected = 100 * (mean_over_variants(&ours) - mean);
  if (!(fabs(value - expected) < 1e-8)) fail_msg("%s is %g, not %g", name, value, expected);
  /* t of 11 degrees of freedom; wider where variants were sampled. */
  double half = 2.200985160082949 * 100 * sqrt(squares / (DRAWS - 1) * (1 + 1.0 / DRAWS));
  double wide = (number_of(metric, "upper") - number_of(metric, "lower")) / 2;
  if (ours.variants == 1 && !(fabs(wide - half) < 1e-8)) fail_msg("%s: %g, %g", name, wide, half);
  if (ours.variants > 1) assert_true(wide > half - 1e-9);
}

static void effects_come_from_the_results(void **state) {
  (void)state;
  char *folder = run(clusters, "data_options=clusters_separated.separation=30");
  char *csv = read_out(folder, "results.csv"), *text = read_out(folder, "summary.json");
  json_t *summary = json_loads(text, 0, NULL);
  static const char *const levels[] = {"by_label", "library"};
  static const char *const efs[] = {"10", "20", "40"};
  static const char *const orders[] = {"as_given", "norm_descending", "by_category"};
  assert_non_null(summary);
  for (size_t l = 0; l < 2; l++)
    for (size_t o = 0; o < 3; o++)
      for (size_t e = 0; e < 3; e++) check_effect(summary, csv, levels[l], orders[o], efs[e]);
  /* Only inside the grid of ef is there an effect at equal work. */
  assert_non_null(metric_of(summary,
                            "effect_equal_work/data=clusters_separated/metric=l2/engine=hnswlib/"
                            "batch=0/levels=by_label/order=as_given/M=16/ef_construction=128/ef=20/"
                            "r=0"));
  assert_null(metric_of(summary,
                        "effect_equal_work/data=clusters_separated/metric=l2/engine=hnswlib/"
                        "batch=0/levels=by_label/order=as_given/M=16/ef_construction=128/ef=10/"
                        "r=0"));
  json_decref(summary);
  free(csv);
  free(text);
  char *report = read_out(folder, "report.md");
  expect_word(report, "On clusters_separated, order matters: ");
  expect_word(report, " changes recall@10 at ef = 10 by ");
  expect_word(report, "; one more random order by up to ");
  expect_word(report, "](plots/effects_ef10_1.svg)");
  expect_word(report, "](plots/effects_ef40_1.svg)");
  expect_word(report, "## The hierarchy's part");
  expect_word(report, "## Permutations of categories");
  expect_word(report, "3, sampled");
  expect_word(report, "There are only 12 random orders: a rank can be no lower than 1 of 13");
  expect_word(report, "Nodes that no search can come to: 0.0 of 800.");
  free(report);
  /* The report is rebuilt from the store alone. */
  char *out = path_of(folder, "out");
  struct snapshot before = snapshot_take(out, true);
  expect_run(NULL, 0, WORDS("report", out), WORDS(""));
  struct snapshot after = snapshot_take(out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(out);
  folder_remove(folder);
}

/* Points without a direction: the order in which they are given is one more random order. */
static void noise_is_called_noise(void **state) {
  (void)state;
  char *folder = run(gaussian, "first_seed=3");
  char *report = read_out(folder, "report.md");
  expect_word(
      report,
      "On gaussian, no order differs from random ones by more than noise: the largest effect "
      "on recall@10 at ef = 10 is of as_given, ");
  expect_word(report, "Left out for want of labels: by_category on gaussian.");
  expect_word(report, "It is called more than noise in 0 of 1 comparisons.");
  free(report);
  folder_remove(folder);
}

static void without_random_orders_nothing_is_said(void **state) {
  (void)state;
  char *folder = run(gaussian, "draws=0");
  char *report = read_out(folder, "report.md");
  expect_word(report,
              "There is nothing to say without random orders: give order=random,... and "
              "draws=99.");
  free(report);
  folder_remove(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(effects_come_from_the_results),
      cmocka_unit_test(noise_is_called_noise),
      cmocka_unit_test(without_random_orders_nothing_is_said),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
