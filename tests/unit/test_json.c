/* JSON that is wrong and JSON that memory ran out for are two things. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/json.h"
#include "base/memory.h"
#include "unit/scratch.h"

static void test_read(void **state) {
  (void)state;
  static const char text[] = "{\"n\": 57, \"tau\": 0.11, \"words\": [\"a\", \"b\"]}";
  struct limen_error error = {0};
  json_error_t reason;
  json_t *root = NULL;
  json_int_t n = 0;
  double tau = 0;
  assert_int_equal(limen_json_read(text, strlen(text), 0, &root, NULL, &error), LIMEN_OK);
  assert_int_equal(limen_json_unpack(root, NULL, &error, "{s:I, s:f}", "n", &n, "tau", &tau),
                   LIMEN_OK);
  assert_int_equal(n, 57);
  assert_true(tau == 0.11);
  assert_int_equal(limen_json_unpack(root, NULL, &error, "{s:s}", "n", &n), LIMEN_INPUT);
  json_decref(root);
  assert_int_equal(limen_json_read(text, 9, 0, &root, &reason, &error), LIMEN_INPUT);
  assert_null(root);
  assert_int_equal(reason.line, 1);
  assert_string_equal(error.text, ""); /* the caller knows whose fault it is */
}

static void test_write(void **state) {
  (void)state;
  struct limen_error error = {0};
  json_t *root = json_pack("{s:i}", "n", 57);
  char *text = limen_json_print(root, JSON_COMPACT, "numbers", &error);
  assert_string_equal(text, "{\"n\":57}");
  limen_free(text);
  assert_int_equal(limen_json_write(root, 0, at("a.json"), &error), LIMEN_OK);
  expect_file(at("a.json"), "{\"n\": 57}");
  assert_int_equal(limen_json_write(root, 0, at("none/a.json"), &error), LIMEN_FAILED);
  json_decref(root);
  root = json_pack("{s:s}", "name", "\xff");
  assert_null(limen_json_print(root, 0, "the names", &error));
  assert_string_equal(error.text, "the names cannot be written: it holds a name that is not UTF-8");
  json_decref(root);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read),
      cmocka_unit_test_setup_teardown(test_write, scratch_setup, scratch_teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
