/* Carrying out a plan: cells -> store -> report. What `limen run` and `limen audit` share. */
#ifndef LIMEN_CLI_CARRY_OUT_H
#define LIMEN_CLI_CARRY_OUT_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/session.h"

/* Opens the run folder, runs the cells that wait, writes the report and prints its path. `session`
 * holds a plan and gets the store; `command` is the command line that gives the same numbers again,
 * `sets` what was set beside the definition. LIMEN_FAILED for a folder with others' results, unless
 * `fresh` starts over. */
int limen_carry_out(struct limen_session *session, const char *command,
                    const struct limen_texts *sets, const char *folder, bool fresh, bool quiet,
                    struct limen_error *error);

#endif
