#include "datasets/datasets.h"

#define LIMEN_ENTRY(entry) extern const struct limen_dataset entry;
#include "datasets/datasets.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
const struct limen_dataset *const limen_datasets[] = {
#include "datasets/datasets.def"
    NULL};
#undef LIMEN_ENTRY
