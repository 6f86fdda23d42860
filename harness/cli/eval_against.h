/* For `limen eval --against`: two runs side by side. */
#ifndef LIMEN_CLI_EVAL_AGAINST_H
#define LIMEN_CLI_EVAL_AGAINST_H

#include <jansson.h>

#include "measures/evaluation.h"

/* Prints the table of two evaluations, of the files of these names, and adds a row to `rows` for
 * each measure. */
int limen_eval_against(const struct limen_evaluation *first, const struct limen_evaluation *second,
                       const char *const names[2], const struct limen_ranking_choices *choices,
                       json_t *rows, struct limen_error *error);

#endif
