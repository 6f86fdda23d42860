#include "fuzz/gates.h"

#include <math.h>

#include "fuzz/judge.h"
#include "gate/compare.h"

static void check_numbers(const struct limen_measured *measured) {
  fuzz_expect(measured->count > 0, "no number was read");
  for (size_t i = 0; i < measured->count; i++) {
    const struct limen_number *number = &measured->number[i];
    const struct limen_sample *sample = &number->sample;
    fuzz_expect(!isnan(number->value), "%s has no value", number->name);
    fuzz_expect(!(number->lower > number->value || number->upper < number->value),
                "%s is %g outside of %g to %g", number->name, number->value, number->lower,
                number->upper);
    for (size_t v = 0; sample->values && v < sample->builds * sample->queries; v++)
      fuzz_expect(isfinite(sample->values[v]), "value %zu of %s is %g", v, number->name,
                  sample->values[v]);
  }
}

void fuzz_compare_with_itself(const struct limen_measured *measured) {
  const struct limen_gate_settings settings = {LIMEN_GATE_ALPHA, LIMEN_GATE_TOLERANCE,
                                               LIMEN_GATE_TOLERANCE_RELATIVE};
  struct limen_gate_outcome outcome;
  struct limen_error error = {0};
  check_numbers(measured);
  int status = limen_gate_compare(measured, measured, &settings, &outcome, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  for (size_t i = 0; status == LIMEN_OK && i < outcome.n; i++) {
    const enum limen_gate_verdict verdict = outcome.finding[i].verdict;
    fuzz_expect(verdict != LIMEN_GATE_REGRESSION && verdict != LIMEN_GATE_MISSING &&
                    verdict != LIMEN_GATE_IMPROVEMENT,
                "%s against itself: %s", outcome.finding[i].name, limen_gate_verdict_name(verdict));
  }
  limen_gate_clear(&outcome);
}
