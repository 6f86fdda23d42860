/* `limen truth` from file to file, with distances that are worked out here. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
/* cmocka needs the four above first. */
#include <cmocka.h>
#include <string.h>

#include "base/error.h"
#include "support/program.h"
#include "unit/scratch.h"

/* A program without formats of files has no such command. */
static void need_command(void) {
  struct program_result result = program_run(NULL, WORDS("truth", "--help"));
  bool there = result.status == LIMEN_OK;
  program_result_clear(&result);
  if (!there) skip();
}

/* Rows of two numbers as fvecs. */
static void put_vectors(const char *path, const float (*rows)[2], size_t count) {
  unsigned char bytes[8 * 12];
  assert_true(count <= 8);
  for (size_t i = 0; i < count; i++) {
    memcpy(bytes + i * 12, &(int32_t){2}, 4);
    memcpy(bytes + i * 12 + 4, rows[i], 8);
  }
  put_file(path, bytes, count * 12);
}

static const float base[][2] = {{0.5f, 1.5f}, {-2, 0.25f}, {3, 0.75f}, {0.5f, 1.5f}, {0, 9}};
static const float asked[][2] = {{1, 0.5f}, {-1, 0.25f}};

static int prepare(void **state) {
  if (scratch_setup(state) != 0) return -1;
  put_vectors(at("base.fvecs"), base, 5);
  put_vectors(at("query.fvecs"), asked, 2);
  return setenv("LIMEN_CACHE", at("cache"), 1);
}

/* The second run takes the answer from the cache, and it is the same. */
static void test_answer(void **state) {
  (void)state;
  /* Squared distances of the first query: 1.25, 9.0625, 4.0625, 1.25, 73.25; of the second 3.8125,
   * 1, 16.25, 3.8125, 77.5625. */
  static const int32_t expected[] = {3, 0, 3, 2, 3, 1, 0, 3};
  static const int32_t with_ties[] = {2, 0, 3, 2, 1, -1}, cut[] = {1, 0, 1, 1};
  need_command();
  for (int i = 0; i < 2; i++) {
    const char *out = at(i ? "again.ivecs" : "truth.ivecs");
    expect_run(NULL, LIMEN_OK,
               WORDS("truth", "--base", at("base.fvecs"), "--queries", at("query.fvecs"), "-k", "3",
                     "--metric", "l2", "--out", out),
               WORDS("3 nearest of 5 for 2 queries", i ? "from the cache" : " in "));
    size_t count;
    char *bytes = get_file(i ? at("again.ivecs") : at("truth.ivecs"), &count);
    assert_int_equal(count, sizeof expected);
    assert_memory_equal(bytes, expected, sizeof expected);
    limen_free(bytes);
  }
  for (int i = 0; i < 2; i++) {
    const char *out = i ? "ties.ivecs" : "cut.ivecs";
    size_t count;
    if (i)
      expect_run(NULL, LIMEN_OK,
                 WORDS("truth", "--base", at("base.fvecs"), "--queries", at("query.fvecs"), "-k",
                       "1", "--metric", "l2", "--out", at(out), "--ties", "0"),
                 WORDS("1 queries have ties beyond k"));
    else
      expect_run(NULL, LIMEN_OK,
                 WORDS("truth", "--base", at("base.fvecs"), "--queries", at("query.fvecs"), "-k",
                       "1", "--metric", "l2", "--out", at(out)),
                 WORDS("1 queries have more ties", "--ties 0 keeps them"));
    char *bytes = get_file(at(out), &count);
    assert_int_equal(count, i ? sizeof with_ties : sizeof cut);
    assert_memory_equal(bytes, i ? with_ties : cut, count);
    limen_free(bytes);
  }
}

static void test_refusals(void **state) {
  (void)state;
  need_command();
  const char *b = at("base.fvecs"), *q = at("query.fvecs"), *out = at("no.ivecs");
  expect_run(NULL, LIMEN_USAGE, WORDS("truth", "--queries", q), WORDS("--base is missing"));
  expect_run(NULL, LIMEN_USAGE, WORDS("truth", "--base", b), WORDS("--queries is missing"));
  expect_run(NULL, LIMEN_USAGE, WORDS("truth", "--base", b, "--queries", q),
             WORDS("-k is missing"));
  expect_run(NULL, LIMEN_USAGE, WORDS("truth", "--base", b, "--queries", q, "-k", "3"),
             WORDS("--metric is missing"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("truth", "--base", b, "--queries", q, "-k", "3", "--metric", "l2"),
             WORDS("--out is missing"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("truth", "--base", b, "--queries", q, "-k", "0", "--metric", "l2", "--out", out),
             WORDS("-k 0", "from 1 to"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("truth", "--base", b, "--queries", q, "-k", "3", "--metric", "l1", "--out", out),
             WORDS("--metric l1", "cosine"));
  expect_run(NULL, LIMEN_USAGE,
             WORDS("truth", "--base", b, "--queries", q, "-k", "3", "--metric", "l2", "--out", out,
                   "--ties", "2"),
             WORDS("--ties 2", "from 0 to 1"));
  expect_run(NULL, LIMEN_INPUT,
             WORDS("truth", "--base", "/nowhere.fvecs", "--queries", q, "-k", "3", "--metric", "l2",
                   "--out", out),
             WORDS("/nowhere.fvecs"));
  const float zero[][2] = {{0.11f, 0.32f}, {0, 0}};
  put_vectors(at("zero.fvecs"), zero, 2);
  expect_run(NULL, LIMEN_INPUT,
             WORDS("truth", "--base", at("zero.fvecs"), "--queries", at("query.fvecs"), "-k", "1",
                   "--metric", "cosine", "--out", at("no.ivecs")),
             WORDS("zero.fvecs", "base row 1", "all zeros"));
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_answer),
                                     cmocka_unit_test(test_refusals)};
  return cmocka_run_group_tests(tests, prepare, scratch_teardown);
}
