/* Others' answers, judged here: the importer writes a definition, which is run as any other. */
#include "cli/import_judged.h"

#include <stdio.h>
#include <string.h>

#include "base/file.h"
#include "base/memory.h"
#include "cli/carry_out.h"
#include "cli/session.h"
#include "cli/shell_word.h"

char *limen_import_name(const char *path, struct limen_error *error) {
  const char *slash = strrchr(path, '/');
  char *name = limen_print(error, "imported_%.40s", slash ? slash + 1 : path);
  if (!name) return NULL;
  char *dot = strrchr(name, '.');
  if (dot) *dot = '\0';
  for (char *c = name; *c; c++)
    if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-", *c)) *c = '_';
  return name;
}

/* The command line that gives the same numbers again. */
static char *reproduce(const struct limen_importer *importer,
                       const struct limen_import_options *options, struct limen_error *error) {
  struct limen_text line = {0};
  limen_text_print(&line, "limen import %s", importer->name);
  limen_shell_word(&line, options->path);
  limen_text_add(&line, " --data");
  limen_shell_word(&line, options->data);
  char *copy = limen_text_status(&line, error) == LIMEN_OK
                   ? limen_copy_text(limen_text_string(&line), error)
                   : NULL;
  limen_text_clear(&line);
  return copy;
}

/* The store of a run of another kind would lose its cells to the first build that is not its own.
 */
static int refuse_other_run(const char *folder, const char *kind, struct limen_error *error) {
  struct limen_store *store = NULL;
  struct limen_definition definition = {0};
  char *text = NULL, *database = limen_path_join(folder, "run.db", error);
  int status = database ? LIMEN_OK : LIMEN_FAILED;
  if (status != LIMEN_OK || !limen_file_exists(database)) goto done;
  const bool known =
      limen_store_open(folder, LIMEN_STORE_READ, &store, NULL) == LIMEN_OK &&
      limen_store_get(store, "definition_text", &text, NULL) == LIMEN_OK && text &&
      limen_definition_parse(folder, text, strlen(text), &definition, NULL) == LIMEN_OK;
  if (!known || strcmp(definition.kind, kind) != 0)
    status = LIMEN_FAIL(error, LIMEN_FAILED,
                        "%s holds a run that is no such import; choose another folder with --out",
                        folder);
done:
  limen_definition_clear(&definition);
  limen_store_close(store);
  limen_free(text);
  limen_free(database);
  return status;
}

int limen_import_judged(const struct limen_importer *importer,
                        const struct limen_import_options *options, struct limen_error *error) {
  struct limen_session session = {0};
  struct limen_text definition = {0}, notes = {0};
  const struct limen_texts no_sets = {0};
  char *name = limen_import_name(options->data, error), *command = NULL, *folder = NULL,
       *own = NULL;
  int status = name ? limen_option_threads(options->threads, error) : LIMEN_FAILED;
  if (status == LIMEN_OK) status = limen_session_check_path(options->path, error);
  if (status == LIMEN_OK) status = limen_session_check_path(options->data, error);
  if (status == LIMEN_OK)
    status = importer->define(options->path, options->data, name, &definition, &notes, error);
  fputs(limen_text_string(&notes), stderr);
  if (status == LIMEN_OK && (!(command = reproduce(importer, options, error)) ||
                             !(own = limen_print(error, "limen import %s", importer->name)) ||
                             !(folder = options->out ? limen_copy_text(options->out, error)
                                                     : limen_path_join("reports", name, error))))
    status = LIMEN_FAILED;
  if (status == LIMEN_OK) status = refuse_other_run(folder, importer->kind, error);
  if (status == LIMEN_OK)
    status =
        limen_session_plan_text(&session, own, limen_text_string(&definition), &no_sets, error);
  if (status == LIMEN_OK)
    status = limen_carry_out(&session, command, &no_sets, folder, false, options->quiet, error);
  limen_session_clear(&session);
  limen_text_clear(&definition);
  limen_text_clear(&notes);
  limen_free(name);
  limen_free(command);
  limen_free(folder);
  limen_free(own);
  return status;
}
