/* Results trees of ann-benchmarks: names, attributes, the dataset's file, one file of the tree, and
 * judging by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "data/attributes.h"
#include "data/format.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"
#include "support/brute_knn.h"
#include "support/engine_data.h"
#include "support/results_tree.h"
#include "unit/scratch.h"

static int setup(void **state) {
  H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
  return scratch_setup(state);
}

/* ---- attributes ---- */

static void attributes_of_every_type(void **state) {
  (void)state;
  struct limen_attribute asked[] = {{.name = "real"},   {.name = "whole"},
                                    {.name = "yes"},    {.name = "no"},
                                    {.name = "text"},   {.name = "text", .is_text = true},
                                    {.name = "absent"}, {.name = "whole", .is_text = true}};
  hid_t file = tree_file_make(at("a.hdf5"));
  tree_add_real(file, "real", 0.57);
  tree_add_whole(file, "whole", -11);
  tree_add_truth(file, "yes", true);
  tree_add_truth(file, "no", false);
  tree_add_text(file, "text", "hnsw\x1b[1m (M=16)");
  tree_file_close(file);
  assert_int_equal(limen_attributes_read(at("a.hdf5"), asked, 8, NULL), LIMEN_OK);
  assert_true(asked[0].found && asked[0].number == 0.57);
  assert_true(asked[1].found && asked[1].number == -11);
  assert_true(asked[2].found && asked[2].number == 1);
  assert_true(asked[3].found && asked[3].number == 0);
  assert_true(!asked[4].found && isnan(asked[4].number));
  assert_true(asked[5].found);
  assert_string_equal(asked[5].text, "hnsw?[1m (M=16)");
  assert_true(!asked[6].found && isnan(asked[6].number) && *asked[6].text == '\0');
  assert_false(asked[7].found);
}

static void attributes_of_no_hdf5(void **state) {
  (void)state;
  struct limen_attribute one = {.name = "count"};
  struct limen_error error = {0};
  put_file(at("a.hdf5"), "garbage", 7);
  expect_error(limen_attributes_read(at("a.hdf5"), &one, 1, &error), &error, LIMEN_INPUT,
               "a.hdf5: the HDF5 library cannot open it");
  expect_error(limen_attributes_read(at("none.hdf5"), &one, 1, &error), &error, LIMEN_INPUT,
               "none.hdf5");
}

static void a_long_text_is_cut(void **state) {
  (void)state;
  struct limen_attribute one = {.name = "name", .is_text = true};
  char text[1000];
  memset(text, 'x', sizeof text);
  text[sizeof text - 1] = '\0';
  hid_t file = tree_file_make(at("a.hdf5"));
  tree_add_text(file, "name", text);
  tree_file_close(file);
  assert_int_equal(limen_attributes_read(at("a.hdf5"), &one, 1, NULL), LIMEN_OK);
  assert_int_equal(strlen(one.text), LIMEN_ATTRIBUTE_TEXT - 1);
}

/* ---- names ---- */

static void names_of_results(void **state) {
  (void)state;
  struct ann_name name;
  struct limen_error error = {0};
  assert_int_equal(ann_name_init("10/hnsw(lib)-batch/M_16", &name, NULL), LIMEN_OK);
  assert_int_equal(name.k, 10);
  assert_string_equal(name.algorithm, "hnsw(lib)-batch");
  assert_string_equal(name.arguments, "M_16");
  assert_true(name.batch);
  ann_name_clear(&name);
  assert_int_equal(ann_name_init("100/-batch/a", &name, NULL), LIMEN_OK);
  assert_false(name.batch); /* nothing is left before it */
  ann_name_clear(&name);
  static const char *const bad[] = {"",        "10",      "10/a",    "0/a/b",    "x/a/b",
                                    "10x/a/b", "10//b",   "10/a/",   "10/a/b/c", "65535/a/b",
                                    "-1/a/b",  " 10/a/b", "+10/a/b", "010/a/b"};
  for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
    expect_error(ann_name_init(bad[i], &name, &error), &error, LIMEN_INPUT,
                 "is not K/ALGORITHM/ARGUMENTS, K from 1 to 65534");
}

