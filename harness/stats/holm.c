#include "stats/holm.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"

struct test {
  double p;
  size_t number;
};

static int ascending(const void *left, const void *right) {
  double a = ((const struct test *)left)->p, b = ((const struct test *)right)->p;
  return (a > b) - (a < b);
}

int limen_holm(double *p, size_t n, struct limen_error *error) {
  size_t made = 0;
  for (size_t i = 0; i < n; i++)
    if (p[i] < 0 || p[i] > 1)
      return LIMEN_FAIL(error, LIMEN_INPUT, "p value %zu of %zu is %g, outside [0, 1]", i + 1, n,
                        p[i]);
  struct test *tests = limen_alloc(n, sizeof *tests, error);
  if (!tests) return LIMEN_FAILED;
  for (size_t i = 0; i < n; i++)
    if (!isnan(p[i])) tests[made++] = (struct test){.p = p[i], .number = i};
  qsort(tests, made, sizeof *tests, ascending);
  double largest = 0;
  for (size_t i = 0; i < made; i++) {
    largest = fmax(largest, fmin(1, (double)(made - i) * tests[i].p));
    p[tests[i].number] = largest;
  }
  limen_free(tests);
  return LIMEN_OK;
}
