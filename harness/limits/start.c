#include "limits/start.h"

#include <string.h>

#define LIMEN_ENTRY(entry) extern const struct limen_start entry;
#include "limits/starts.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
static const struct limen_start *const starts[] = {
#include "limits/starts.def"
};
#undef LIMEN_ENTRY

const struct limen_start *limen_start_at(size_t i) {
  return i < sizeof starts / sizeof *starts ? starts[i] : NULL;
}

const char *limen_start_name(size_t i) {
  const struct limen_start *start = limen_start_at(i);
  return start ? start->name : NULL;
}

const struct limen_start *limen_start_find(const char *name) {
  for (size_t i = 0; i < sizeof starts / sizeof *starts; i++)
    if (!strcmp(starts[i]->name, name)) return starts[i];
  return NULL;
}
