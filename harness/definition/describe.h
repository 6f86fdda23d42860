/* Parameters in words, for `limen describe` and for reports. */
#ifndef LIMEN_DEFINITION_DESCRIBE_H
#define LIMEN_DEFINITION_DESCRIBE_H

#include "base/text.h"
#include "definition/parameter.h"

/* Two lines a parameter, names aligned:
 *   tau  temperature of the loss
 *        a number above 0; default 0.1; a list makes the grid */
void limen_describe_parameters(const struct limen_parameter *parameters, struct limen_text *out);

/* What a definition may do with it: "a list makes the grid", "one value", ... */
const char *limen_role_words(enum limen_role role);

#endif
