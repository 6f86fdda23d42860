/* The database of a stranger's run, read as `limen verify` and `limen report` do. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "store/store.h"

extern const struct fuzz_target fuzz_target_store;

static const char *const measures[] = {"recall", "work"};
enum { MEASURES = 2, ROWS = 2 };

static int count_cell(void *context, const char *text, struct limen_error *error) {
  (void)error;
  *(size_t *)context += strlen(text);
  return LIMEN_OK;
}

static void read_cell(struct limen_store *store, const char *key) {
  struct limen_answer answer;
  struct limen_error error = {0};
  bool found = false, kept = false;
  void *bytes = NULL;
  size_t count = 0;
  int status = limen_store_find(store, key, measures, MEASURES, &answer, &found, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  limen_answer_clear(&answer);
  status = limen_store_answer(store, key, 1, "ids", &bytes, &count, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  limen_free(bytes);
  status = limen_store_artifact(store, key, "documents", &bytes, &count, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  limen_free(bytes);
  fuzz_judge(limen_store_keeps(store, key, &kept, &error), LIMEN_INPUT, &error);
}

static void run(const uint8_t *bytes, size_t size) {
  const char *folder = fuzz_folder();
  struct limen_store *store = NULL;
  struct limen_error error = {0};
  char *value = NULL;
  size_t length = 0;
  fuzz_file_in(folder, "run.db", bytes, size);
  int status = limen_store_open(folder, LIMEN_STORE_READ, &store, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  if (status != LIMEN_OK) return;
  status = limen_store_get(store, "definition", &value, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  limen_free(value);
  fuzz_judge(limen_store_each(store, count_cell, &length, &error), LIMEN_INPUT, &error);
  read_cell(store, "1");
  read_cell(store, "2");
  limen_store_close(store);
}

/* ---- seeds ---- */

static int put_cell(struct limen_store *store, const char *key, size_t count,
                    struct limen_error *error) {
  const uint32_t ids[128] = {3, 1, 0, 2};
  struct limen_answer answer;
  int status = limen_answer_init(&answer, ROWS, MEASURES, error);
  answer.values[0] = 0.57;
  if (status == LIMEN_OK) status = limen_blobs_add(&answer.answers, "ids", 1, ids, count, error);
  if (status == LIMEN_OK)
    status = limen_blobs_add(&answer.artifacts, "documents", 0, ids, count, error);
  if (status == LIMEN_OK && !(answer.group = limen_copy_text("d=4", error))) status = LIMEN_FAILED;
  if (status == LIMEN_OK)
    status = limen_store_put(store, key, "n=3", "code", measures, &answer, false, error);
  limen_answer_clear(&answer);
  return status;
}

static void seed(struct fuzz_seeds *to) {
  const char *folder = fuzz_folder();
  struct limen_store *store = NULL;
  struct limen_error error = {0};
  char path[128];
  int status = limen_store_open(folder, LIMEN_STORE_WRITE, &store, &error);
  if (status == LIMEN_OK) status = limen_store_set(store, "definition", "name: a\n", &error);
  if (status == LIMEN_OK) status = put_cell(store, "1", 16, &error);
  if (status == LIMEN_OK) status = put_cell(store, "2", 512, &error);
  fuzz_expect(status == LIMEN_OK, "%s", error.text);
  limen_store_close(store);
  snprintf(path, sizeof path, "%s/run.db", folder);
  fuzz_seed_file(to, "run.db", path);
}

const struct fuzz_target fuzz_target_store = {
    .name = "store",
    .about = "the database of a stranger's run",
    .longest = 1 << 17,
    .run = run,
    .seed = seed,
};
