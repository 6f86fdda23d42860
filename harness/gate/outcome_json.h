/* An outcome for machines. */
#ifndef LIMEN_GATE_OUTCOME_JSON_H
#define LIMEN_GATE_OUTCOME_JSON_H

#include "gate/verdict.h"

/* Writes {"experiment", "status", "identical", "alpha", "family", "changed", "machine",
 * "findings": [{"name", "verdict", "basis", "old", "new", ...}]}; what is not known is null. */
int limen_gate_write_json(const struct limen_gate_outcome *outcome, const char *path,
                          struct limen_error *error);

#endif
