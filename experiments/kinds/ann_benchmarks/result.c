/* One file of a results tree: attributes, answers, times.
 *
 * What is needed to judge is asked for strictly; what only describes may be missing. A file that
 * contradicts where it stands is refused rather than guessed at: it was moved or renamed, and its
 * numbers would stand under another's name. */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "data/attributes.h"
#include "data/format.h"
#include "definition/words.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"

/* Bytes of a file: as many answers as the largest dataset there is asks for, four times over. */
static const off_t FILE_MOST = (off_t)4 << 30;

enum {
  BEST_SEARCH_TIME,
  BUILD_TIME,
  INDEX_SIZE,
  COUNT,
  CANDIDATES,
  RUN_COUNT,
  DIST_COMPS,
  DISTANCE,
  NAME,
  ATTRIBUTES
};
static const struct limen_attribute asked[ATTRIBUTES] = {
    [BEST_SEARCH_TIME] = {.name = "best_search_time"},
    [BUILD_TIME] = {.name = "build_time"},
    [INDEX_SIZE] = {.name = "index_size"},
    [COUNT] = {.name = "count"},
    [CANDIDATES] = {.name = "candidates"},
    [RUN_COUNT] = {.name = "run_count"},
    [DIST_COMPS] = {.name = "dist_comps"},
    [DISTANCE] = {.name = "distance", .is_text = true},
    [NAME] = {.name = "name", .is_text = true},
};

/* ---- is it a file at all ---- */

int ann_file_check(const char *path, struct limen_error *error) {
  struct stat about;
  if (lstat(path, &about) != 0) return LIMEN_FAIL(error, LIMEN_INPUT, "%s: it is gone", path);
  if (S_ISLNK(about.st_mode))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: a symbolic link is not followed out of the tree; put the file itself "
                      "there",
                      path);
  if (!S_ISREG(about.st_mode))
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: it is no regular file", path);
  if (about.st_size > FILE_MOST)
    return LIMEN_FAIL(error, LIMEN_INPUT, "%s: it has %lld bytes; at most %lld are read", path,
                      (long long)about.st_size, (long long)FILE_MOST);
  return LIMEN_OK;
}

/* ---- attributes ---- */

/* Numbers that mean something from 0, or above it, upwards; anything else is not known. */
static double from_zero(const struct limen_attribute *attribute) {
  return attribute->number >= 0 && isfinite(attribute->number) ? attribute->number : NAN;
}

static double above_zero(const struct limen_attribute *attribute) {
  return attribute->number > 0 && isfinite(attribute->number) ? attribute->number : NAN;
}

static int check_attributes(const char *path, const struct limen_attribute *found,
                            const struct ann_name *name, const struct ann_world *world,
                            struct limen_error *error) {
  char shown[LIMEN_WORDS_SIZE];
  const char *metric = ann_metric_name(world->metric);
  if (found[COUNT].found && found[COUNT].number != (double)name->k)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it stands under k = %zu, but its attribute `count` is %g; it was moved "
                      "or renamed",
                      path, name->k, found[COUNT].number);
  if (found[DISTANCE].found && strcmp(found[DISTANCE].text, metric) != 0)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: its attribute `distance` is %s, and the dataset is %s; it answers "
                      "another dataset",
                      path, limen_words_quote(found[DISTANCE].text, shown), metric);
  return LIMEN_OK;
}

static void take_attributes(const struct limen_attribute *found, const struct ann_world *world,
                            struct ann_result *out) {
  const double runs = above_zero(&found[RUN_COUNT]);
  const double passes = isnan(runs) ? 1 : runs;
  out->search_s = above_zero(&found[BEST_SEARCH_TIME]);
  out->build_s = from_zero(&found[BUILD_TIME]);
  out->index_kb = from_zero(&found[INDEX_SIZE]);
  out->candidates = from_zero(&found[CANDIDATES]);
  out->runs = runs;
  /* The counter runs through all passes. */
  out->evaluations = from_zero(&found[DIST_COMPS]) / (passes * (double)world->queries.rows);
  snprintf(out->name, sizeof out->name, "%s", found[NAME].text);
}

/* ---- datasets ---- */

static int read_answers(const char *path, const struct ann_name *name,
                        const struct ann_world *world, struct ann_result *out,
                        struct limen_error *error) {
  const struct limen_read_options options = {
      .format = "hdf5",
      .dataset = "neighbors",
      .allow_bad = true, /* of distances, which are only compared with ours */
      .values_most = 4 * world->queries.rows * name->k + (1 << 20)};
  int status = limen_ids_read(path, &options, &out->answers, error);
  if (status != LIMEN_OK) return status;
  if (out->answers.rows != world->queries.rows)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it answers %zu queries, and the dataset has %zu; the run was cut short, "
                      "or was on another dataset",
                      path, out->answers.rows, world->queries.rows);
  if (name->k > world->truth.columns)
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "%s: it was asked for %zu neighbours, and the dataset's truth holds %zu; "
                      "answers beyond cannot be judged",
                      path, name->k, world->truth.columns);
  return LIMEN_OK;
}

/* Times that are not what they should be leave the answers as good as they were. */
static int read_times(const char *path, const struct ann_world *world, struct ann_result *out,
                      struct limen_error *error) {
  const struct limen_read_options options = {
      .format = "hdf5", .dataset = "times", .values_most = world->queries.rows};
  struct limen_matrix times;
  int status = limen_matrix_read(path, &options, &times, NULL);
  if (status == LIMEN_INPUT || status == LIMEN_USAGE) return LIMEN_OK;
  if (status != LIMEN_OK) return limen_matrix_read(path, &options, &times, error);
  bool good = times.columns == 1 && times.rows == world->queries.rows;
  for (size_t q = 0; good && q < times.rows; q++) good = times.values[q] >= 0;
  if (good) {
    out->times = times.values;
    times.values = NULL;
  }
  limen_matrix_clear(&times);
  return LIMEN_OK;
}

/* ---- the whole ---- */

int ann_result_read(const char *path, const struct ann_name *name, const struct ann_world *world,
                    struct ann_result *out, struct limen_error *error) {
  struct limen_attribute found[ATTRIBUTES];
  *out = (struct ann_result){0};
  memcpy(found, asked, sizeof found);
  int status = ann_file_check(path, error);
  if (status == LIMEN_OK) status = limen_attributes_read(path, found, ATTRIBUTES, error);
  if (status == LIMEN_OK) status = check_attributes(path, found, name, world, error);
  if (status == LIMEN_OK) status = read_answers(path, name, world, out, error);
  if (status == LIMEN_OK) status = read_times(path, world, out, error);
  if (status == LIMEN_OK)
    take_attributes(found, world, out);
  else
    ann_result_clear(out);
  return status;
}

void ann_result_clear(struct ann_result *result) {
  limen_ids_clear(&result->answers);
  limen_free(result->times);
  *result = (struct ann_result){0};
}
