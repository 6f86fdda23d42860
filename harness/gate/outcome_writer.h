/* Writers of outcomes for people, programs and CI systems (registry: outcome_writers.def). Each
 * puts the whole of one file together from an outcome and nothing else: no clock, no host, no
 * environment, so that the same outcome gives the same bytes. */
#ifndef LIMEN_GATE_OUTCOME_WRITER_H
#define LIMEN_GATE_OUTCOME_WRITER_H

#include <jansson.h>

#include "gate/verdict.h"

struct limen_outcome_writer {
  const char *option; /* of `limen check`, which takes the name of the file: "--junit" */
  const char *about;  /* what the file is */
  /* Appends the file to `out`, and to `note` a sentence about what the format had no place for. */
  int (*write)(const struct limen_gate_outcome *outcome, struct limen_text *out,
               struct limen_text *note, struct limen_error *error);
};

/* The table; NULL past its end. */
enum { LIMEN_OUTCOME_WRITERS_MOST = 16 };
const struct limen_outcome_writer *limen_outcome_writer_at(size_t i);

/* Writes the file `path`, whole or not at all. */
int limen_outcome_write(const struct limen_outcome_writer *writer,
                        const struct limen_gate_outcome *outcome, const char *path,
                        struct limen_text *note, struct limen_error *error);

/* ---- for writers ---- */

/* "pass", "fail" or "cannot tell": of the whole outcome. */
const char *limen_outcome_status_name(const struct limen_gate_outcome *outcome);

/* JSON of a number that may be unknown: null then. */
json_t *limen_outcome_number(double value);

/* JSON of a text from anywhere, made visible and valid (report/escape.h). */
json_t *limen_outcome_text(const char *text);

/* Appends `root` as a file, and releases it; NULL stands for one that could not be built. */
int limen_outcome_add_json(json_t *root, const char *what, struct limen_text *out,
                           struct limen_error *error);

#endif
