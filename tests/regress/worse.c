/* The program with engines that are worse than they say: it is linked with --wrap, and whoever
 * searches an index looks at LIMEN_WORSE_BY candidates fewer than was asked for. Names, parameters
 * and everything else stay as they are. */
#include <stdlib.h>

#include "engines/engine.h"

int __real_limen_index_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                              int64_t *ids, size_t *found, struct limen_error *error);
int __wrap_limen_index_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                              int64_t *ids, size_t *found, struct limen_error *error);
int __real_limen_index_trace(struct limen_index *index, const float *query, size_t k, size_t ef,
                             int64_t *ids, size_t *found, struct limen_trace *trace,
                             struct limen_error *error);
int __wrap_limen_index_trace(struct limen_index *index, const float *query, size_t k, size_t ef,
                             int64_t *ids, size_t *found, struct limen_trace *trace,
                             struct limen_error *error);

int limen_main(int count, char **arguments); /* the program's own, under this name in tests */

int main(int count, char **arguments) { return limen_main(count, arguments); }

static size_t fewer(size_t ef) {
  const char *text = getenv("LIMEN_WORSE_BY");
  const size_t by = text ? strtoull(text, NULL, 10) : 0;
  return by < ef ? ef - by : 1;
}

int __wrap_limen_index_search(struct limen_index *index, const float *query, size_t k, size_t ef,
                              int64_t *ids, size_t *found, struct limen_error *error) {
  return __real_limen_index_search(index, query, k, fewer(ef), ids, found, error);
}

int __wrap_limen_index_trace(struct limen_index *index, const float *query, size_t k, size_t ef,
                             int64_t *ids, size_t *found, struct limen_trace *trace,
                             struct limen_error *error) {
  return __real_limen_index_trace(index, query, k, fewer(ef), ids, found, trace, error);
}
