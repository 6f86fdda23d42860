#include "limits/optimizer.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_optimizer entry;
#include "limits/optimizers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_optimizer *const optimizers[] = {
#include "limits/optimizers.def"
};
#undef LIMEN_ENTRY

const struct limen_optimizer *limen_optimizer_at(size_t i) {
  return i < sizeof optimizers / sizeof *optimizers ? optimizers[i] : NULL;
}

const char *limen_optimizer_name(size_t i) {
  const struct limen_optimizer *optimizer = limen_optimizer_at(i);
  return optimizer ? optimizer->name : NULL;
}

const struct limen_optimizer *limen_optimizer_find(const char *name) {
  for (size_t i = 0; i < sizeof optimizers / sizeof *optimizers; i++)
    if (!strcmp(optimizers[i]->name, name)) return optimizers[i];
  return NULL;
}
