/* Names of results: where a file stands tells what it is. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "definition/words.h"
#include "experiments/kinds/ann_benchmarks/ann_benchmarks.h"

static bool ends_with(const char *text, const char *end) {
  size_t length = strlen(text), tail = strlen(end);
  return length > tail && strcmp(text + length - tail, end) == 0;
}

int ann_name_init(const char *result, struct ann_name *out, struct limen_error *error) {
  char *end = NULL, shown[LIMEN_WORDS_SIZE];
  const char *first = strchr(result, '/'), *second = first ? strchr(first + 1, '/') : NULL;
  *out = (struct ann_name){0};
  unsigned long k = strtoul(result, &end, 10);
  if (result[0] < '1' || result[0] > '9' || end != first || k > ANN_K_MOST || !second ||
      second == first + 1 || second[1] == '\0' || strchr(second + 1, '/'))
    return LIMEN_FAIL(error, LIMEN_INPUT,
                      "the result %s is not K/ALGORITHM/ARGUMENTS, K from 1 to %d",
                      limen_words_quote(result, shown), ANN_K_MOST);
  out->k = k;
  out->algorithm = limen_print(error, "%.*s", (int)(second - first - 1), first + 1);
  out->arguments = limen_copy_text(second + 1, error);
  if (!out->algorithm || !out->arguments) {
    ann_name_clear(out);
    return LIMEN_FAILED;
  }
  out->batch = ends_with(out->algorithm, "-batch");
  return LIMEN_OK;
}

void ann_name_clear(struct ann_name *name) {
  limen_free(name->algorithm);
  limen_free(name->arguments);
  *name = (struct ann_name){0};
}

char *ann_path_of(const struct limen_cell *cell, struct limen_error *error) {
  return limen_print(error, "%s/%s.hdf5", limen_cell_string(cell, "tree"),
                     limen_cell_string(cell, "result"));
}
