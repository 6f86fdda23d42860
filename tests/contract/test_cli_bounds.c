/* `limen bounds` as its users see it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <jansson.h>
#include <string.h>

#include "base/error.h"
#include "support/program.h"
#include "unit/scratch.h"

static struct program_setup here;

static void put(const char *name, const char *content) {
  put_file(at(name), content, strlen(content));
}

/* All ten pairs of five documents, two of them judged highly. */
static int prepare(void **state) {
  if (scratch_setup(state) != 0) return -1;
  here.folder = scratch;
  put("qrels",
      "1 0 a 1\n1 0 b 1\n2 0 a 1\n2 0 c 1\n3 0 a 1\n3 0 d 1\n4 0 a 1\n4 0 e 1\n5 0 b 1\n5 0 c 1\n"
      "6 0 b 1\n6 0 d 1\n7 0 b 1\n7 0 e 1\n8 0 c 1\n8 0 d 1\n9 0 c 2\n9 0 e 2\n10 0 d 2\n10 0 e "
      "1\n");
  return 0;
}

static void the_sandwich(void **state) {
  (void)state;
  expect_output(&here, WORDS("bounds", "qrels"),
                WORDS("qrels: 10 queries, 5 documents, 5 of them wanted\n",
                      "10 different sets are wanted, of 2 among 5 kinds of documents\n",
                      "lower  hull_edges              3           4  10 pairs are wanted among 5 "
                      "documents\n",
                      "upper  simplex                 4           4  5 kinds of documents\n",
                      "documents of any length: at least 3, at most 4 dimensions\n",
                      "documents of unit length: 4 dimensions, no less and no more\n"));
  expect_output(&here, WORDS("bounds", "qrels", "--documents", "100"),
                WORDS("10 queries, 100 documents, 5 of them wanted", "among 6 kinds"));
}

static void only_high_grades(void **state) {
  (void)state;
  expect_output(&here, WORDS("bounds", "qrels", "-l", "2"),
                WORDS("2 different sets are wanted, of 1 among 3 kinds of documents"));
  expect_output(&here, WORDS("bounds", "qrels", "-l", "3"),
                WORDS("no query wants some documents and not others: any vectors serve\n"));
}

static void json_says_the_same(void **state) {
  json_int_t lower, upper;
  const char *name;
  (void)state;
  expect_output(&here, WORDS("bounds", "qrels", "--json", "bounds.json"), WORDS("unit length"));
  json_t *root = json_load_file(at("bounds.json"), JSON_REJECT_DUPLICATES, NULL);
  assert_non_null(root);
  assert_int_equal(
      json_unpack(root, "{s:{s:I, s:I}}", "unit_length", "lower", &lower, "upper", &upper), 0);
  assert_int_equal(lower, 4);
  assert_int_equal(upper, 4);
  assert_int_equal(json_array_size(json_object_get(root, "bounds")), 7);
  assert_int_equal(
      json_unpack(json_array_get(json_object_get(root, "bounds"), 2), "{s:s}", "name", &name), 0);
  assert_string_equal(name, "hull_edges");
  json_decref(root);
}

static void refusals(void **state) {
  (void)state;
  put("twice", "1 0 a 1\n1 0 a 1\n");
  expect_run(&here, LIMEN_INPUT, WORDS("bounds", "twice"), WORDS("twice", "a"));
  expect_run(&here, LIMEN_INPUT, WORDS("bounds", "nowhere"), WORDS("nowhere"));
  expect_run(&here, LIMEN_INPUT, WORDS("bounds", "qrels", "--documents", "4"),
             WORDS("qrels: 5 documents are judged, more than the 4 there are"));
  expect_run(&here, LIMEN_USAGE, WORDS("bounds", "qrels", "--documents", "0"),
             WORDS("--documents"));
  expect_run(&here, LIMEN_USAGE, WORDS("bounds", "qrels", "-l", "0"), WORDS("-l"));
  expect_run(&here, LIMEN_USAGE, WORDS("bounds"), WORDS("limen bounds"));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_sandwich),
      cmocka_unit_test(only_high_grades),
      cmocka_unit_test(json_says_the_same),
      cmocka_unit_test(refusals),
  };
  return cmocka_run_group_tests(tests, prepare, scratch_teardown);
}
