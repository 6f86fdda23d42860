/* LIMIT-style sets for tests, and files for them in the scratch folder. */
#ifndef LIMEN_TESTS_LIMIT_SET_H
#define LIMEN_TESTS_LIMIT_SET_H

#include "datasets/text_datasets.h"
#include "unit/scratch.h"

#define SETS(...)                                                                            \
  sizeof((const char *const[]){__VA_ARGS__}) / sizeof(const char *), (const char *const[]) { \
    __VA_ARGS__                                                                              \
  }

static inline int try(struct limen_collection *out, uint64_t seed, struct limen_error *error,
                      size_t n_sets, const char *const *sets) {
  return limen_text_dataset_make(limen_text_dataset_find(limen_text_datasets, "limit"), sets,
                                 n_sets, seed, out, error);
}

static inline struct limen_collection make(uint64_t seed, size_t n_sets, const char *const *sets) {
  struct limen_collection made;
  struct limen_error error = {0};
  int status = try(&made, seed, &error, n_sets, sets);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return made;
}

/* "key=PATH in the scratch folder"; the last four stay valid. */
static inline const char *set_file(const char *key, const char *name) {
  static char sets[4][320];
  static unsigned turn;
  char *set = sets[turn++ % 4];
  snprintf(set, sizeof sets[0], "%s=%s", key, at(name));
  return set;
}

static inline void put(const char *name, const char *text) {
  put_file(at(name), text, strlen(text));
}

#endif
