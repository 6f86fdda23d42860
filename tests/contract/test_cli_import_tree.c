/* A results tree of ann-benchmarks through the program: judged, reported, verified, and whatever is
 * wrong with it named. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/error.h"
#include "base/file.h"
#include "support/folder.h"
#include "support/program.h"
#include "support/results_tree.h"

enum { QUERIES = 60, K = 10 };

/* A folder with toy-angular.hdf5 and a tree of three algorithms. */
struct world {
  char *folder, *out;
  struct tree_data data;
};

static void put_result(const struct world *world, const char *result, size_t k, size_t wrong,
                       double us, const char *name) {
  char place[256];
  struct tree_result made = tree_result_make(&world->data, k, wrong, us);
  made.name = name;
  snprintf(place, sizeof place, "results/toy-angular/%s.hdf5", result);
  char *path = path_of(world->folder, place);
  tree_result_write(&made, path);
  tree_result_clear(&made);
  free(path);
}

static int make(void **state) {
  struct world *world = calloc(1, sizeof *world);
  world->folder = folder_make();
  world->out = path_of(world->folder, "out");
  world->data = tree_data_make(LIMEN_COSINE, 400, QUERIES, 7, 40);
  char *path = path_of(world->folder, "toy-angular.hdf5");
  tree_data_write(&world->data, path, "angular");
  free(path);
  put_result(world, "10/fast/ef_9", K, 5, 11, "fast (ef=9)");
  put_result(world, "10/fast/ef_57", K, 2, 32, "fast (ef=57)");
  put_result(world, "10/fast/ef_320", K, 0, 110, "fast (ef=320)");
  put_result(world, "10/slow/a", K, 2, 57, NULL);
  put_result(world, "10/slow/b", K, 0, 320, NULL);
  put_result(world, "10/rash-batch/*x*", K, 10, 5, NULL);
  *state = world;
  return 0;
}

static int unmake(void **state) {
  struct world *world = *state;
  tree_data_clear(&world->data);
  folder_remove(world->folder);
  free(world->out);
  free(world);
  return 0;
}

#define IMPORT "import", "ann-benchmarks", "results", "--data", "toy-angular.hdf5", "--out", "out"

static void expect_file(const struct world *world, const char *name, const char *const *words,
                        const char *const *absent) {
  char *path = path_of(world->out, name), *text = read_whole(path, NULL);
  for (size_t i = 0; words[i]; i++) expect_word(text, words[i]);
  for (size_t i = 0; absent[i]; i++)
    if (strstr(text, absent[i])) fail_msg("%s says \"%s\"", name, absent[i]);
  free(text);
  free(path);
}

/* A headline number of summary.json; fails when it is not there. */
static double headline(const struct world *world, const char *name) {
  char *path = path_of(world->out, "summary.json");
  json_t *root = json_load_file(path, 0, NULL), *one;
  double value = NAN;
  size_t i;
  json_array_foreach(json_object_get(root, "metrics"), i, one) {
    const char *is = json_string_value(json_object_get(one, "name"));
    if (strcmp(is, name) != 0) continue;
    value = json_number_value(json_object_get(one, "value"));
    assert_true(json_number_value(json_object_get(one, "lower")) <= value);
    assert_true(json_number_value(json_object_get(one, "upper")) >= value);
    assert_int_equal(json_integer_value(json_object_get(one, "n")), QUERIES);
  }
  json_decref(root);
  free(path);
  if (isnan(value)) fail_msg("there is no %s", name);
  return value;
}

/* ---- what a good tree gives ---- */

