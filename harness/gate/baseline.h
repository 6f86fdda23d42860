/* A baseline: numbers as they were once accepted, in one small JSON file that is kept beside the
 * sources and read by people, by programs and by git.
 *
 *   {"schema": 1, "experiment": ..., "accepted": [{"date", "reason"}, ...],
 *    "definition": {"sha256", "parameters": {...}}, "inputs": {file: sha256}, "machine": {...},
 *    "numbers": [{"name", "value", "lower", "upper", "unit", "better", "n", "data", "asked",
 *                 "answers", "drawn", "within", "values": {...}}, ...]}
 *
 * "parameters" and "machine" hold texts. "values" (gate/values.h) is there where the number is a
 * mean over builds and queries. */
#ifndef LIMEN_GATE_BASELINE_H
#define LIMEN_GATE_BASELINE_H

#include "base/error.h"
#include "gate/measured.h"

enum {
  LIMEN_BASELINE_SCHEMA = 1,
  LIMEN_BASELINE_MOST = 1 << 28, /* bytes */
  LIMEN_BASELINE_NUMBERS_MOST = 10000
};

/* Reads one. LIMEN_INPUT, with the file and the place in it, for whatever is not as it should be: a
 * stranger may have written it. A value that is not the mean of its own values was changed by hand,
 * and is refused too. */
int limen_baseline_read(const char *path, struct limen_measured *out, struct limen_error *error);
/* The same from memory; `path` is only named. */
int limen_baseline_parse(const char *path, const char *text, size_t length,
                         struct limen_measured *out, struct limen_error *error);

/* Writes one. The reasons of the baseline in its place, which must be one, are kept, and this one
 * is put after them; without a baseline there, `reason` may be NULL. `date` is today's,
 * "2026-01-31". LIMEN_USAGE without a reason where there is a baseline; LIMEN_INPUT when there is
 * another file, or no number to write. */
int limen_baseline_write(const char *path, const struct limen_measured *measured,
                         const char *reason, const char *date, struct limen_error *error);

#endif
