/* The studies of the kind retrieval (registry: report_studies.def). */
#include <string.h>

#include "experiments/kinds/retrieval/retrieval.h"

#define LIMEN_ENTRY(study) extern const struct retrieval_study study;
#include "experiments/kinds/retrieval/report_studies.def"
#undef LIMEN_ENTRY

#define LIMEN_ENTRY(study) &study,
static const struct retrieval_study *const studies[] = {
#include "experiments/kinds/retrieval/report_studies.def"
    NULL};
#undef LIMEN_ENTRY

const char *retrieval_study_name(size_t i) {
  return i + 1 < sizeof studies / sizeof *studies ? studies[i]->name : NULL;
}

const struct retrieval_study *retrieval_study_of(const struct limen_grid *grid) {
  const char *name = limen_grid_string(grid, 0, "study");
  for (size_t i = 0; studies[i]; i++)
    if (strcmp(studies[i]->name, name) == 0) return studies[i];
  return NULL; /* the parameter's choices are these names */
}

int retrieval_describe(const struct limen_plan *plan, struct limen_document *out,
                       struct limen_error *error) {
  return retrieval_study_of(&plan->grid)->describe(plan, out, error);
}
