/* Bounds on margins, against values worked by hand and against each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <math.h>

#include "limits/margin_bounds.h"

static void close_to(double is, double wanted) {
  if (!(fabs(is / wanted - 1) < 1e-8)) fail_msg("%.12g is not %.12g", is, wanted);
}

/* n = 3, k = 1: a triangle has a gap of 3 / 2. n = 5, k = 2: 5 / sqrt(24) / 2. */
static void ceilings(void **state) {
  (void)state;
  close_to(limen_margin_ceiling(3, 1), 0.75);
  close_to(limen_margin_ceiling(5, 2), 0.5103103630798288);
}

/* The ten pairs of five documents: (1 + 1/g)^d = 10. */
static void packing(void **state) {
  (void)state;
  close_to(limen_margin_packing(5, 2, 1), 1.0 / 9);
  close_to(limen_margin_packing(5, 2, 2), 1 / (sqrt(10) - 1));
  for (double d = 2; d < 40; d += 7)
    for (double n = 4; n < 1e5; n *= 11)
      close_to(limen_margin_packing_pairs(limen_margin_packing(n, 2, d), d), n);
}

static void laws(void **state) {
  (void)state;
  close_to(limen_margin_law(2 * exp(1), 2), 2);
  close_to(limen_margin_law_documents(limen_margin_law(57, 3), 3), 57);
  close_to(limen_no_margin(1000, 3), 6);
  close_to(limen_no_margin(4, 3), 3);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(ceilings), cmocka_unit_test(packing),
                                     cmocka_unit_test(laws)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
