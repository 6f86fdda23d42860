#include "experiments/kinds/kinds.h"

#define LIMEN_ENTRY(kind) extern const struct limen_kind kind;
#include "experiments/kinds/kinds.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(kind) &kind,
const struct limen_kind *const limen_kinds[] = {
#include "experiments/kinds/kinds.def"
    NULL};
#undef LIMEN_ENTRY
