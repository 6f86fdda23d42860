/* Files that say what a gate says, each in the form that some reader wants (registry:
 * outcome_writers.def). Whatever the outcome is, a file is written whole or not at all. */
#ifndef LIMEN_GATE_OUTCOME_WRITER_H
#define LIMEN_GATE_OUTCOME_WRITER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"
#include "gate/verdict.h"

struct limen_gate_writer {
  const char *option; /* "--junit" */
  const char *about;
  /* Appends the file's content. */
  int (*print)(const struct limen_gate_outcome *outcome, struct limen_text *out,
               struct limen_error *error);
  /* Whether a number has a place in such a file; NULL: every number has. */
  bool (*holds)(const struct limen_gate_finding *finding);
};

/* NULL past the end. */
const struct limen_gate_writer *limen_gate_writer_at(size_t i);
#define LIMEN_ENTRY(entry) +1
enum {
  LIMEN_GATE_WRITERS =
#include "gate/outcome_writers.def"
};
#undef LIMEN_ENTRY

int limen_gate_write(const struct limen_gate_writer *writer,
                     const struct limen_gate_outcome *outcome, const char *path,
                     struct limen_error *error);

/* Appends a JSON document; takes `root`, NULL being one that memory was short for. */
int limen_gate_print_json(json_t *root, struct limen_text *out, struct limen_error *error);

/* The measure, which is a name's part before its first slash, and what stands behind it: "" where
 * there is none. */
struct limen_gate_name {
  int measure; /* its length */
  const char *axes;
};
struct limen_gate_name limen_gate_name_of(const char *name);

#endif
