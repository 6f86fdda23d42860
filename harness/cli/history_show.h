/* A history on a terminal and as JSON. */
#ifndef LIMEN_CLI_HISTORY_SHOW_H
#define LIMEN_CLI_HISTORY_SHOW_H

#include <jansson.h>

#include "gate/history.h"

/* Prints the table of one number to standard output. */
int limen_history_print(const struct limen_history *history, const char *name,
                        struct limen_error *error);

/* Writes {"history": [{"name", "unit", "better", "source", "date", "value", "lower", "upper", "n",
 * "change", "definition", "data_changed", "reason"}]}, an object an entry and number; what is not
 * known is null, and so is everything about a number that the entry lacks. */
int limen_history_write_json(const struct limen_history *history, const char *const *names,
                             size_t count, const char *path, struct limen_error *error);

#endif