static void a_tree_becomes_a_report(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_OK, WORDS(IMPORT), WORDS("6 cells run, 0 taken"));
  /* Of every three queries one loses 1, one 2, and one 3 of 10. */
  assert_true(fabs(headline(world, "recall/data=toy-angular.hdf5/result=10/fast/ef_57") - 0.8) <
              1e-12);
  assert_true(headline(world, "recall/data=toy-angular.hdf5/result=10/slow/b") == 1);
  assert_true(headline(world, "recall/data=toy-angular.hdf5/result=10/rash-batch/*x*") == 0);
  assert_true(headline(world, "recall_ties/data=toy-angular.hdf5/result=10/fast/ef_9") >= 0.5);
  assert_true(headline(world, "recall_epsilon/data=toy-angular.hdf5/result=10/fast/ef_9") > 0.5);
  expect_file(world, "report.md",
              WORDS("6 results were judged again on toy-angular.hdf5.",
                    "The highest recall@10 (one query a call) is 1.000 ", "fast: recalls with",
                    "| ef=57 |", "| b |", "rash-batch: recalls", "plots/rules.svg",
                    "best of a few passes", "What was measured with a clock",
                    "limen import ann-benchmarks results --data toy-angular.hdf5"),
              WORDS("queries a second", "9091", "plots/timed"));
  expect_file(world, "index.html",
              WORDS("of at least 0.95 is fastest with fast (ef=320)", "9091 queries a second",
                    "wherever they are as fast: slow.", "31250", "queries a second"),
              WORDS("Not usable", "Faults of answers"));
  expect_file(world, "results.csv", WORDS("toy-angular.hdf5,10/fast/ef_57,", ",10,320,5700,5\n"),
              WORDS("queries_per_s"));
  expect_file(world, "timings.csv", WORDS("queries_per_s,mean_us,p50_us,p99_us,build_s", "31250"),
              WORDS("recall"));
  assert_true(is_there(world->out, "plots/timed/recall_by_speed.svg"));
  assert_true(is_there(world->out, "plots/timed/pareto_line.svg"));
  assert_true(is_there(world->out, "plots/rules.svg"));
}

/* Of results that are as fast as the leader's, those with less recall differ; one with the same
 * recall does not. */
static void who_differs_beyond_noise(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  put_result(world, "10/slow/c", K, 1, 40, NULL);
  put_result(world, "10/twin/c", K, 0, 100, NULL);
  put_result(world, "10/late/a", K, 0, 5700, NULL);
  expect_run(&here, LIMEN_OK, WORDS(IMPORT), WORDS("9 cells run"));
  expect_file(
      world, "index.html",
      WORDS("fastest with twin (c): 10000 queries a second", "next comes fast (ef=320): 9091",
            "With less recall beyond the noise of the queries wherever they are as fast: fast, "
            "slow. Never as fast as this: late."),
      WORDS("Not told apart"));
  put_result(world, "10/slow/f", K, 0, 60, NULL);
  put_result(world, "10/twin/f", K, 0, 60, NULL);
  expect_run(&here, LIMEN_OK, WORDS(IMPORT), WORDS("11 cells run"));
  expect_file(world, "index.html",
              WORDS("fastest with slow (f): 16667 queries a second",
                    "wherever they are as fast: fast. Not told apart from it: twin. Never as fast "
                    "as this: late."),
              WORDS("next comes fast"));
}

static void the_report_needs_no_tree(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_OK, WORDS(IMPORT), WORDS("6 cells run"));
  expect_output(&here, WORDS("verify", "out"),
                WORDS("360 answers in 6 files judged again", "times are the tree's own word",
                      "results.csv and summary.json say what the store says"));
  struct snapshot before = snapshot_take(world->out, true);
  folder_remove(path_of(world->folder, "results"));
  expect_output(&here, WORDS("report", "out"), WORDS("out/index.html"));
  struct snapshot after = snapshot_take(world->out, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  expect_run(&here, LIMEN_NO, WORDS("verify", "out"),
             WORDS("results/toy-angular/10/", "it was usable, and is not any more"));
}

/* The same numbers with any number of threads, and nothing is judged twice. */
static void an_import_goes_on(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_OK, WORDS(IMPORT, "--threads", "1"), WORDS("6 cells run"));
  struct snapshot before = snapshot_take(world->out, true);
  expect_run(&here, LIMEN_OK, WORDS(IMPORT, "--threads", "2"),
             WORDS("0 cells run, 6 taken from earlier runs"));
  expect_run(&here, LIMEN_OK,
             WORDS("import", "ann-benchmarks", "results", "--data", "toy-angular.hdf5", "--out",
                   "other", "--threads", "3"),
             WORDS("6 cells run"));
  char *other = path_of(world->folder, "other");
  struct snapshot after = snapshot_take(other, true);
  expect_same(&before, &after);
  snapshot_clear(&before);
  snapshot_clear(&after);
  free(other);
  /* The folder of the dataset itself does as well, and the usual place is named after it. */
  expect_output(&here,
                WORDS("import", "ann-benchmarks", "results/toy-angular", "--data",
                      "toy-angular.hdf5", "--quiet"),
                WORDS("reports/imported_toy-angular/index.html"));
}

