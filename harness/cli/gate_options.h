/* What the commands about gates share: where numbers come from, and how strict to be. */
#ifndef LIMEN_CLI_GATE_OPTIONS_H
#define LIMEN_CLI_GATE_OPTIONS_H

#include <stdbool.h>

#include "base/error.h"
#include "cli/options.h"
#include "cli/session.h"
#include "gate/compare.h"
#include "gate/measured.h"

/* A run folder, or results of any system. */
struct limen_gate_source {
  const char *folder;         /* NULL: `results` */
  struct limen_texts results; /* CSV files */
  struct limen_texts only;    /* measures; none: all */
  struct limen_texts lower;   /* metrics of which less is better */
  bool deterministic;
};
void limen_gate_source_clear(struct limen_gate_source *source);

/* LIMEN_USAGE unless it is one of the two, with nothing that belongs to the other; `command` is
 * named. Takes the folder from `words`. */
int limen_gate_source_check(struct limen_gate_source *source, const char *command,
                            const struct limen_texts *words, struct limen_error *error);

/* Reads the numbers. `session` is that of a run folder, for the caller to look at and to clear; it
 * stays empty for results. */
int limen_gate_source_read(const struct limen_gate_source *source, struct limen_session *session,
                           struct limen_measured *out, struct limen_error *error);

/* Keeps what --only wants; LIMEN_USAGE where there is none of a measure. */
int limen_gate_source_keep(const struct limen_gate_source *source, struct limen_measured *measured,
                           struct limen_error *error);

/* --tolerance, given up to once for shares ("0.5pp") and once for all else ("5%"), and --alpha.
 * NULL texts and none at all leave the defaults. */
int limen_gate_strictness(const struct limen_texts *tolerances, const char *alpha,
                          struct limen_gate_settings *out, struct limen_error *error);

/* "1pp" as 0.01, "5%" as 0.05: `points` says which. LIMEN_USAGE names the option. */
int limen_gate_amount_of(const char *option, const char *text, double *out, bool *points,
                         struct limen_error *error);

#endif
