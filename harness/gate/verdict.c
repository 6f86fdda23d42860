#include "gate/verdict.h"

#include "base/memory.h"

static const char *const verdicts[LIMEN_GATE_VERDICTS] = {[LIMEN_GATE_PASS] = "pass",
                                                          [LIMEN_GATE_IMPROVEMENT] = "improvement",
                                                          [LIMEN_GATE_NEW] = "new",
                                                          [LIMEN_GATE_CANNOT_TELL] = "cannot tell",
                                                          [LIMEN_GATE_REGRESSION] = "regression",
                                                          [LIMEN_GATE_OTHER_DATA] = "other data",
                                                          [LIMEN_GATE_UNPROVED] = "unproved",
                                                          [LIMEN_GATE_MISSING] = "missing"};

static const char *const bases[LIMEN_GATE_BASES] = {
    [LIMEN_GATE_BY_NONE] = "nothing",          [LIMEN_GATE_BY_IDENTICAL] = "identical answers",
    [LIMEN_GATE_BY_PAIRED] = "paired queries", [LIMEN_GATE_BY_UNPAIRED] = "unpaired queries",
    [LIMEN_GATE_BY_INTERVALS] = "intervals",   [LIMEN_GATE_BY_PROOF] = "proof"};

const char *limen_gate_verdict_name(enum limen_gate_verdict verdict) { return verdicts[verdict]; }
const char *limen_gate_basis_name(enum limen_gate_basis basis) { return bases[basis]; }

int limen_gate_status_of(enum limen_gate_verdict verdict) {
  if (verdict < LIMEN_GATE_CANNOT_TELL) return LIMEN_OK;
  return verdict == LIMEN_GATE_CANNOT_TELL ? LIMEN_CANNOT_TELL : LIMEN_NO;
}

int limen_gate_status(const struct limen_gate_outcome *outcome) {
  int status = LIMEN_OK;
  const size_t new = outcome->count[LIMEN_GATE_NEW];
  for (int v = 0; v < LIMEN_GATE_VERDICTS; v++) {
    if (outcome->count[v] == 0) continue;
    const int one = limen_gate_status_of((enum limen_gate_verdict)v);
    if (one == LIMEN_NO) return LIMEN_NO;
    if (one != LIMEN_OK) status = one;
  }
  return outcome->n == new ? LIMEN_CANNOT_TELL : status;
}

void limen_gate_headline(const struct limen_gate_outcome *outcome, struct limen_text *out) {
  bool first = true;
  limen_text_print(out, "%zu number%s: ", outcome->n, outcome->n == 1 ? "" : "s");
  for (int v = LIMEN_GATE_VERDICTS; v-- > 0;) {
    if (outcome->count[v] == 0) continue;
    limen_text_print(out, "%s%zu %s", first ? "" : ", ", outcome->count[v], verdicts[v]);
    first = false;
  }
  if (first) limen_text_add(out, "nothing to compare");
}

void limen_gate_clear(struct limen_gate_outcome *outcome) {
  for (size_t i = 0; i < outcome->n; i++) {
    limen_free(outcome->finding[i].name);
    limen_free(outcome->finding[i].unit);
    limen_free(outcome->finding[i].words);
  }
  limen_free(outcome->finding);
  limen_free(outcome->experiment);
  limen_free(outcome->source);
  limen_free(outcome->baseline);
  limen_free(outcome->accept);
  limen_free(outcome->changed);
  limen_free(outcome->machine);
  *outcome = (struct limen_gate_outcome){0};
}
