/* A value as --set and a parameter's default write it: one line, no YAML. */
#ifndef LIMEN_DEFINITION_SPLIT_H
#define LIMEN_DEFINITION_SPLIT_H

#include "base/error.h"
#include "definition/definition.h"

/* Cuts "4,8, 16" or "[4]" into the values of `entry`, which has its key and no values; each gets
 * the entry's place. A text parameter that takes one value keeps its commas. */
int limen_split_values(const struct limen_parameter *parameter, const char *text,
                       struct limen_entry *entry, struct limen_error *error);

#endif
