/* The study rank_shift, run small over an index that is bad on purpose: places, swaps and tau that
 * its report tells are worked out again here from results.csv. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/folder.h"
#include "support/program.h"

enum { MODELS_MOST = 32, COLUMNS_MOST = 128 };

struct model {
  char name[64]; /* as reports write it: "random_word 16" */
  double exact, index, found;
  int builds; /* 0: searched exactly only */
};

struct world {
  char *home, *folder;
  struct model model[MODELS_MOST];
  size_t count;
};

static char *text_of(const struct world *world, const char *name) {
  char *path = path_of(world->folder, name), *text = read_whole(path, NULL);
  free(path);
  return text;
}

static size_t split(char *line, char **cells) {
  size_t count = 0;
  for (char *at = line; at && count < COLUMNS_MOST; count++) {
    cells[count] = at;
    if ((at = strchr(at, ','))) *at++ = '\0';
  }
  return count;
}

static const char *cell(char **head, char **cells, size_t columns, const char *name) {
  for (size_t i = 0; i < columns; i++)
    if (strcmp(head[i], name) == 0) return cells[i];
  fail_msg("results.csv has no column %s", name);
  return "";
}

static struct model *model_of(struct world *world, const char *representation, const char *d) {
  char name[64];
  snprintf(name, sizeof name, "%s%s%s", representation, *d ? " " : "", d);
  for (size_t i = 0; i < world->count; i++)
    if (strcmp(world->model[i].name, name) == 0) return &world->model[i];
  assert_true(world->count < MODELS_MOST);
  struct model *model = &world->model[world->count++];
  memcpy(model->name, name, sizeof name);
  return model;
}

static void read_results(struct world *world) {
  char *text = text_of(world, "results.csv"), *head[COLUMNS_MOST], *cells[COLUMNS_MOST];
  char *line = strtok(text, "\r\n");
  const size_t columns = split(line, head);
  while ((line = strtok(NULL, "\r\n"))) {
    split(line, cells);
    struct model *model = model_of(world, cell(head, cells, columns, "representation"),
                                   cell(head, cells, columns, "dimensions"));
    const double ndcg = strtod(cell(head, cells, columns, "ndcg_cut_10"), NULL);
    if (strcmp(cell(head, cells, columns, "engine"), "exact") == 0) {
      model->exact = ndcg;
      continue;
    }
    model->builds++;
    model->index += (ndcg - model->index) / model->builds;
    model->found +=
        (strtod(cell(head, cells, columns, "found_10"), NULL) - model->found) / model->builds;
  }
  for (size_t i = 0; i < world->count; i++)
    if (world->model[i].builds == 0) world->model[i].index = world->model[i].exact;
  free(text);
}

static int setup(void **state) {
  static struct world world;
  world.home = folder_make();
  world.folder = path_of(world.home, "run");
  expect_run(NULL, 0,
             WORDS("run", "rank_shift", "--smoke", "--quiet", "--set", "documents=900", "--set",
                   "d=own,16,48,128", "--set", "M=3", "--set", "ef_construction=6", "--set",
                   "ef=10", "--set", "builds=3", "--out", world.folder),
             WORDS(""));
  read_results(&world);
  *state = &world;
  return 0;
}

static int teardown(void **state) {
  struct world *world = *state;
  free(world->folder);
  folder_remove(world->home);
  return 0;
}

static bool swapped(const struct model *a, const struct model *b) {
  return (a->exact - b->exact) * (a->index - b->index) < 0;
}

/* Six of representations and dimensions are under the index, three have no vectors. */
static void test_counts_and_tau(void **state) {
  const struct world *world = *state;
  char *report = text_of(world, "report.md"), words[160];
  int swaps = 0, pairs = 0, agree = 0, in_exact = 0, in_index = 0;
  assert_int_equal(world->count, 9);
  for (size_t i = 0; i < world->count; i++)
    for (size_t j = i + 1; j < world->count; j++) {
      const struct model *a = &world->model[i], *b = &world->model[j];
      pairs += a->builds > 0 || b->builds > 0;
      swaps += swapped(a, b);
      agree += (a->exact - b->exact) * (a->index - b->index) > 0;
      in_exact += a->exact != b->exact;
      in_index += a->index != b->index;
    }
  /* A test of nothing would be one without swaps. */
  assert_int_equal(pairs, 33);
  assert_in_range(swaps, 2, 32);
  snprintf(words, sizeof words, "| %d of 33 |", swaps);
  expect_word(report, words);
  snprintf(words, sizeof words, "of 33 pairs %d change places", swaps);
  expect_word(report, words);
  const double tau = (agree - swaps) / sqrt((double)in_exact * in_index);
  const char *at = strstr(report, "Kendall's tau is ");
  assert_non_null(at);
  assert_true(fabs(strtod(at + strlen("Kendall's tau is "), NULL) - tau) < .006);
  free(report);
}

