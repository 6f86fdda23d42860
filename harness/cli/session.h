/* What `limen run`, `limen report` and `limen import` share: finding a definition, opening a run
 * folder with its plan, and publishing it. */
#ifndef LIMEN_CLI_SESSION_H
#define LIMEN_CLI_SESSION_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "run/importer.h"
#include "run/plan.h"

/* The tables that only main knows; set once. */
extern const struct limen_kind *const *limen_cli_kinds;
extern const struct limen_importer *const *limen_cli_importers;

/* The path of a definition: WORD itself when it names a file (it ends with .yml or .yaml or holds a
 * slash), else NAME.yml in one of the folders of experiments: ./experiments, or the one beside the
 * program's own folder. LIMEN_USAGE lists the names there are. Released by limen_free. */
int limen_session_find(const char *word, char **path, struct limen_error *error);

/* Calls `visit` with the path of every shipped definition, sorted. */
int limen_session_each(int (*visit)(void *context, const char *path, struct limen_error *error),
                       void *context, struct limen_error *error);

struct limen_session {
  struct limen_plan plan;
  struct limen_store *store;
};

/* Reads a definition, finds its kind and resolves the grid. */
int limen_session_plan(struct limen_session *session, const char *path, enum limen_size size,
                       const struct limen_texts *sets, struct limen_error *error);

/* Opens an existing run folder and replays its plan from what its store says. */
int limen_session_open(struct limen_session *session, const char *folder,
                       enum limen_store_mode mode, struct limen_error *error);

/* Puts into the store what limen_session_open needs. */
int limen_session_describe(struct limen_session *session, const struct limen_texts *sets,
                           struct limen_error *error);

void limen_session_clear(struct limen_session *session);

#endif
