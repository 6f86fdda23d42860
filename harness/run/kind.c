#include "run/kind.h"

#include <string.h>

#include "base/build_info.h"
#include "base/memory.h"

const struct limen_kind *limen_kind_find(const struct limen_kind *const *kinds, const char *name) {
  for (size_t i = 0; kinds[i]; i++)
    if (strcmp(kinds[i]->name, name) == 0) return kinds[i];
  return NULL;
}

size_t limen_kind_measures(const struct limen_kind *kind) {
  size_t count = 0;
  while (kind->measures[count].name) count++;
  return count;
}

const char **limen_kind_measure_names(const struct limen_kind *kind, struct limen_error *error) {
  size_t count = limen_kind_measures(kind);
  const char **names = limen_alloc(count, sizeof *names, error);
  for (size_t i = 0; names && i < count; i++) names[i] = kind->measures[i].name;
  return names;
}

const char *limen_kind_code(const struct limen_kind *kind) {
  for (size_t i = 0; limen_code_hashes[i].kind; i++)
    if (strcmp(limen_code_hashes[i].kind, kind->name) == 0) return limen_code_hashes[i].hash;
  return "unknown";
}