/* ---- the dataset's file ---- */

static void refuse_metric(const char *name, const char *distance, const char *words) {
  enum limen_metric metric;
  struct limen_error error = {0};
  hid_t file = tree_file_make(at(name));
  if (distance) tree_add_text(file, "distance", distance);
  tree_file_close(file);
  expect_error(ann_metric_of(at(name), &metric, &error), &error, LIMEN_INPUT, words);
}

static void metrics(void **state) {
  (void)state;
  enum limen_metric metric = LIMEN_IP;
  hid_t file = tree_file_make(at("old-25-angular.hdf5"));
  tree_file_close(file);
  assert_int_equal(ann_metric_of(at("old-25-angular.hdf5"), &metric, NULL), LIMEN_OK);
  assert_int_equal(metric, LIMEN_COSINE);
  file = tree_file_make(at("x.hdf5"));
  tree_add_text(file, "distance", "euclidean");
  tree_file_close(file);
  assert_int_equal(ann_metric_of(at("x.hdf5"), &metric, NULL), LIMEN_OK);
  assert_int_equal(metric, LIMEN_L2);
  refuse_metric("sets-27983-jaccard.hdf5", "jaccard", "is for the distance `jaccard`");
  refuse_metric("word2bits-800-hamming.hdf5", NULL, "is for the distance `hamming`");
  refuse_metric("x-angular.hdf5", "ip", "is for the distance `ip`; angular and euclidean");
  refuse_metric("angular.hdf5", NULL, "does not say which distance it is for");
  assert_true(fabs(ann_distance(LIMEN_L2, 0.3249) - 0.57) < 1e-15 &&
              ann_distance(LIMEN_COSINE, 0.32) == 0.32);
}

static void refuse_data(const struct tree_data *data, const char *words) {
  struct ann_world world;
  struct limen_error error = {0};
  tree_data_write(data, at("bad.hdf5"), "euclidean");
  expect_error(ann_world_open(at("bad.hdf5"), &world, &error), &error, LIMEN_INPUT, words);
}

static void datasets_that_do_not_fit(void **state) {
  (void)state;
  struct tree_data data = tree_data_make(LIMEN_L2, 40, 5, 3, 8);
  const int32_t was = data.neighbors[9];
  data.neighbors[9] = 40;
  refuse_data(&data, "neighbour 40 of query 1 is no row of `train`, which has 40");
  data.neighbors[9] = -1;
  refuse_data(&data, "neighbour -1 of query 1 is no row");
  data.neighbors[9] = data.neighbors[10];
  refuse_data(&data, "of query 1 stands there twice");
  data.neighbors[9] = was;
  struct tree_data narrow = data;
  narrow.queries.columns = 2;
  refuse_data(&narrow, "the dataset `test` has 2 columns");
  struct ann_world world;
  struct limen_error error = {0};
  hid_t file = tree_file_make(at("bare-euclidean.hdf5"));
  tree_add(file, "train", H5T_IEEE_F32LE, 40, 3, H5T_NATIVE_FLOAT, data.base.values);
  tree_add(file, "test", H5T_IEEE_F32LE, 5, 3, H5T_NATIVE_FLOAT, data.queries.values);
  tree_add(file, "neighbors", H5T_STD_I32LE, 5, 8, H5T_NATIVE_INT32, data.neighbors);
  tree_file_close(file);
  expect_error(ann_world_open(at("bare-euclidean.hdf5"), &world, &error), &error, LIMEN_INPUT,
               "it has no dataset `distances` beside `neighbors`");
  file = tree_file_make(at("few-euclidean.hdf5"));
  tree_add(file, "train", H5T_IEEE_F32LE, 40, 3, H5T_NATIVE_FLOAT, data.base.values);
  tree_add(file, "test", H5T_IEEE_F32LE, 5, 2, H5T_NATIVE_FLOAT, data.queries.values);
  tree_add(file, "neighbors", H5T_STD_I32LE, 4, 8, H5T_NATIVE_INT32, data.neighbors);
  tree_file_close(file);
  expect_error(ann_world_open(at("few-euclidean.hdf5"), &world, &error), &error, LIMEN_INPUT,
               "`test` has 2 columns and `train` 3");
  file = tree_file_make(at("less-euclidean.hdf5"));
  tree_add(file, "train", H5T_IEEE_F32LE, 40, 3, H5T_NATIVE_FLOAT, data.base.values);
  tree_add(file, "test", H5T_IEEE_F32LE, 5, 3, H5T_NATIVE_FLOAT, data.queries.values);
  tree_add(file, "neighbors", H5T_STD_I32LE, 4, 8, H5T_NATIVE_INT32, data.neighbors);
  tree_file_close(file);
  expect_error(ann_world_open(at("less-euclidean.hdf5"), &world, &error), &error, LIMEN_INPUT,
               "`neighbors` has 4 rows and `test` 5 queries");
  tree_data_clear(&data);
}

