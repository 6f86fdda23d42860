/* Parameters that every dataset has, and short ways to write one's own. */
#ifndef LIMEN_DATASETS_DATASET_PARAMETERS_H
#define LIMEN_DATASETS_DATASET_PARAMETERS_H

#include "definition/parameter.h"

/* Rows at most, of base or queries: ids are of 32 bits. */
#define LIMEN_DATASET_ROWS_MAX 2147483647.0
enum { LIMEN_DATASET_COLUMNS_MAX = 65536 };

/* "same", "shifted", "gaussian"; NULL past the end. */
const char *limen_query_law_name(size_t i);

/* The parameters that every dataset has; `rows` is the default of n, as text. */
#define LIMEN_DATASET_PARAMETERS(rows)                                                  \
  {.name = "n",                                                                         \
   .about = "vectors of the base",                                                      \
   .type = LIMEN_INTEGER,                                                               \
   .role = LIMEN_SETTING,                                                               \
   .fallback = rows,                                                                    \
   .min = 1,                                                                            \
   .max = LIMEN_DATASET_ROWS_MAX},                                                      \
      {.name = "queries",                                                               \
       .about = "query vectors",                                                        \
       .type = LIMEN_INTEGER,                                                           \
       .role = LIMEN_SETTING,                                                           \
       .fallback = "1000",                                                              \
       .min = 1,                                                                        \
       .max = LIMEN_DATASET_ROWS_MAX},                                                  \
  {                                                                                     \
    .name = "query_law",                                                                \
    .about =                                                                            \
        "the base's own law, or out of it: moved by its spread, or one Gaussian of its" \
        " mean and deviations",                                                         \
    .type = LIMEN_CHOICE, .role = LIMEN_SETTING, .fallback = "same",                    \
    .choices = limen_query_law_name                                                     \
  }

/* One integer or real parameter of one value, for tables. */
#define LIMEN_DATASET_INTEGER(NAME, ABOUT, FALLBACK, MIN, MAX)                  \
  {                                                                             \
    .name = NAME, .about = ABOUT, .type = LIMEN_INTEGER, .role = LIMEN_SETTING, \
    .fallback = FALLBACK, .min = MIN, .max = MAX                                \
  }
#define LIMEN_DATASET_REAL(NAME, ABOUT, FALLBACK, MIN, MAX)                                        \
  {                                                                                                \
    .name = NAME, .about = ABOUT, .type = LIMEN_REAL, .role = LIMEN_SETTING, .fallback = FALLBACK, \
    .min = MIN, .max = MAX                                                                         \
  }

#endif
