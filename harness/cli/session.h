/* What `limen run`, `limen report` and `limen import` share: making a plan of a definition, and
 * opening a run folder with its plan. */
#ifndef LIMEN_CLI_SESSION_H
#define LIMEN_CLI_SESSION_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "data/dataset.h"
#include "data/text_dataset.h"
#include "run/importer.h"
#include "run/plan.h"

/* The tables that only main knows; set once. */
extern const struct limen_kind *const *limen_cli_kinds;
extern const struct limen_importer *const *limen_cli_importers;
extern const struct limen_dataset *const *limen_cli_datasets;
extern const struct limen_text_dataset *const *limen_cli_text_datasets;

struct limen_session {
  struct limen_plan plan;
  struct limen_store *store;
};

/* LIMEN_USAGE unless a path is UTF-8, as the manifest that will name it must be. Asked before a
 * run, so that it does not fail at its end. */
int limen_session_check_path(const char *path, struct limen_error *error);

/* Reads a definition, finds its kind and resolves the grid. */
int limen_session_plan(struct limen_session *session, const char *path, enum limen_size size,
                       const struct limen_texts *sets, struct limen_error *error);

/* The same of a definition that a command writes: `path` names it in messages. */
int limen_session_plan_text(struct limen_session *session, const char *path, const char *text,
                            const struct limen_texts *sets, struct limen_error *error);

/* Opens an existing run folder and replays its plan from what its store says. */
int limen_session_open(struct limen_session *session, const char *folder,
                       enum limen_store_mode mode, struct limen_error *error);

/* Puts into the store what limen_session_open needs. */
int limen_session_describe(struct limen_session *session, const struct limen_texts *sets,
                           struct limen_error *error);

void limen_session_clear(struct limen_session *session);

#endif
