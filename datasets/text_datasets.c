#include "datasets/text_datasets.h"

#define LIMEN_ENTRY(entry) extern const struct limen_text_dataset entry;
#include "datasets/text_datasets.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(entry) &entry,
const struct limen_text_dataset *const limen_text_datasets[] = {
#include "datasets/text_datasets.def"
    NULL};
#undef LIMEN_ENTRY