/* The table of swaps names all pairs that change places, and no others. */
static void test_swaps_are_named(void **state) {
  const struct world *world = *state;
  char *report = text_of(world, "report.md"), words[160];
  for (size_t i = 0; i < world->count; i++)
    for (size_t j = 0; j < world->count; j++) {
      const struct model *a = &world->model[i], *b = &world->model[j];
      snprintf(words, sizeof words, "| %s over %s |", a->name, b->name);
      const bool named = strstr(report, words) != NULL;
      if (named != (a->exact > b->exact && swapped(a, b)))
        fail_msg("%s is %s", words, named ? "named and is none" : "a swap and is not named");
    }
  free(report);
}

/* Every model's row: its places, what changes, what is found. */
static void test_rows(void **state) {
  const struct world *world = *state;
  char *report = text_of(world, "report.md"), words[160];
  for (size_t i = 0; i < world->count; i++) {
    const struct model *model = &world->model[i];
    snprintf(words, sizeof words, "| hnswlib at ef = 10 | %s | ", model->name);
    const char *row = strstr(report, words);
    if (!row) fail_msg("no row \"%s\" in:\n%s", words, report);
    double exact = 0, before = 1, after = 1;
    assert_int_equal(sscanf(row + strlen(words), "%lf", &exact), 1);
    assert_true(fabs(exact - model->exact) < .006);
    for (size_t j = 0; j < world->count; j++) {
      before += world->model[j].exact > model->exact;
      after += world->model[j].index > model->index;
    }
    /* The last two cells; places without ties are whole. */
    char *line = strndup(row, strcspn(row, "\n")), *last, *next;
    assert_non_null(line);
    *strrchr(line, '|') = '\0';
    last = strrchr(line, '|') + 1;
    last[-1] = '\0';
    next = strrchr(line, '|') + 1;
    assert_true(fabs(strtod(last, NULL) - after) < 1e-9);
    assert_true(fabs(strtod(next, NULL) - before) < 1e-9);
    snprintf(words, sizeof words, "| %.3f |", model->found);
    if (model->builds > 0) expect_word(row, words);
    free(line);
  }
  free(report);
}

/* Of ten documents there is no recall of the first 20. */
static void test_headlines(void **state) {
  const struct world *world = *state;
  char *summary = text_of(world, "summary.json");
  expect_word(summary, "ndcg@10/");
  expect_word(summary, "recall@10/");
  assert_null(strstr(summary, "recall@20/"));
  assert_null(strstr(summary, "recall@100/"));
  free(summary);
}

/* An index that ranks a hundred documents has an ef of a hundred. */
static void test_warnings(void **state) {
  const struct world *world = *state;
  char *folder = path_of(world->home, "deep");
  expect_run(NULL, 0,
             WORDS("run", "rank_shift", "--smoke", "--quiet", "--set", "depth=100", "--set",
                   "instances=2", "--out", folder),
             WORDS(""));
  char *path = path_of(folder, "report.md"), *report = read_whole(path, NULL);
  expect_word(report, "An ef below depth = 100 counts as 100");
  expect_word(report, "the first drawing alone");
  free(report);
  free(path);
  free(folder);
}

/* Nothing to compare is said, not guessed. */
static void test_without_an_index(void **state) {
  const struct world *world = *state;
  char *folder = path_of(world->home, "exact");
  expect_run(
      NULL, 0,
      WORDS("run", "rank_shift", "--smoke", "--quiet", "--set", "engine=exact", "--out", folder),
      WORDS(""));
  char *path = path_of(folder, "report.md"), *report = read_whole(path, NULL);
  expect_word(report, "There are no two rankings to compare yet");
  free(report);
  free(path);
  free(folder);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_counts_and_tau), cmocka_unit_test(test_swaps_are_named),
      cmocka_unit_test(test_rows),           cmocka_unit_test(test_headlines),
      cmocka_unit_test(test_warnings),       cmocka_unit_test(test_without_an_index),
  };
  return cmocka_run_group_tests(tests, setup, teardown);
}
