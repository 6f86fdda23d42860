/* The table of text datasets (registry: text_datasets.def, one line an entry). */
#ifndef LIMEN_DATASETS_TEXT_DATASETS_H
#define LIMEN_DATASETS_TEXT_DATASETS_H

#include "data/text_dataset.h"

extern const struct limen_text_dataset *const limen_text_datasets[]; /* ends with NULL */

#endif