static void other_bytes_do_not_verify(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_OK, WORDS(IMPORT), WORDS("6 cells run"));
  put_result(world, "10/slow/a", K, 1, 57, NULL);
  expect_run(&here, LIMEN_NO, WORDS("verify", "out"),
             WORDS("10/slow/a.hdf5: it holds other bytes than when it was judged"));
  char *data = path_of(world->folder, "toy-angular.hdf5");
  world->data.base.values[0] += 1;
  tree_data_write(&world->data, data, "angular");
  expect_run(&here, LIMEN_NO, WORDS("verify", "out"),
             WORDS("toy-angular.hdf5 holds other bytes than when the run read it"));
  free(data);
}

/* ---- what is wrong with a tree ---- */

static void put_odd_things(const struct world *world) {
  struct tree_result result = tree_result_make(&world->data, K, 1, 57);
  char *tree = path_of(world->folder, "results/toy-angular"), *path;
  int32_t *ids = (int32_t *)result.ids;
  ids[3] = ids[4];
  ids[15] = 5700;
  ids[26] = -1;
  result.distances[7] += 0.32f;
  tree_result_write(&result, path = path_of(tree, "10/odd/faults.hdf5"));
  free(path);
  result.rows = 7;
  tree_result_write(&result, path = path_of(tree, "10/odd/short.hdf5"));
  free(path);
  write_whole(path = path_of(tree, "10/odd/text <b>&\"'\\.hdf5"), "garbage");
  free(path);
  write_whole(path = path_of(tree, "10/odd/notes.txt"), "x");
  free(path);
  write_whole(path = path_of(tree, "10/odd/line\nbreak.hdf5"), "x");
  free(path);
  write_whole(path = path_of(tree, "10/stray.hdf5"), "x");
  free(path);
  write_whole(path = path_of(tree, "readme"), "x");
  free(path);
  assert_int_equal(symlink("../slow/a.hdf5", path = path_of(tree, "10/odd/link.hdf5")), 0);
  free(path);
  assert_int_equal(symlink("..", path = path_of(tree, "10/loop")), 0);
  free(path);
  assert_int_equal(mkfifo(path = path_of(tree, "10/odd/pipe.hdf5"), 0600), 0);
  free(path);
  free(tree);
  tree_result_clear(&result);
}

static void the_rest_goes_on(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  put_odd_things(world);
  put_result(world, "30/slow/a", 30, 2, 57, NULL);
  expect_run(
      &here, LIMEN_OK, WORDS(IMPORT),
      WORDS("left out: `notes.txt` in 10/odd: its name does not end with .hdf5",
            "`line?break.hdf5` in 10/odd: its name is not plain text",
            "`stray.hdf5` in 10: it is no folder of an algorithm",
            "`loop` in 10: it is no folder of an algorithm",
            "`readme` in the dataset's folder: it is no folder named after a k", "12 cells run"));
  expect_file(world, "report.md",
              WORDS("8 results were judged again", "4 files are not usable",
                    "it answers 7 queries, and the dataset has 60; the run was cut short",
                    "a symbolic link is not followed", "it is no regular file",
                    "the HDF5 library cannot open it", "Not looked at: 5 entries of the tree",
                    "Queries with fewer different rows than k in 1 result",
                    "Queries that were given a row twice, which counts once in 1 result, with the "
                    "share: 10/odd/faults (1.7%)",
                    "Queries that were given an id which is no row in 1 result",
                    "Places whose distance in the file is not that of the vectors", "## recall@30",
                    "is not known for k = 30"),
              WORDS("<b>", "results/toy-angular"));
  expect_file(world, "index.html", WORDS("&lt;b&gt;"), WORDS("text <b>"));
  expect_output(&here, WORDS("verify", "out"), WORDS("4 files are still not usable"));
}