/* ---- judging, by hand ---- */

/* One query at 0 on a line; plain distances of the rows are their values. Rows 3 and 4 are as far
 * away as each other. */
static const double line[] = {0.57, 0.11, 0.32, 0.83, -0.83, 0.8305, 0.9, 5.7};
enum { ROWS = sizeof line / sizeof *line };

static struct tree_data on_a_line(size_t depth) {
  const double zero[] = {0};
  return tree_data_of(LIMEN_L2, matrix_of_values(ROWS, 1, line), matrix_of_values(1, 1, zero),
                      depth);
}

static struct ann_judgement judge(const struct tree_data *data, const struct ann_judging *judging,
                                  const struct tree_result *result) {
  struct ann_world world;
  struct ann_result read;
  struct ann_judgement out;
  struct limen_error error = {0};
  const struct ann_name name = {.k = judging->k};
  tree_data_write(data, at("line.hdf5"), data->metric == LIMEN_L2 ? "euclidean" : "angular");
  tree_result_write(result, at("r.hdf5"));
  ann_world_open(at("line.hdf5"), &world, &error);
  assert_string_equal(error.text, "");
  ann_result_read(at("r.hdf5"), &name, &world, &read, &error);
  assert_string_equal(error.text, "");
  ann_judge(&world, &read, judging, &out, &error);
  assert_string_equal(error.text, "");
  ann_result_clear(&read);
  ann_world_close(&world);
  return out;
}

static void expect_values(const double *value, enum ann_measure first, size_t count,
                          const double *expected) {
  for (size_t i = 0; i < count; i++)
    if (fabs(value[first + i] - expected[i]) > 1e-12)
      fail_msg("%s is %g, not %g", ann_measures[first + i].name, value[first + i], expected[i]);
}

/* The truth at k = 4 is 1, 2, 0, 3. */
static void three_recalls_and_their_rule(void **state) {
  (void)state;
  const struct ann_judging judging = {.k = 4, .tie = 1e-6, .epsilon = 0.1};
  struct tree_data data = on_a_line(ROWS);
  /* 4 is tied with the fourth; 5 is within its 1e-3; 6 within a tenth. */
  const int32_t ids[] = {1, 4, 5, 6};
  float distances[] = {0.11f, 0.83f, 0.8305f, 0.9f};
  const struct tree_result result = {
      .rows = 1, .columns = 4, .ids = ids, .distances = distances, .count = 4};
  struct ann_judgement judged = judge(&data, &judging, &result);
  /* Of the neighbours 5 to 8 two are within 1e-3 of the fourth: rows 4 and 5. */
  expect_values(judged.value, ANN_RECALL, 5, (double[]){0.25, 0.5, 1, 0.75, 0.5});
  expect_values(judged.value, ANN_SHORT, 7, (double[]){0, 0, 0, 0, 0, 1, 0});
  assert_true(judged.value[ANN_QUERIES] == 1 && judged.value[ANN_LEFT_OUT] == 0);
  assert_true(isnan(judged.value[ANN_QPS]) && isnan(judged.value[ANN_P50_US]));
  assert_true(isnan(judged.value[ANN_CANDIDATES]) && isnan(judged.value[ANN_INDEX_KB]));
  assert_int_equal(judged.hits[ANN_HIT_RECALL], 1);
  assert_int_equal(judged.hits[ANN_HIT_RETURNED], 4);
  ann_judgement_clear(&judged);
  tree_data_clear(&data);
}

