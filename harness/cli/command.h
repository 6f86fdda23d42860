/* Commands of the program (registry: commands.def). */
#ifndef LIMEN_CLI_COMMAND_H
#define LIMEN_CLI_COMMAND_H

#include <stddef.h>

#include "base/error.h"

struct limen_command {
  const char *name, *about;
  const char *help; /* usage, options and an example; printed by --help */
  /* arguments[0] is the command's name. Returns a status; the caller prints the error once. */
  int (*run)(int count, char **arguments, struct limen_error *error);
};

const struct limen_command *limen_command_find(const char *name);
const struct limen_command *limen_command_at(size_t i); /* NULL past the end */

#endif
