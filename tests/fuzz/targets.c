#include <string.h>

#include "fuzz/target.h"

#define LIMEN_ENTRY(name) extern const struct fuzz_target fuzz_target_##name;
#include "fuzz/targets.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(name) &fuzz_target_##name,
static const struct fuzz_target *const targets[] = {
#include "fuzz/targets.def"
    NULL};
#undef LIMEN_ENTRY

const struct fuzz_target *fuzz_target_at(size_t i) {
  return i < sizeof targets / sizeof *targets ? targets[i] : NULL;
}

const struct fuzz_target *fuzz_target_find(const char *name) {
  for (size_t i = 0; targets[i]; i++)
    if (strcmp(targets[i]->name, name) == 0) return targets[i];
  return NULL;
}