static void faulty_answers(void **state) {
  (void)state;
  const struct ann_judging judging = {.k = 5, .tie = 1e-6, .epsilon = 0.1};
  struct tree_data data = on_a_line(6);
  const int32_t ids[] = {1, 1, 8, -1, 2};
  float distances[] = {0.11f, 0.11f, 0.2f, INFINITY, 0.57f}; /* of row 2 a wrong one */
  const struct tree_result result = {
      .rows = 1, .columns = 5, .ids = ids, .distances = distances, .count = 5};
  struct ann_judgement judged = judge(&data, &judging, &result);
  /* Their rule counts the copy; the truth is too short to tell the all-wrong score. */
  expect_values(judged.value, ANN_RECALL, 4, (double[]){0.4, 0.4, 0.4, 0.6});
  assert_true(isnan(judged.value[ANN_ALL_WRONG]));
  expect_values(judged.value, ANN_SHORT, 3, (double[]){1, 1, 1});
  expect_values(judged.value, ANN_OFF, 1, (double[]){1.0 / 3});
  ann_judgement_clear(&judged);
  tree_data_clear(&data);
}

/* A tie that the truth's columns do not see the end of, and one that cannot be seen at all. */
static void ties_at_the_end(void **state) {
  (void)state;
  struct tree_data data = on_a_line(5);
  const int32_t ids[] = {1, 2, 0, 4};
  const struct tree_result result = {.rows = 1, .columns = 4, .ids = ids};
  struct ann_judgement judged =
      judge(&data, &(struct ann_judging){.k = 4, .tie = 1e-6, .epsilon = 0.1}, &result);
  expect_values(judged.value, ANN_RECALL, 2, (double[]){0.75, 1});
  expect_values(judged.value, ANN_TIED, 2, (double[]){1, 1});
  assert_true(isnan(judged.value[ANN_OFF])); /* the file has no distances */
  ann_judgement_clear(&judged);
  judged = judge(&data, &(struct ann_judging){.k = 5, .tie = 1e-6, .epsilon = 0.1}, &result);
  assert_true(isnan(judged.value[ANN_TIED]) && isnan(judged.value[ANN_TIED_TO_END]));
  ann_judgement_clear(&judged);
  tree_data_clear(&data);
}

/* A truth that misses a row: the answer knows better. */
static void truth_that_is_wrong(void **state) {
  (void)state;
  struct tree_data data = on_a_line(4);
  data.neighbors[0] = 6; /* 0.9 in place of 0.11: order no longer matters, as ours is worked out */
  data.neighbors[3] = 5;
  const int32_t ids[] = {1, 3, 3, 2};
  const struct tree_result result = {.rows = 1, .columns = 4, .ids = ids};
  struct ann_judgement judged =
      judge(&data, &(struct ann_judging){.k = 2, .tie = 1e-6, .epsilon = 0.1}, &result);
  /* The second of the rows that it has is 0.57 away; row 1 is nearer and not among them. */
  expect_values(judged.value, ANN_NEARER, 1, (double[]){1});
  ann_judgement_clear(&judged);
  tree_data_clear(&data);
}

