/* limen: limits of embeddings and recall of vector search, measured and proved. */
#include <errno.h>
#include <fcntl.h>
#include <gsl/gsl_errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/build_info.h"
#include "base/json.h"
#include "base/memory.h"
#include "base/text.h"
#include "base/threads.h"
#include "cli/command.h"
#include "cli/session.h"
#include "datasets/datasets.h"
#include "datasets/text_datasets.h"
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

static bool is_help(const char *word) {
  return strcmp(word, "--help") == 0 || strcmp(word, "-h") == 0;
}

static int dispatch(int count, char **arguments, struct limen_error *error) {
  if (count < 1) {
    print_usage(stderr);
    return LIMEN_FAIL(error, LIMEN_USAGE, "a command is missing");
  }
  if (is_help(arguments[0]) || strcmp(arguments[0], "help") == 0) {
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
    if (is_help(arguments[i])) {
      fputs(command->help, stdout);
      return LIMEN_OK;
    }
  return command->run(count, arguments, error);
}

/* A program started with a standard stream closed would get its number for the next file it opens,
 * and print its messages into that file. The number is taken by something that can only fail. */
static void hold_standard_streams(void) {
  for (int stream = STDIN_FILENO; stream <= STDERR_FILENO; stream++)
    if (fcntl(stream, F_GETFD) < 0 && errno == EBADF &&
        open("/dev/null", stream == STDIN_FILENO ? O_WRONLY : O_RDONLY) < 0)
      return;
}

/* Where memory ran out on the way, an answer may lack words, and a refusal may blame what is right:
 * neither leaves as it is. */
static int doubt(int status, struct limen_error *error) {
  bool wordless = status == LIMEN_OK && limen_texts_cut() > 0;
  bool misled = status != LIMEN_OK && status != LIMEN_FAILED && status != LIMEN_INTERRUPTED &&
                limen_memory_refusals() > 0;
  if (!wordless && !misled) return status;
  return LIMEN_FAIL(
      error, LIMEN_FAILED,
      "out of memory: what was said is not to be trusted; try again with more memory, "
      "fewer threads or a smaller n");
}

int main(int count, char **arguments) {
  struct limen_error error = {0};
  hold_standard_streams();
  gsl_set_error_handler_off(); /* GSL would abort; its statuses are looked at instead */
  limen_interrupt_install();
  limen_threads_set(0);
  limen_json_start();
  limen_cli_kinds = limen_kinds;
  limen_cli_importers = limen_importers;
  limen_cli_datasets = limen_datasets;
  limen_cli_text_datasets = limen_text_datasets;
  int status = doubt(dispatch(count - 1, arguments + 1, &error), &error);
  bool flushed = fflush(stdout) == 0;
  if ((!flushed || ferror(stdout)) && status == LIMEN_OK)
    status = LIMEN_FAIL(&error, LIMEN_FAILED,
                        "cannot write to standard output%s%s; what the command did stands",
                        flushed ? "" : ": ", flushed ? "" : strerror(errno));
  if (status != LIMEN_OK) fprintf(stderr, "limen: %s\n", error.text);
  return status;
}
