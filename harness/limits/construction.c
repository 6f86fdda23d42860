#include "limits/construction.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_construction entry;
#include "limits/constructions.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_construction *const constructions[] = {
#include "limits/constructions.def"
};
#undef LIMEN_ENTRY

const struct limen_construction *limen_construction_at(size_t i) {
  return i < sizeof constructions / sizeof *constructions ? constructions[i] : NULL;
}

const char *limen_construction_name(size_t i) {
  const struct limen_construction *construction = limen_construction_at(i);
  return construction ? construction->name : NULL;
}

const struct limen_construction *limen_construction_find(const char *name) {
  for (size_t i = 0; i < sizeof constructions / sizeof *constructions; i++)
    if (strcmp(constructions[i]->name, name) == 0) return constructions[i];
  return NULL;
}
