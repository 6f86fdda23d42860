/* Whether the proved numbers of a run hold. */
#ifndef LIMEN_CLI_GATE_PROOFS_H
#define LIMEN_CLI_GATE_PROOFS_H

#include "base/error.h"
#include "cli/session.h"

/* Proves every certificate of a run again, and that each number which its files call certified
 * follows from one. LIMEN_NO says what does not hold; LIMEN_INPUT when there is nothing to prove
 * with. */
int limen_gate_prove(const char *folder, const struct limen_session *session,
                     struct limen_error *error);

#endif
