/* limen run: definition -> plan -> cells -> store -> report. */
#include <limits.h>
#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "cli/carry_out.h"
#include "cli/command.h"
#include "cli/session.h"
#include "cli/shell_word.h"
#include "cli/shipped.h"

struct run_options {
  bool smoke, full, fresh, quiet;
  const char *out, *threads, *seed;
  struct limen_texts sets, words;
};

/* The command line that gives the same numbers again, in one line for a shell. */
static char *reproduce(const struct run_options *options, struct limen_error *error) {
  struct limen_text line = {0};
  limen_text_add(&line, "limen run");
  limen_shell_word(&line, options->words.text[0]);
  if (options->smoke) limen_text_add(&line, " --smoke");
  if (options->full) limen_text_add(&line, " --full");
  for (size_t i = 0; i < options->sets.count; i++) {
    limen_text_add(&line, " --set");
    limen_shell_word(&line, options->sets.text[i]);
  }
  char *copy = limen_text_status(&line, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&line), error)
                   : NULL;
  limen_text_clear(&line);
  return copy;
}

/* --seed S is short for --set first_seed=S. */
static int add_seed(struct run_options *options, char **owned, struct limen_error *error) {
  long seed;
  if (!options->seed) return LIMEN_OK;
  int status = limen_option_integer("--seed", options->seed, 0, LONG_MAX, &seed, error);
  if (status != LIMEN_OK) return status;
  if (!(*owned = limen_print(error, "first_seed=%ld", seed))) return LIMEN_FAILED;
  status = limen_grow(&options->sets.text, &options->sets.capacity, options->sets.count + 1,
                      sizeof *options->sets.text, error);
  if (status == LIMEN_OK) options->sets.text[options->sets.count++] = *owned;
  return status;
}

static int run_definition(struct run_options *options, struct limen_error *error) {
  struct limen_session session = {0};
  char *path = NULL, *folder = NULL, *seed = NULL, *command = NULL;
  enum limen_size size = options->smoke  ? LIMEN_SIZE_SMOKE
                         : options->full ? LIMEN_SIZE_FULL
                                         : LIMEN_SIZE_DEFAULT;
  int status = add_seed(options, &seed, error);
  if (status == LIMEN_OK) status = limen_shipped_find(options->words.text[0], &path, error);
  if (status == LIMEN_OK) status = limen_session_plan(&session, path, size, &options->sets, error);
  if (status != LIMEN_OK) goto done;
  folder = options->out ? limen_copy_text(options->out, error)
                        : limen_path_join("reports", session.plan.definition.name, error);
  if (!folder) {
    status = LIMEN_FAILED;
    goto done;
  }
  command = reproduce(options, error);
  if (command)
    status = limen_carry_out(&session, command, &options->sets, folder, options->fresh,
                             options->quiet, error);
  else
    status = LIMEN_FAILED;
done:
  limen_free(command);
  limen_session_clear(&session);
  limen_free(path);
  limen_free(folder);
  limen_free(seed);
  return status;
}

static int run(int count, char **arguments, struct limen_error *error) {
  struct run_options options = {0};
  const struct limen_option table[] = {{"--set", LIMEN_OPTION_TEXTS, &options.sets},
                                       {"--smoke", LIMEN_OPTION_FLAG, &options.smoke},
                                       {"--full", LIMEN_OPTION_FLAG, &options.full},
                                       {"--out", LIMEN_OPTION_TEXT, &options.out},
                                       {"--threads", LIMEN_OPTION_TEXT, &options.threads},
                                       {"--seed", LIMEN_OPTION_TEXT, &options.seed},
                                       {"--fresh", LIMEN_OPTION_FLAG, &options.fresh},
                                       {"--quiet", LIMEN_OPTION_FLAG, &options.quiet},
                                       {0}};
  int status = limen_options_parse(count, arguments, table, 1, 1, &options.words, error);
  if (status == LIMEN_OK && options.smoke && options.full)
    status = LIMEN_FAIL(error, LIMEN_USAGE, "--smoke and --full exclude each other");
  if (status == LIMEN_OK) status = limen_option_threads(options.threads, error);
  if (status == LIMEN_OK) status = run_definition(&options, error);
  limen_texts_clear(&options.sets);
  limen_texts_clear(&options.words);
  return status;
}

const struct limen_command limen_command_run = {
    .name = "run",
    .about = "run an experiment, or go on with it, and write its report",
    .help =
        "usage: limen run NAME|FILE.yml [--set KEY=VALUE]... [--smoke | --full] [--out DIR]\n"
        "                 [--threads N] [--seed S] [--fresh] [--quiet]\n"
        "\n"
        "Runs every cell that the definition asks for and writes DIR (default reports/NAME).\n"
        "Cells that an earlier run finished are not run again.\n"
        "\n"
        "  --set KEY=VALUE  overrides a parameter: one value, a list 4,8,16 or a range 4..12\n"
        "  --smoke          the definition's smallest size, seconds\n"
        "  --full           the size that a paper needs\n"
        "  --out DIR        the run folder\n"
        "  --threads N      threads (default: all cores); results do not depend on it\n"
        "  --seed S         the first seed\n"
        "  --fresh          start over instead of going on, with plots/ and certificates/ emptied\n"
        "  --quiet          no progress\n"
        "\n"
        "Prints the path of the report. Example:\n"
        "  limen run limit_k2 --set d=4..8 --set seeds=5 --out reports/mine\n",
    .run = run,
};
