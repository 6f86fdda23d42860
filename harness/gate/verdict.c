#include "gate/verdict.h"

#include "base/memory.h"

static const char *const verdicts[LIMEN_VERDICTS] = {[LIMEN_VERDICT_PASS] = "pass",
                                                     [LIMEN_VERDICT_IMPROVEMENT] = "improvement",
                                                     [LIMEN_VERDICT_NEW] = "new",
                                                     [LIMEN_VERDICT_CANNOT_TELL] = "cannot tell",
                                                     [LIMEN_VERDICT_REGRESSION] = "regression",
                                                     [LIMEN_VERDICT_OTHER_DATA] = "other data",
                                                     [LIMEN_VERDICT_UNPROVED] = "unproved",
                                                     [LIMEN_VERDICT_MISSING] = "missing"};

static const char *const bases[LIMEN_BASES] = {
    [LIMEN_BASIS_NONE] = "nothing",          [LIMEN_BASIS_IDENTICAL] = "identical answers",
    [LIMEN_BASIS_PAIRED] = "paired queries", [LIMEN_BASIS_UNPAIRED] = "unpaired queries",
    [LIMEN_BASIS_INTERVALS] = "intervals",   [LIMEN_BASIS_PROOF] = "proof"};

const char *limen_verdict_name(enum limen_verdict verdict) { return verdicts[verdict]; }
const char *limen_basis_name(enum limen_basis basis) { return bases[basis]; }

int limen_verdict_status(enum limen_verdict verdict) {
  if (verdict < LIMEN_VERDICT_CANNOT_TELL) return LIMEN_OK;
  return verdict == LIMEN_VERDICT_CANNOT_TELL ? LIMEN_CANNOT_TELL : LIMEN_NO;
}

int limen_outcome_status(const struct limen_outcome *outcome) {
  int status = LIMEN_OK;
  const size_t new = outcome->count[LIMEN_VERDICT_NEW];
  for (int v = 0; v < LIMEN_VERDICTS; v++) {
    if (outcome->count[v] == 0) continue;
    const int one = limen_verdict_status((enum limen_verdict)v);
    if (one == LIMEN_NO) return LIMEN_NO;
    if (one != LIMEN_OK) status = one;
  }
  return outcome->n == new ? LIMEN_CANNOT_TELL : status;
}

void limen_outcome_headline(const struct limen_outcome *outcome, struct limen_text *out) {
  bool first = true;
  limen_text_print(out, "%zu number%s: ", outcome->n, outcome->n == 1 ? "" : "s");
  for (int v = LIMEN_VERDICTS; v-- > 0;) {
    if (outcome->count[v] == 0) continue;
    limen_text_print(out, "%s%zu %s", first ? "" : ", ", outcome->count[v], verdicts[v]);
    first = false;
  }
  if (first) limen_text_add(out, "nothing to compare");
}

void limen_outcome_clear(struct limen_outcome *outcome) {
  for (size_t i = 0; i < outcome->n; i++) {
    limen_free(outcome->finding[i].name);
    limen_free(outcome->finding[i].unit);
    limen_free(outcome->finding[i].words);
  }
  limen_free(outcome->finding);
  limen_free(outcome->experiment);
  limen_free(outcome->changed);
  limen_free(outcome->machine);
  *outcome = (struct limen_outcome){0};
}