/* A query of zeros has no nearest row under the cosine, and a row of zeros is near to nothing. */
static void vectors_without_a_direction(void **state) {
  (void)state;
  const double base[] = {0.11, 0.32, 0.57, -0.11, 0, 0, -0.32, 0.83};
  const double queries[] = {0, 0, 0.57, 0.83};
  struct tree_data data = {.metric = LIMEN_COSINE,
                           .base = matrix_of_values(4, 2, base),
                           .queries = matrix_of_values(2, 2, queries),
                           .depth = 2};
  int32_t neighbors[] = {0, 1, 0, 3};
  float distances[] = {0, 0, 0.05f, 0.2f};
  data.neighbors = neighbors;
  data.distances = distances;
  const int32_t ids[] = {0, 1, 2, 0};
  const struct tree_result result = {.rows = 2, .columns = 2, .ids = ids};
  struct ann_judgement judged =
      judge(&data, &(struct ann_judging){.k = 2, .tie = 1e-6, .epsilon = 0.1}, &result);
  assert_true(judged.value[ANN_QUERIES] == 1 && judged.value[ANN_LEFT_OUT] == 1);
  assert_int_equal(judged.hits[ANN_HIT_RECALL], ANN_NOT_JUDGED);
  expect_values(judged.value, ANN_RECALL, 2, (double[]){0.5, 0.5});
  ann_judgement_clear(&judged);
  limen_matrix_clear(&data.base);
  limen_matrix_clear(&data.queries);
}

static void no_query_with_a_direction(void **state) {
  (void)state;
  const double base[] = {0.11, 0.32, 0.57, -0.11}, queries[] = {0, 0};
  int32_t neighbors[] = {0, 1};
  float distances[] = {0, 0};
  struct tree_data data = {.metric = LIMEN_COSINE,
                           .base = matrix_of_values(2, 2, base),
                           .queries = matrix_of_values(1, 2, queries),
                           .depth = 2,
                           .neighbors = neighbors,
                           .distances = distances};
  struct ann_world world;
  struct ann_judgement out;
  struct limen_error error = {0};
  struct ann_result result = {.answers = {.rows = 1, .columns = 2, .ids = neighbors}};
  tree_data_write(&data, at("zero.hdf5"), "angular");
  assert_int_equal(ann_world_open(at("zero.hdf5"), &world, NULL), LIMEN_OK);
  expect_error(ann_judge(&world, &result,
                         &(struct ann_judging){.k = 1, .tie = 1e-6, .epsilon = 0.1}, &out, &error),
               &error, LIMEN_INPUT, "no query of the dataset has a direction");
  ann_world_close(&world);
  limen_matrix_clear(&data.base);
  limen_matrix_clear(&data.queries);
}

/* ---- files of the tree ---- */

/* The dataset that answers are read for, and good answers. */
struct fixture {
  struct tree_data data;
  struct ann_world world;
  struct tree_result result;
  struct ann_name name;
};

static struct fixture fixture_make(void) {
  struct fixture fixture = {.data = tree_data_make(LIMEN_COSINE, 200, 11, 5, 20), .name = {.k = 5}};
  fixture.result = tree_result_make(&fixture.data, 5, 2, 320);
  tree_data_write(&fixture.data, at("d-angular.hdf5"), "angular");
  assert_int_equal(ann_world_open(at("d-angular.hdf5"), &fixture.world, NULL), LIMEN_OK);
  return fixture;
}

static void fixture_clear(struct fixture *fixture) {
  ann_world_close(&fixture->world);
  tree_result_clear(&fixture->result);
  tree_data_clear(&fixture->data);
}

