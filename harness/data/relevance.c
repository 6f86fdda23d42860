#include "data/relevance.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "data/pattern.h"

#define LIMEN_ENTRY(entry) extern const struct limen_pattern entry;
#include "data/patterns.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_pattern *const patterns[] = {
#include "data/patterns.def"
};
#undef LIMEN_ENTRY

const struct limen_pattern *limen_pattern_at(size_t i) {
  return i < sizeof patterns / sizeof *patterns ? patterns[i] : NULL;
}

const char *limen_pattern_name(size_t i) {
  const struct limen_pattern *pattern = limen_pattern_at(i);
  return pattern ? pattern->name : NULL;
}

const struct limen_pattern *limen_pattern_find(const char *name) {
  for (size_t i = 0; i < sizeof patterns / sizeof *patterns; i++)
    if (!strcmp(patterns[i]->name, name)) return patterns[i];
  return NULL;
}

/* C(n, i) = C(n, i - 1) (n - i + 1) / i is a whole number at every i; only the product in between
 * may need more bits than the result. */
size_t limen_binomial(size_t n, size_t k) {
  if (k > n) return 0;
  if (k > n - k) k = n - k;
  unsigned __int128 result = 1;
  for (size_t i = 1; i <= k; i++) {
    result = result * (n - i + 1) / i;
    if (result >= SIZE_MAX) return SIZE_MAX;
  }
  return (size_t)result;
}

int limen_relevance_init(struct limen_relevance *out, const char *pattern, size_t n, size_t k,
                         size_t queries, size_t most, struct limen_error *error) {
  *out = (struct limen_relevance){.documents = n, .queries = queries, .k = k};
  if (k < 1 || k > n)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "pattern %s: k is %zu, but a query of %zu documents wants 1 to %zu of them",
                      pattern, k, n, n);
  if (n > UINT32_MAX)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "pattern %s: n is %zu, but documents are numbered in 32 bits; at most "
                      "%" PRIu32 " are possible",
                      pattern, n, UINT32_MAX);
  if (queries < 1 || queries > most)
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "pattern %s: %zu queries were asked for, but n = %zu and k = %zu give "
                      "1 to %zu%s",
                      pattern, queries, n, k, most, most == SIZE_MAX ? " and more" : "");
  if (queries > LIMEN_RELEVANT_MAX / k) {
    char count[32] = "more";
    if (queries < SIZE_MAX) snprintf(count, sizeof count, "%zu", queries);
    return LIMEN_FAIL(error, LIMEN_USAGE,
                      "pattern %s: %s queries with %zu relevant documents each are beyond the "
                      "limit of %zu in all; try a smaller n or k, or ask for fewer queries",
                      pattern, count, k, LIMEN_RELEVANT_MAX);
  }
  out->relevant = limen_alloc(queries * k, sizeof *out->relevant, error);
  return out->relevant ? LIMEN_OK : LIMEN_FAILED;
}

void limen_relevance_enumerate(struct limen_relevance *relevance) {
  const size_t n = relevance->documents, k = relevance->k;
  for (size_t i = 0; i < k; i++) relevance->relevant[i] = (uint32_t)i;
  for (size_t q = 1; q < relevance->queries; q++) {
    uint32_t *next = relevance->relevant + q * k;
    memcpy(next, next - k, k * sizeof *next);
    /* The last place that can still move up does, and those behind it follow closely. */
    size_t place = k - 1;
    while (place > 0 && next[place] == n - k + place) place--;
    next[place]++;
    for (size_t i = place + 1; i < k; i++) next[i] = next[i - 1] + 1;
  }
}

void limen_relevance_clear(struct limen_relevance *relevance) {
  limen_free(relevance->relevant);
  *relevance = (struct limen_relevance){0};
}
