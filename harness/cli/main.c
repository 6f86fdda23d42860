/* limen: limits of embeddings and recall of vector search, measured and proved. */
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>

#include "base/build_info.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/session.h"
#include "definition/definition.h"
#include "experiments/kinds/kinds.h"

static const char *command_name(size_t i) {
  const struct limen_command *command = limen_command_at(i);
  return command ? command->name : NULL;
}

static void print_usage(FILE *stream) {
  fputs("usage: limen COMMAND ...\n\n", stream);
  for (size_t i = 0; limen_command_at(i); i++)
    fprintf(stream, "  %-10s %s\n", limen_command_at(i)->name, limen_command_at(i)->about);
  fputs("\n`limen COMMAND --help` says more. Start with:\n  limen run limit_k2\n", stream);
}

static int dispatch(int count, char **arguments, struct limen_error *error) {
  if (count < 1) {
    print_usage(stderr);
    return LIMEN_FAIL(error, LIMEN_USAGE, "a command is missing");
  }
  if (strcmp(arguments[0], "--help") == 0 || strcmp(arguments[0], "help") == 0) {
    print_usage(stdout);
    return LIMEN_OK;
  }
  if (strcmp(arguments[0], "--version") == 0) {
    printf("limen %s (%.12s%s)\n", limen_version, limen_commit,
           limen_commit_dirty ? ", with changes" : "");
    return LIMEN_OK;
  }
  const struct limen_command *command = limen_command_find(arguments[0]);
  if (!command) {
    const char *near = limen_nearest(arguments[0], command_name);
    return LIMEN_FAIL(error, LIMEN_USAGE, "unknown command %.60s%s%s%s; `limen --help` lists them",
                      arguments[0], near ? "; did you mean `" : "", near ? near : "",
                      near ? "`?" : "");
  }
  for (int i = 1; i < count && strcmp(arguments[i], "--") != 0; i++)
    if (strcmp(arguments[i], "--help") == 0) {
      fputs(command->help, stdout);
      return LIMEN_OK;
    }
  return command->run(count, arguments, error);
}

int main(int count, char **arguments) {
  struct limen_error error = {0};
  gsl_set_error_handler_off(); /* GSL would abort; its statuses are looked at instead */
  limen_interrupt_install();
  limen_threads_set(0);
  limen_cli_kinds = limen_kinds;
  limen_cli_importers = limen_importers;
  int status = dispatch(count - 1, arguments + 1, &error);
  if (fflush(stdout) != 0 && status == LIMEN_OK)
    status = LIMEN_FAIL(&error, LIMEN_FAILED, "cannot write to standard output");
  if (status != LIMEN_OK) fprintf(stderr, "limen: %s\n", error.text);
  return status;
}
