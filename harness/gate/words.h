/* Sentences about findings. */
#ifndef LIMEN_GATE_WORDS_H
#define LIMEN_GATE_WORDS_H

#include "gate/measured.h"
#include "gate/verdict.h"

/* Fills `words` of a finding whose other fields are there. */
int limen_gate_say(const struct limen_gate_outcome *outcome, struct limen_gate_finding *finding,
                   struct limen_error *error);

/* The same of a proved number; `search` is the number it is the best of, NULL: unknown. */
int limen_gate_say_proof(struct limen_gate_finding *finding, const struct limen_number *search,
                         struct limen_error *error);

/* "k: 10 -> 20; nq: 100 -> 200", a new string; NULL where nothing differs, or either side is empty.
 */
int limen_gate_say_changes(const struct limen_settings *old, const struct limen_settings *new,
                           char **out, struct limen_error *error);

/* A value ("0.9123", "41"), and a difference in its unit: "2.12 points", "+3.5 documents". Text
 * fits LIMEN_GATE_TEXT. */
enum { LIMEN_GATE_TEXT = 64 };
const char *limen_gate_value(const char *unit, double value, char out[LIMEN_GATE_TEXT]);
const char *limen_gate_amount(const char *unit, double value, char out[LIMEN_GATE_TEXT]);
/* The same without the unit and with its sign: "-2.12". */
const char *limen_gate_signed(const char *unit, double value, char out[LIMEN_GATE_TEXT]);

#endif
