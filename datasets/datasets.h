/* The table of datasets (registry: datasets.def, one line an entry). */
#ifndef LIMEN_DATASETS_DATASETS_H
#define LIMEN_DATASETS_DATASETS_H

#include "data/dataset.h"

extern const struct limen_dataset *const limen_datasets[]; /* ends with NULL */

#endif
