#include "experiments/kinds/critical_n_summary.h"
#include "report/document.h"
int critical_describe(const struct limen_plan *plan, struct limen_document *out,
                      struct limen_error *error) {
  (void)plan; (void)out; (void)error;
  return LIMEN_OK;
}
