#include "cli/command.h"

#include <string.h>

#define LIMEN_ENTRY(command) extern const struct limen_command command;
#include "cli/commands.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(command) &command,
static const struct limen_command *const commands[] = {
#include "cli/commands.def"
    NULL};
#undef LIMEN_ENTRY

const struct limen_command *limen_command_at(size_t i) {
  return i < sizeof commands / sizeof *commands ? commands[i] : NULL;
}

const struct limen_command *limen_command_find(const char *name) {
  for (size_t i = 0; commands[i]; i++)
    if (strcmp(commands[i]->name, name) == 0) return commands[i];
  return NULL;
}
