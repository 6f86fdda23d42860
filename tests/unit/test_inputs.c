/* Files behind a run are told by their bytes, and where they cannot be read it is said what to do.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "definition/inputs.h"
#include "unit/scratch.h"

static void check(const char *path, const char *sha256, int status, const char *words) {
  char copy[4096];
  struct limen_error error = {0};
  snprintf(copy, sizeof copy, "%s", path);
  struct limen_input one = {.path = copy};
  snprintf(one.sha256, sizeof one.sha256, "%s", sha256);
  const struct limen_inputs inputs = {.input = &one, .count = 1};
  assert_int_equal(limen_inputs_check(&inputs, &error), status);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

static void test_bytes_are_checked(void **state) {
  (void)state;
  put_file(at("a"), "abc", 3);
  check(at("a"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", LIMEN_OK, "");
  put_file(at("a"), "abd", 3);
  check(at("a"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", LIMEN_NO,
        "/a holds other bytes than when the run read it: run it again");
}

static void test_a_path_that_leads_nowhere(void **state) {
  (void)state;
  check("no/such/57.fvecs", "", LIMEN_INPUT,
        "give this command in the folder that the run was started in: cannot read "
        "no/such/57.fvecs: No such file or directory");
  check(at("b"), "", LIMEN_INPUT, "cannot read /");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_bytes_are_checked),
      TEST(test_a_path_that_leads_nowhere),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