static void everything_a_file_says(void **state) {
  (void)state;
  struct fixture fixture = fixture_make();
  struct ann_result read;
  struct limen_error error = {0};
  tree_result_write(&fixture.result, at("r.hdf5"));
  ann_result_read(at("r.hdf5"), &fixture.name, &fixture.world, &read, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(read.answers.rows, 11);
  assert_memory_equal(read.answers.ids, fixture.result.ids, 55 * sizeof(int32_t));
  assert_non_null(read.answers.distances);
  assert_true(fabs((double)read.times[3] - 1e-6 * 320 * 1.03) < 1e-9);
  assert_true(read.search_s == 1e-6 * 320 && read.build_s == 3.2 && read.index_kb == 5700);
  assert_true(read.candidates == 5 && read.runs == 5 && read.evaluations == 320);
  assert_string_equal(read.name, "algorithm (M=11)");
  ann_result_clear(&read);
  fixture_clear(&fixture);
}

/* Answers and nothing else are enough; what makes no sense is not known. */
static void only_the_answers(void **state) {
  (void)state;
  struct fixture fixture = fixture_make();
  struct ann_result read;
  const struct tree_result bare = {.rows = 11, .columns = 5, .ids = fixture.result.ids};
  float *times = fixture.data.queries.values; /* normal numbers: some are below 0 */
  tree_result_write(&bare, at("r.hdf5"));
  assert_int_equal(ann_result_read(at("r.hdf5"), &fixture.name, &fixture.world, &read, NULL),
                   LIMEN_OK);
  assert_true(!read.times && !read.answers.distances && *read.name == '\0');
  assert_true(isnan(read.search_s) && isnan(read.build_s) && isnan(read.runs));
  ann_result_clear(&read);
  hid_t file = tree_file_make(at("r.hdf5"));
  tree_add(file, "neighbors", H5T_STD_I64BE, 11, 5, H5T_NATIVE_INT32, fixture.result.ids);
  times[1] = -0.11f;
  tree_add(file, "times", H5T_IEEE_F64BE, 11, 0, H5T_NATIVE_FLOAT, times);
  tree_add_real(file, "best_search_time", 0);
  tree_add_real(file, "build_time", -0.57);
  tree_add_text(file, "index_size", "large");
  tree_add_real(file, "candidates", INFINITY);
  tree_file_close(file);
  assert_int_equal(ann_result_read(at("r.hdf5"), &fixture.name, &fixture.world, &read, NULL),
                   LIMEN_OK);
  assert_true(!read.times && isnan(read.search_s) && isnan(read.build_s));
  assert_true(isnan(read.index_kb) && isnan(read.candidates));
  ann_result_clear(&read);
  fixture_clear(&fixture);
}

static void refuse_file(const struct fixture *fixture, const char *path, const char *words) {
  struct ann_result read;
  struct limen_error error = {0};
  expect_error(ann_result_read(path, &fixture->name, &fixture->world, &read, &error), &error,
               LIMEN_INPUT, words);
  if (strncmp(error.text, path, strlen(path)) != 0) fail_msg("%s is not named first", path);
}

static void refuse(const struct fixture *fixture, struct tree_result result, const char *words) {
  tree_result_write(&result, at("r.hdf5"));
  refuse_file(fixture, at("r.hdf5"), words);
}

static void files_that_are_not_usable(void **state) {
  (void)state;
  struct fixture fixture = fixture_make();
  const struct tree_result good = fixture.result;
  struct tree_result bad = good;
  bad.rows = 7;
  refuse(&fixture, bad, "it answers 7 queries, and the dataset has 11");
  bad = good, bad.count = 10;
  refuse(&fixture, bad, "it stands under k = 5, but its attribute `count` is 10");
  bad = good, bad.distance = "euclidean";
  refuse(&fixture, bad, "its attribute `distance` is `euclidean`, and the dataset is angular");
  bad = good, bad.ids = NULL;
  refuse(&fixture, bad, "there is no dataset `neighbors`");
  int32_t *ids = limen_copy(good.ids, 55, sizeof *ids, NULL);
  ids[13] = -7;
  bad = good, bad.ids = ids;
  refuse(&fixture, bad, "-7 is no id");
  limen_free(ids);
  fixture.name.k = 21;
  bad = good, bad.count = 21;
  refuse(&fixture, bad, "asked for 21 neighbours, and the dataset's truth holds 20");
  fixture.name.k = 5;

  hid_t file = tree_file_make(at("f.hdf5"));
  tree_add(file, "neighbors", H5T_IEEE_F32LE, 11, 5, H5T_NATIVE_FLOAT, good.distances);
  tree_file_close(file);
  refuse_file(&fixture, at("f.hdf5"), "ids are whole numbers");
  file = tree_file_make(at("g.hdf5"));
  tree_add(file, "neighbors", H5T_STD_I32LE, 11, 5, H5T_NATIVE_INT32, good.ids);
  tree_add(file, "distances", H5T_IEEE_F32LE, 11, 4, H5T_NATIVE_FLOAT, good.distances);
  tree_file_close(file);
  refuse_file(&fixture, at("g.hdf5"), "is 11 x 5, but its distances are 11 x 4");
  fixture_clear(&fixture);
}

static void things_that_are_no_files(void **state) {
  (void)state;
  struct fixture fixture = fixture_make();
  tree_result_write(&fixture.result, at("r.hdf5"));
  assert_int_equal(symlink("r.hdf5", at("link.hdf5")), 0);
  refuse_file(&fixture, at("link.hdf5"), "a symbolic link is not followed");
  assert_int_equal(mkfifo(at("pipe.hdf5"), 0600), 0);
  refuse_file(&fixture, at("pipe.hdf5"), "it is no regular file");
  assert_int_equal(mkdir(at("folder.hdf5"), 0700), 0);
  refuse_file(&fixture, at("folder.hdf5"), "it is no regular file");
  refuse_file(&fixture, at("none.hdf5"), "it is gone");
  put_file(at("text.hdf5"), "garbage", 7);
  refuse_file(&fixture, at("text.hdf5"), "the HDF5 library cannot open it");
  put_file(at("huge.hdf5"), "x", 1);
  assert_int_equal(truncate(at("huge.hdf5"), ((off_t)4 << 30) + 1), 0); /* a hole, no disk */
  refuse_file(&fixture, at("huge.hdf5"), "4294967297 bytes; at most 4294967296 are read");
  fixture_clear(&fixture);
}

/* A small file that unpacks into a large one is refused before it does. */
static void a_file_that_swells(void **state) {
  (void)state;
  struct fixture fixture = fixture_make();
  const hsize_t sizes[2] = {11, 200000}, chunk[2] = {11, 20000};
  hid_t file = tree_file_make(at("swells.hdf5")), plan = H5Pcreate(H5P_DATASET_CREATE);
  hid_t space = H5Screate_simple(2, sizes, NULL);
  int32_t *zeros = limen_alloc(11 * 200000, sizeof *zeros, NULL);
  H5Pset_chunk(plan, 2, chunk);
  H5Pset_deflate(plan, 9);
  hid_t table = H5Dcreate2(file, "neighbors", H5T_STD_I32LE, space, H5P_DEFAULT, plan, H5P_DEFAULT);
  assert_true(H5Dwrite(table, H5T_NATIVE_INT32, H5S_ALL, H5S_ALL, H5P_DEFAULT, zeros) >= 0);
  limen_free(zeros);
  H5Pclose(plan);
  H5Sclose(space);
  tree_file_close(file);
  refuse_file(&fixture, at("swells.hdf5"),
              "the dataset `neighbors` says 11 x 200000 values; at most 1048796 are read");
  fixture_clear(&fixture);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(attributes_of_every_type),
      TEST(attributes_of_no_hdf5),
      TEST(a_long_text_is_cut),
      TEST(names_of_results),
      TEST(metrics),
      TEST(datasets_that_do_not_fit),
      TEST(three_recalls_and_their_rule),
      TEST(faulty_answers),
      TEST(ties_at_the_end),
      TEST(truth_that_is_wrong),
      TEST(vectors_without_a_direction),
      TEST(no_query_with_a_direction),
      TEST(everything_a_file_says),
      TEST(only_the_answers),
      TEST(files_that_are_not_usable),
      TEST(things_that_are_no_files),
      TEST(a_file_that_swells),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
