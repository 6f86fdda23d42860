/* Separating codes against their definition, tuple by tuple. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/threads.h"
#include "limits/inner_codes.h"

/* Coordinates, one by one, in which all members agree and the other differs. */
static unsigned separated(const uint64_t *words, const size_t *member, size_t k, size_t other) {
  unsigned count = 0;
  for (size_t c = 0; c < 64; c++) {
    bool agree = true;
    for (size_t i = 1; i < k; i++)
      agree = agree && (words[member[i]] >> c & 1) == (words[member[0]] >> c & 1);
    count += agree && (words[member[0]] >> c & 1) != (words[other] >> c & 1);
  }
  return count;
}

/* The least over all tuples, by counting through all ascending members. */
static unsigned least_by_definition(const uint64_t *words, size_t count, size_t k) {
  unsigned least = 64;
  size_t member[8];
  if (k > count - 1) k = count - 1;
  for (size_t other = 0; other < count; other++) {
    for (size_t i = 0; i < k; i++) member[i] = i;
    for (;;) {
      bool is_other = false;
      for (size_t i = 0; i < k; i++) is_other = is_other || member[i] == other;
      const unsigned found = is_other ? 64 : separated(words, member, k, other);
      if (found < least) least = found;
      size_t i = k;
      while (i > 0 && member[i - 1] == count - k + i - 1) i--;
      if (i == 0) break;
      for (member[i - 1]++; i < k; i++) member[i] = member[i - 1] + 1;
    }
  }
  return least;
}

static unsigned least_of(const uint64_t *words, size_t count, size_t k, size_t workers) {
  unsigned least = 99;
  assert_int_equal(limen_separating_least(words, count, k, workers, &least, NULL), LIMEN_OK);
  return least;
}

static void test_definition(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(7, "words", NULL);
  size_t separating = 0;
  for (size_t round = 0; round < 60; round++) {
    uint64_t words[10];
    const size_t count = 2 + gsl_rng_uniform_int(rng, 9), k = 1 + gsl_rng_uniform_int(rng, 4);
    const unsigned bits = 4 + (unsigned)gsl_rng_uniform_int(rng, 60);
    for (size_t i = 0; i < count; i++) words[i] = gsl_rng_get(rng) >> (64 - bits);
    const unsigned least = least_by_definition(words, count, k);
    assert_int_equal(least_of(words, count, k, 1), least);
    assert_int_equal(least_of(words, count, k, 2), least);
    separating += least > 0;
    if (least_by_definition(words, count - 1 > 1 ? count - 1 : 2, k) > 0 && count > 2)
      assert_int_equal(limen_separating_admits(words, count - 1, k, words[count - 1]), least > 0);
  }
  assert_in_range(separating, 10, 50); /* both happen */
  limen_rng_free(rng);
  assert_true(limen_separating_admits(NULL, 0, 2, 5));
  assert_true(limen_separating_tuples(10, 2) == 360); /* 10 others, 36 pairs of the 9 */
  assert_true(limen_separating_tuples(3, 5) == 3);    /* all the others */
  assert_true(limen_separating_tuples(1, 2) == 0);
}

static struct limen_inner_codes make(size_t k, size_t bits, size_t workers) {
  struct limen_inner_codes codes;
  struct limen_error error = {0};
  int status = limen_inner_codes_make(k, bits, 300, 3, workers, &codes, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return codes;
}

/* Each way gives a separating code or none, on its own. */
static void test_ways(void **state) {
  (void)state;
  for (size_t k = 1; k <= 4; k++) {
    struct limen_inner_codes codes = make(k, 14, 1);
    for (size_t w = 0; limen_inner_way_at(w); w++)
      for (size_t bits = 1; bits <= 14; bits++) {
        const struct limen_inner_way *way = limen_inner_way_at(w);
        struct limen_inner_code found = {.word = limen_alloc(LIMEN_INNER_WORDS, 8, NULL)};
        gsl_rng *rng = limen_rng_alloc(bits, way->name, NULL);
        assert_int_equal(way->find(&codes, bits, 100, rng, &found, NULL), LIMEN_OK);
        assert_true(found.count <= codes.words);
        for (size_t i = 0; i < found.count; i++) assert_int_equal(found.word[i] >> bits, 0);
        /* Of all words of more than a few bits not every tuple need be looked at here. */
        const size_t some = found.count < 40 ? found.count : 40;
        if (some > 1 && least_of(found.word, some, k, 1) == 0)
          fail_msg("%s, k = %zu, %zu bits: not separating", way->name, k, bits);
        limen_rng_free(rng);
        limen_free(found.word);
      }
    limen_inner_codes_clear(&codes);
  }
}

static void test_known_sizes(void **state) {
  (void)state;
  struct limen_inner_codes pairs = make(2, 15, 2), again = make(2, 15, 1), threes = make(3, 20, 2);
  const struct { size_t bits, words; } known[] = {{3, 4}, {6, 8}, {9, 16}, {15, 64}};
  for (size_t i = 0; i < 4; i++) assert_int_equal(pairs.code[known[i].bits].count, known[i].words);
  assert_string_equal(pairs.code[15].way, "concatenated");
  assert_int_equal(least_of(pairs.code[15].word, 64, 2, 1), 1);
  assert_int_equal(threes.code[20].count, 25); /* RS over GF(5) with single ones */
  assert_int_equal(least_of(threes.code[20].word, 25, 3, 1), 1);
  for (size_t bits = 1; bits <= 15; bits++) {
    assert_int_equal(pairs.code[bits].count, again.code[bits].count);
    assert_memory_equal(pairs.code[bits].word, again.code[bits].word, 8 * pairs.code[bits].count);
    assert_true(bits == 1 || pairs.code[bits].count >= pairs.code[bits - 1].count);
  }
  limen_inner_codes_clear(&pairs);
  limen_inner_codes_clear(&again);
  limen_inner_codes_clear(&threes);
  assert_true(limen_inner_words_most(2) < LIMEN_INNER_WORDS);
  assert_int_equal(limen_inner_words_most(1), LIMEN_INNER_WORDS);
}

static void test_interruption(void **state) {
  (void)state;
  const uint64_t words[] = {1, 2, 4, 8};
  struct limen_inner_codes codes;
  struct limen_error error = {0};
  unsigned least;
  limen_interrupt_set(true);
  assert_int_equal(limen_separating_least(words, 4, 2, 1, &least, &error), LIMEN_INTERRUPTED);
  assert_string_equal(error.text, "interrupted");
  assert_int_equal(limen_inner_codes_make(2, 8, 100, 1, 1, &codes, &error), LIMEN_INTERRUPTED);
  limen_interrupt_set(false);
}

int main(void) {
  const struct CMUnitTest tests[] = {cmocka_unit_test(test_definition), cmocka_unit_test(test_ways),
                                     cmocka_unit_test(test_known_sizes),
                                     cmocka_unit_test(test_interruption)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
