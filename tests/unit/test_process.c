/* Programs that are started: what they print, how they fail, and how much of it is taken. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs those above. */
#include <cmocka.h>
#include <string.h>

#include "base/process.h"

#define WORDS(...) ((const char *const[]){__VA_ARGS__, NULL})

static void test_read(void **state) {
  struct limen_text out = {0};
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_process_read(WORDS("printf", "a b\\n$(id)`id`"), NULL, 100, &out, &error),
                   LIMEN_OK);
  assert_string_equal(limen_text_string(&out), "a b\n$(id)`id`");
  assert_int_equal(limen_process_read(WORDS("pwd"), "/", 2, &out, &error), LIMEN_OK);
  assert_string_equal(limen_text_string(&out), "a b\n$(id)`id`/\n");
  limen_text_clear(&out);
  assert_int_equal(limen_process_read(WORDS("true"), NULL, 0, &out, &error), LIMEN_OK);
  assert_int_equal(out.length, 0);
}

/* More than a pipe holds on both streams: nobody waits for the other. */
static void test_both_streams(void **state) {
  static const char loud[] =
      "i=0; while [ $i -lt 4000 ]; do echo 0123456789012345678901234567890123456789; "
      "echo 0123456789012345678901234567890123456789 >&2; i=$((i+1)); done; echo last words >&2; "
      "exit 3";
  struct limen_text out = {0};
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_process_read(WORDS("sh", "-c", loud), NULL, 1 << 20, &out, &error),
                   LIMEN_FAILED);
  assert_int_equal(out.length, 4000 * 41);
  assert_true(strncmp(error.text, "sh failed: ", 11) == 0);
  assert_string_equal(error.text + strlen(error.text) - 10, "last words");
  limen_text_clear(&out);
}

static void test_too_much(void **state) {
  struct limen_text out = {0};
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_process_read(WORDS("yes"), NULL, 10000, &out, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "yes prints more than the 10000 bytes that are taken");
  assert_true(out.length <= 10000);
  limen_text_clear(&out);
}

static void test_not_started(void **state) {
  struct limen_text out = {0};
  struct limen_error error = {0};
  (void)state;
  assert_int_equal(limen_process_read(WORDS("no-such-program"), NULL, 10, &out, &error),
                   LIMEN_FAILED);
  assert_string_equal(
      error.text,
      "cannot start no-such-program: No such file or directory; `limen doctor` says "
      "what to install");
  assert_int_equal(limen_process_run(WORDS("false"), NULL, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "false failed: it gave no reason");
  assert_int_equal(limen_process_run(WORDS("true"), "/no/such/folder", &error), LIMEN_FAILED);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read),
      cmocka_unit_test(test_both_streams),
      cmocka_unit_test(test_too_much),
      cmocka_unit_test(test_not_started),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
