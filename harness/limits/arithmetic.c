#include "limits/arithmetic.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_quantiser entry;
#include "limits/quantisers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_quantiser *const quantisers[] = {
#include "limits/quantisers.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_quantiser *limen_quantiser_at(size_t i) {
  return i < sizeof quantisers / sizeof *quantisers ? quantisers[i] : NULL;
}

const char *limen_quantiser_name(size_t i) {
  return limen_quantiser_at(i) ? limen_quantiser_at(i)->name : NULL;
}

const struct limen_quantiser *limen_quantiser_find(const char *name) {
  for (size_t i = 0; quantisers[i]; i++)
    if (strcmp(quantisers[i]->name, name) == 0) return quantisers[i];
  return NULL;
}
