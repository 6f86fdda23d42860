/* The steps of an audit. Adding one is adding a line; those that an index answers have an ef. */
#include <string.h>

#include "experiments/kinds/audit/audit.h"

static const struct audit_step steps[] = {
    {"given", "the vectors as they are", "float64", 1, 0},
    {"bfloat16", "both sides rounded to bfloat16", "bfloat16", 1, 0},
    {"float16", "to float16", "float16", 1, 0},
    {"int8", "to 8 bits a coordinate, a scale a vector", "int8", 1, 0},
    {"int4", "to 4 bits", "int4", 1, 0},
    {"bit1", "to the sign", "bit1", 1, 0},
    {"half", "the first half of the dimensions", "float64", 2, 0},
    {"quarter", "the first quarter", "float64", 4, 0},
    {"eighth", "the first eighth", "float64", 8, 0},
    {"half_int8", "the first half, to 8 bits", "int8", 2, 0},
    {"index_ef10", "an index that looks at 10 candidates", NULL, 1, 10},
    {"index_ef40", "at 40", NULL, 1, 40},
    {"index_ef160", "at 160", NULL, 1, 160},
};

const struct audit_step *audit_step_find(const char *name) {
  for (size_t i = 0; i < sizeof steps / sizeof *steps; i++)
    if (strcmp(steps[i].name, name) == 0) return &steps[i];
  return NULL;
}

const char *audit_step_name(size_t i) {
  return i < sizeof steps / sizeof *steps ? steps[i].name : NULL;
}

bool audit_step_is_given(const struct audit_step *step) { return step == &steps[0]; }
