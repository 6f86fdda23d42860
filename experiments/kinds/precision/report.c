#include "experiments/kinds/precision/summary.h"
#include "report/document.h"
int precision_describe(const struct limen_plan *plan, struct limen_document *out,
                       struct limen_error *error) {
  (void)error;
  limen_document_title(out, plan->definition.name, plan->definition.question);
  return LIMEN_OK;
}
