/* Certified numbers and the claims that they need; summaries from strangers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "cli/summary_claims.h"
#include "unit/scratch.h"

static const struct limen_claim claims[] = {
    {.documents = 11, .k = 2, .d = 4, .every_subset = true},
    {.documents = 32, .k = 2, .d = 5, .every_subset = false},
    {.documents = 57, .k = 3, .d = 4, .every_subset = true},
    {.documents = 99, .k = 2, .d = 4, .every_subset = true, .refutes = true}, /* proves no number */
};

static int check(const char *text, size_t *metrics, struct limen_error *error) {
  *error = (struct limen_error){0};
  put_file(at("summary.json"), text, strlen(text));
  return limen_summary_claims_check(at("summary.json"), claims, 4, metrics, error);
}

static int check_one(const char *name, const char *value, struct limen_error *error) {
  char text[512];
  size_t metrics = 7;
  snprintf(text, sizeof text,
           "{\"metrics\": [{\"name\": \"critical_n/k=9/d=1\", \"value\": 1e9}, {\"name\": \"%s\", "
           "\"value\": %s}]}",
           name, value);
  int status = check(text, &metrics, error);
  assert_int_equal(metrics, 1);
  return status;
}

static void test_what_a_claim_proves(void **state) {
  (void)state;
  static const struct {
    const char *name, *value;
    int status;
  } cases[] = {
      {"certified_n/k=2/pattern=all/d=4", "11", LIMEN_OK},
      {"certified_n/k=2/pattern=all/d=4", "11.0", LIMEN_OK},
      {"certified_n/k=2/pattern=all/d=4", "10", LIMEN_OK},
      {"certified_n/k=2/pattern=all/d=4", "12", LIMEN_NO}, /* more documents */
      {"certified_n/k=2/pattern=all/d=17", "11", LIMEN_OK},
      {"certified_n/k=2/pattern=all/d=3", "11", LIMEN_NO}, /* fewer dimensions */
      {"certified_n/k=2/pattern=all/d=5", "32", LIMEN_NO}, /* not over all subsets */
      {"certified_n/k=2/pattern=cycle/d=5", "32", LIMEN_OK},
      {"certified_n/k=2/pattern=allx/d=5", "32", LIMEN_OK},
      {"certified_n/k=2/d=5/pattern=all", "32", LIMEN_NO},
      {"certified_n/k=2/pattern=cycle/d=4", "32", LIMEN_NO},
      {"certified_n/k=3/pattern=all/d=4", "57", LIMEN_OK},
      {"certified_n/k=1/pattern=all/d=4", "5", LIMEN_NO}, /* another k */
      {"certified_n/k=22/pattern=all/d=4", "5", LIMEN_NO},
      {"smallest_d/family=code/n=11/k=2", "4", LIMEN_OK},
      {"smallest_d/family=code/n=10/k=2", "5", LIMEN_OK},
      {"smallest_d/family=code/n=12/k=2", "4", LIMEN_NO}, /* more documents */
      {"smallest_d/family=code/n=11/k=2", "3", LIMEN_NO}, /* fewer dimensions */
      {"smallest_d/family=code/n=32/k=2", "5", LIMEN_NO}, /* not over all subsets */
      {"smallest_d/family=code/n=99/k=2", "4", LIMEN_NO}, /* refuted */
      {"smallest_d/family=code/n=11/k=1", "4", LIMEN_NO},
  };
  struct limen_error error;
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    int status = check_one(cases[i].name, cases[i].value, &error);
    if (status != cases[i].status)
      fail_msg("%s = %s: %d %s", cases[i].name, cases[i].value, status, error.text);
    if (status == LIMEN_OK) continue;
    assert_non_null(strstr(error.text, cases[i].name));
    assert_non_null(strstr(error.text, "which no certificate here proves"));
  }
}

static void test_names_that_say_too_little(void **state) {
  (void)state;
  static const char *const names[] = {
      "certified_n/k=2",           "certified_n/d=4",      "certified_n/k=/d=4",
      "certified_n/k=-2/d=4",      "certified_n/k=2x/d=4", "certified_n/k=2/d=4x",
      "certified_n/k=2/d=1e9",     "certified_n/k=2/d= 4", "certified_n/k=2/d=9999999999999999999",
      "certified_n/tick=2/band=4", "smallest_d/k=2/d=4",   "smallest_d/n=11/d=4"};
  struct limen_error error;
  for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
    assert_int_equal(check_one(names[i], "1", &error), LIMEN_NO);
    assert_non_null(strstr(error.text, names[i]));
    assert_non_null(strstr(error.text, "lacks a value, k or d"));
  }
  assert_int_equal(check_one("certified_n/k=2/d=4", "null", &error), LIMEN_NO);
  assert_non_null(strstr(error.text, "lacks a value, k or d"));
  assert_int_equal(check_one("certified_n/k=2/d=4", "\"1\"", &error), LIMEN_NO);
  assert_int_equal(check_one("smallest_d/n=5/k=2", "-1", &error), LIMEN_NO);
  assert_int_equal(check_one("smallest_d/n=5/k=2", "1e300", &error), LIMEN_NO);
}

static void test_summaries_that_are_none(void **state) {
  (void)state;
  static const char *const texts[] = {"",
                                      "[]",
                                      "{}",
                                      "{\"metrics\": 3}",
                                      "{\"metrics\": [1]}",
                                      "{\"metrics\": [{}]}",
                                      "{\"metrics\": [{\"name\": 5}]}",
                                      "{\"metrics\": [], \"metrics\": []}",
                                      "{\"metrics\": [}"};
  size_t metrics = 7;
  struct limen_error error;
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
    assert_int_equal(check(texts[i], &metrics, &error), LIMEN_NO);
    assert_non_null(strstr(error.text, "/summary.json:"));
    assert_int_equal(metrics, 0);
  }
  assert_int_equal(check("{\"metrics\": []}", &metrics, &error), LIMEN_OK);
  assert_int_equal(limen_summary_claims_check(at("none"), NULL, 0, &metrics, &error), LIMEN_INPUT);
  enum { LARGE = (1 << 24) + 1 };
  char *large = limen_alloc(LARGE, 1, NULL);
  memset(large, ' ', LARGE);
  put_file(at("summary.json"), large, LARGE);
  limen_free(large);
  assert_int_equal(limen_summary_claims_check(at("summary.json"), NULL, 0, &metrics, &error),
                   LIMEN_INPUT);
  assert_non_null(strstr(error.text, "is larger than 16777216 bytes"));
}

/* A name may not speak to the terminal. */
static void test_hostile_names(void **state) {
  (void)state;
  struct limen_error error;
  char name[400] = "certified_n/\\u001b[2J\\n\\u007f";
  assert_int_equal(check_one(name, "1", &error), LIMEN_NO);
  assert_non_null(strstr(error.text, "certified_n/?[2J??"));
  memset(name + strlen("certified_n/"), 'x', 350);
  assert_int_equal(check_one(name, "1", &error), LIMEN_NO);
  assert_non_null(strstr(error.text, "xxx lacks a value"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_what_a_claim_proves),
      TEST(test_names_that_say_too_little),
      TEST(test_summaries_that_are_none),
      TEST(test_hostile_names),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
