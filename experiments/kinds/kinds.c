#include "experiments/kinds/kinds.h"

#define LIMEN_ENTRY(kind) extern const struct limen_kind kind;
#include "experiments/kinds/kinds.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(kind) &kind,
const struct limen_kind *const limen_kinds[] = {
#include "experiments/kinds/kinds.def"
    NULL};
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(importer) extern const struct limen_importer importer;
#include "experiments/kinds/importers.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(importer) &importer,
const struct limen_importer *const limen_importers[] = {
#include "experiments/kinds/importers.def"
    NULL};
#undef LIMEN_ENTRY
