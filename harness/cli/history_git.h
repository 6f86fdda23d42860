/* Baselines as they were committed, read through git. */
#ifndef LIMEN_CLI_HISTORY_GIT_H
#define LIMEN_CLI_HISTORY_GIT_H

#include "gate/history.h"

enum { LIMEN_HISTORY_COMMITS_MOST = 1000 };

/* Adds every committed version of a baseline, oldest first, of the last LIMEN_HISTORY_COMMITS_MOST.
 * Versions that are no baseline, such as those of another schema, cannot be mended any more: they
 * are left out, each with a line on standard error. LIMEN_INPUT when the file is in no repository,
 * was never committed, or no version is left. */
int limen_history_add_git(struct limen_history *history, const char *path,
                          struct limen_error *error);

#endif
