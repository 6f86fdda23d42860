/* limen check --self: the gate measured on itself. */
#ifndef LIMEN_CLI_CHECK_SELF_H
#define LIMEN_CLI_CHECK_SELF_H

#include <stdbool.h>

#include "base/error.h"

/* Whether a command line of `limen check` asks for it. */
bool limen_check_self_wanted(int count, char **arguments);

/* LIMEN_NO when the gate alarms more often than it promises, or misses what it should catch. */
int limen_check_self(int count, char **arguments, struct limen_error *error);

#endif
