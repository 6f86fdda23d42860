/* limen report: everything a run folder shows, made again from its store. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "cli/command.h"
#include "cli/session.h"
#include "report/publish.h"

static int run(int count, char **arguments, struct limen_error *error) {
  struct limen_texts words = {0};
  const struct limen_option table[] = {{0}};
  struct limen_session session = {0};
  char *manifest = NULL, *command = NULL;
  int status = limen_options_parse(count, arguments, table, 1, 1, &words, error);
  if (status != LIMEN_OK) goto done;
  /* Reading first: a folder without a run must not become one. */
  status = limen_session_open(&session, words.text[0], LIMEN_STORE_READ, error);
  if (status != LIMEN_OK) goto done;
  limen_session_clear(&session);
  status = limen_session_open(&session, words.text[0], LIMEN_STORE_WRITE, error);
  if (status == LIMEN_OK) status = limen_store_get(session.store, "manifest", &manifest, error);
  if (status == LIMEN_OK) status = limen_store_get(session.store, "command", &command, error);
  if (status == LIMEN_OK && !session.plan.imported &&
      strcmp(session.plan.code, limen_kind_code(session.plan.kind)) != 0)
    fputs(
        "note: these cells were computed by another build than this one; the report shows them "
        "as they are, `limen run` would compute them anew\n",
        stderr);
  if (status == LIMEN_OK)
    status = limen_publish(&session.plan, manifest ? manifest : "{}\n",
                           command ? command : "limen run", error);
  if (status == LIMEN_OK) printf("%s/index.html\n", words.text[0]);
done:
  limen_session_clear(&session);
  limen_free(manifest);
  limen_free(command);
  limen_texts_clear(&words);
  return status;
}

const struct limen_command limen_command_report = {
    .name = "report",
    .about = "write a run's report again from its store",
    .help =
        "usage: limen report DIR\n"
        "\n"
        "Runs nothing: reads DIR/run.db and writes tables, plots and the report anew.\n"
        "A run that was interrupted gives a partial report, which says so.\n"
        "\n"
        "Example:\n"
        "  limen report reports/limit_k2\n",
    .run = run,
};
