/* One cell: one file of the tree, read, hashed and judged. A file that is not usable is an answer,
 * with its reason: thousands of others go on. */
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/hash.h"
#include "base/memory.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"

void ann_reading_clear(struct ann_reading *reading) { ann_judgement_clear(&reading->judgement); }

static int read_file(const struct limen_cell *cell, const char *path, const struct ann_name *name,
                     const struct ann_world *world, struct ann_reading *out,
                     struct limen_error *error) {
  struct ann_result result = {0};
  const struct ann_judging judging = {.k = name->k,
                                      .tie = limen_cell_real(cell, "tie"),
                                      .epsilon = limen_cell_real(cell, "epsilon")};
  struct limen_error why = {0};
  int status = ann_result_read(path, name, world, &result, &why);
  if (status == LIMEN_OK) {
    snprintf(out->name, sizeof out->name, "%s", result.name);
    status = limen_hash_file(path, out->sha256, &why);
  }
  if (status == LIMEN_INPUT) {
    /* The report names the result beside it, and not where the tree stood. */
    const size_t length = strlen(path);
    const bool named = strncmp(why.text, path, length) == 0 && why.text[length] == ':';
    snprintf(out->refused, sizeof out->refused, "%s", why.text + (named ? length + 2 : 0));
    return LIMEN_OK;
  }
  if (status == LIMEN_OK)
    status = ann_judge(world, &result, &judging, &out->judgement, error);
  else if (error)
    *error = why;
  ann_result_clear(&result);
  return status;
}

int ann_cell_read(const struct limen_cell *cell, struct ann_reading *out,
                  struct limen_error *error) {
  const struct ann_world *world = NULL;
  struct ann_name name = {0};
  *out = (struct ann_reading){0};
  char *path = ann_path_of(cell, error);
  int status = path ? ann_name_init(limen_cell_string(cell, "result"), &name, error) : LIMEN_FAILED;
  if (status == LIMEN_OK && (status = ann_world_take(cell, &world, error)) == LIMEN_OK) {
    status = read_file(cell, path, &name, world, out, error);
    ann_world_give(world);
  }
  ann_name_clear(&name);
  limen_free(path);
  return status;
}

static int add_text(struct limen_answer *answer, const char *name, const char *text,
                    struct limen_error *error) {
  return limen_blobs_add(&answer->answers, name, 0, text, strlen(text), error);
}

int ann_run(const struct limen_cell *cell, struct limen_answer *answer, struct limen_error *error) {
  struct ann_reading reading;
  int status = ann_cell_read(cell, &reading, error);
  if (status != LIMEN_OK) return status;
  if (*reading.refused) {
    answer->values[ANN_REFUSED] = 1;
    return add_text(answer, "refused", reading.refused, error);
  }
  const double *value = reading.judgement.value;
  const size_t queries = (size_t)(value[ANN_QUERIES] + value[ANN_LEFT_OUT]);
  memcpy(answer->values, value, ANN_MEASURES * sizeof *value);
  status = limen_blobs_add(&answer->answers, "hits", 0, reading.judgement.hits,
                           queries * ANN_HITS * sizeof(uint16_t), error);
  if (status == LIMEN_OK) status = add_text(answer, "name", reading.name, error);
  if (status == LIMEN_OK) status = add_text(answer, "sha256", reading.sha256, error);
  ann_reading_clear(&reading);
  return status;
}