static void trees_that_are_none(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  char *empty = path_of(world->folder, "empty/toy-angular"), *jaccard;
  assert_int_equal(limen_folder_make(empty, NULL), LIMEN_OK);
  expect_run(&here, LIMEN_INPUT,
             WORDS("import", "ann-benchmarks", "empty", "--data", "toy-angular.hdf5"),
             WORDS("empty/toy-angular: there is no result in it"));
  expect_run(&here, LIMEN_INPUT,
             WORDS("import", "ann-benchmarks", ".", "--data", "toy-angular.hdf5"),
             WORDS("holds no folder `toy-angular`", "`empty`, `results`"));
  expect_run(&here, LIMEN_INPUT,
             WORDS("import", "ann-benchmarks", "nowhere", "--data", "toy-angular.hdf5"),
             WORDS("nowhere"));
  expect_run(&here, LIMEN_INPUT,
             WORDS("import", "ann-benchmarks", "results", "--data", "nothing.hdf5"),
             WORDS("nothing.hdf5"));
  tree_data_write(&world->data, jaccard = path_of(world->folder, "sets.hdf5"), "jaccard");
  expect_run(&here, LIMEN_INPUT,
             WORDS("import", "ann-benchmarks", "results", "--data", "sets.hdf5"),
             WORDS("is for the distance `jaccard`; angular and euclidean can be judged"));
  assert_false(is_there(world->folder, "reports"));
  free(empty);
  free(jaccard);
}

static void command_lines(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_USAGE, WORDS("import", "ann-benchmarks", "results"),
             WORDS("limen import ann-benchmarks: --data FILE is missing"));
  expect_run(&here, LIMEN_USAGE, WORDS("import", "limit-json", "x.json", "--data", "y"),
             WORDS("limen import limit-json takes no --data"));
  expect_run(&here, LIMEN_USAGE, WORDS("import", "limit-json", "x.json", "--threads", "2"),
             WORDS("takes no --threads"));
  expect_run(&here, LIMEN_USAGE, WORDS("import", "limit-json", "x.json", "--quiet"),
             WORDS("takes no --quiet"));
  expect_run(&here, LIMEN_USAGE, WORDS(IMPORT, "--threads", "none"), WORDS("--threads"));
  expect_run(&here, LIMEN_USAGE,
             WORDS("import", "ann-benchmarks", "res\nults", "--data", "toy-angular.hdf5"),
             WORDS("the path of the tree, `res?ults`, is not plain text"));
  char *definition = path_of(world->folder, "by_hand.yml");
  write_whole(definition, "name: by_hand\nkind: ann_benchmarks\nquestion: Why?\nparams: {}\n");
  expect_run(&here, LIMEN_USAGE, WORDS("run", "by_hand.yml"),
             WORDS("`data`, `tree` and `result` have no defaults", "limen import ann-benchmarks"));
  write_whole(definition,
              "name: by_hand\nkind: ann_benchmarks\nquestion: Why?\nparams:\n"
              "  data: toy-angular.hdf5\n  tree: results\n  result: \"10/a\"\n");
  expect_run(&here, LIMEN_USAGE, WORDS("run", "by_hand.yml"),
             WORDS("the result `10/a` is not K/ALGORITHM/ARGUMENTS"));
  free(definition);
}

/* Neither an import of the other kind nor a run of our own is written over. */
static void folders_of_others(void **state) {
  const struct world *world = *state;
  const struct program_setup here = {.folder = world->folder};
  expect_run(&here, LIMEN_OK, WORDS("run", "limit_k2", "--smoke", "--out", "out"), WORDS(""));
  expect_run(&here, LIMEN_FAILED, WORDS(IMPORT),
             WORDS("out holds a run that is no such import; choose another folder"));
  expect_output(&here, WORDS("report", "out"), WORDS("out/index.html"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(a_tree_becomes_a_report, make, unmake),
      cmocka_unit_test_setup_teardown(who_differs_beyond_noise, make, unmake),
      cmocka_unit_test_setup_teardown(the_report_needs_no_tree, make, unmake),
      cmocka_unit_test_setup_teardown(an_import_goes_on, make, unmake),
      cmocka_unit_test_setup_teardown(other_bytes_do_not_verify, make, unmake),
      cmocka_unit_test_setup_teardown(the_rest_goes_on, make, unmake),
      cmocka_unit_test_setup_teardown(trees_that_are_none, make, unmake),
      cmocka_unit_test_setup_teardown(command_lines, make, unmake),
      cmocka_unit_test_setup_teardown(folders_of_others, make, unmake),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
