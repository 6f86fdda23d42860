/* Concatenated codes: encoding by hand, places of agreement, and every pair of a whole code. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "limits/construction.h"
#include "limits/separating_code.h"

static const uint64_t even[] = {0, 3, 5, 6}; /* (2,1)-separating: three bits, an even number */
static const uint64_t seven[] = {1, 2, 4, 8, 16, 32, 64};

static struct limen_separating_code code_of(size_t q, size_t dimension, size_t length, size_t bits,
                                            const uint64_t *inner) {
  struct limen_separating_code code;
  struct limen_error error = {0};
  int status = limen_separating_code_init(&code, q, dimension, length, bits, inner, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  return code;
}

static void test_encoding(void **state) {
  (void)state;
  struct limen_separating_code code = code_of(7, 3, 8, 7, seven);
  /* 2 + 5 x + 3 x^2 over GF(7); its leading coefficient at infinity. */
  const uint64_t i = 2 + 5 * 7 + 3 * 49;
  const uint32_t values[] = {2, 3, 3, 2, 0, 4, 0, 3};
  for (size_t place = 0; place < 8; place++) {
    assert_int_equal(limen_separating_code_symbol(&code, i, place), values[place]);
    for (size_t b = 0; b < 7; b++)
      assert_int_equal(limen_separating_code_bit(&code, i, place * 7 + b), values[place] == b);
  }
  assert_int_equal(limen_separating_code_size(&code), 343);
  limen_separating_code_clear(&code);
}

static size_t agreements(const struct limen_separating_code *code, uint64_t a, uint64_t b) {
  size_t count = 0;
  for (size_t place = 0; place < code->length; place++)
    count += limen_separating_code_symbol(code, a, place) ==
             limen_separating_code_symbol(code, b, place);
  return count;
}

/* Any two codewords agree in fewer places than the dimension, over a prime and a power of two. */
static void check_distance(size_t q, size_t dimension, size_t length, const uint64_t *inner,
                           size_t bits) {
  struct limen_separating_code code = code_of(q, dimension, length, bits, inner);
  size_t most = 0;
  for (uint64_t a = 0; a < limen_separating_code_size(&code); a++)
    for (uint64_t b = 0; b < a; b++) {
      const size_t found = agreements(&code, a, b);
      if (found > most) most = found;
    }
  assert_int_equal(most, dimension - 1);
  limen_separating_code_clear(&code);
}

static void test_distance(void **state) {
  (void)state;
  check_distance(7, 3, 8, seven, 7);
  check_distance(4, 3, 5, even, 3);
  check_distance(5, 2, 6, seven, 7);
}

static void test_touching(void **state) {
  (void)state;
  struct limen_separating_code code = code_of(7, 4, 7, 7, seven);
  const uint32_t zeros[] = {1, 4, 6};
  for (uint64_t other = 0; other < 2401; other += 111)
    for (uint32_t factor = 1; factor < 7; factor++) {
      const uint64_t touching = limen_separating_code_touching(&code, other, zeros, 3, factor);
      assert_int_equal(agreements(&code, touching, other), 3);
      for (size_t z = 0; z < 3; z++)
        assert_int_equal(limen_separating_code_symbol(&code, touching, zeros[z]),
                         limen_separating_code_symbol(&code, other, zeros[z]));
    }
  limen_separating_code_clear(&code);
}

/* ---- as a construction ---- */

static double dot(size_t d, const float *a, const float *b) {
  double sum = 0;
  for (size_t c = 0; c < d; c++) sum += (double)a[c] * (double)b[c];
  return sum;
}

/* Every pair and every other document of a code of 64, in vectors: the least lead is told. */
static void test_every_pair(void **state) {
  (void)state;
  enum { N = 64, D = 15 };
  const struct limen_construction *construction = limen_construction_find("code");
  struct limen_separating_code code = code_of(4, 3, 5, 3, even);
  struct limen_construction_proof proof;
  struct limen_text words = {0};
  float rows[N * D], members[2 * D], query[D];
  double least = D;
  assert_int_equal(construction->dimensions(&code), D);
  assert_int_equal(construction->rows(&code, 0, N, rows, NULL), LIMEN_OK);
  assert_int_equal(construction->prove(&code, 2, 1, &proof, &words, NULL), LIMEN_OK);
  for (size_t i = 0; i < N; i++)
    for (size_t j = 0; j < i; j++) {
      memcpy(members, rows + i * D, D * sizeof *rows);
      memcpy(members + D, rows + j * D, D * sizeof *rows);
      construction->query(D, 2, members, query);
      const double member = dot(D, query, members);
      assert_true(member == dot(D, query, members + D));
      for (size_t l = 0; l < N; l++) {
        if (l == i || l == j) continue;
        const double lead = member - dot(D, query, rows + l * D);
        const unsigned separated = limen_separating_code_separated(&code, 2, (uint64_t[]){i, j}, l);
        assert_true(lead == 2.0 * separated);
        if (lead < least) least = lead;
      }
    }
  assert_true(least == 2);
  assert_true(proof.margin == 2.0 / D);
  assert_true(proof.error == 0);
  assert_int_equal(proof.bytes, 2);
  assert_non_null(strstr(limen_text_string(&words), "12 tuples of 4 inner words of 3 bits"));
  limen_text_clear(&words);
  limen_separating_code_clear(&code);
}

/* The closest sets there are: each member agrees with the other in dimension - 1 places, so that as
 * few places as the theorem leaves tell them apart. */
static void test_provoked(void **state) {
  (void)state;
  const struct limen_construction *construction = limen_construction_find("code");
  struct limen_separating_code code = code_of(7, 3, 5, 7, seven), flat = code_of(7, 1, 1, 7, seven);
  gsl_rng *rng = limen_rng_alloc(1, "provoked", NULL);
  uint64_t members[2], other;
  double lead, least = 9;
  for (size_t round = 0; round < 300; round++) {
    assert_true(construction->provoke(&code, 2, rng, members, &other, &lead));
    assert_int_equal(agreements(&code, members[0], other), 2);
    assert_int_equal(agreements(&code, members[1], other), 2);
    /* In the one place that is left: the single 1 of the other, and that of both members where it
     * is the same. */
    assert_true(lead == 2 || lead == 4);
    if (lead < least) least = lead;
  }
  assert_true(least == 2);
  assert_false(construction->provoke(&code, 3, rng, members, &other, &lead));
  assert_false(construction->provoke(&flat, 2, rng, members, &other, &lead));
  limen_rng_free(rng);
  limen_separating_code_clear(&code);
  limen_separating_code_clear(&flat);
}

/* ---- refusals ---- */

static void refuse(size_t q, size_t dimension, size_t length, size_t bits, const uint64_t *inner,
                   const char *words) {
  struct limen_separating_code code;
  struct limen_error error = {0};
  assert_int_equal(limen_separating_code_init(&code, q, dimension, length, bits, inner, &error),
                   LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

static void refuse_proof(struct limen_separating_code code, size_t k, const char *words) {
  struct limen_construction_proof proof;
  struct limen_text said = {0};
  struct limen_error error = {0};
  assert_int_equal(limen_construction_find("code")->prove(&code, k, 1, &proof, &said, &error),
                   LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
  limen_text_clear(&said);
  limen_separating_code_clear(&code);
}

static void test_refusals(void **state) {
  (void)state;
  const uint64_t twins[] = {1, 2, 1, 4};
  refuse(1, 2, 3, 7, seven, "an inner code of 1 words of 7 bits is none");
  refuse(7, 2, 3, 65, seven, "an inner code of 7 words of 65 bits is none");
  refuse(6, 2, 3, 7, seven, "q = 6 is neither a prime nor a power of two");
  refuse(7, 2, 9, 7, seven, "an outer code over 7 symbols has no 9 places");
  refuse(7, 3, 2, 7, seven, "there is no outer code of dimension 3 and length 2");
  refuse(7, 1, 2, 7, seven, "there is no outer code of dimension 1 and length 2");
  refuse(7, 2, 3, 6, seven, "word 6 of the inner code has more than 6 bits");
  refuse_proof(code_of(7, 3, 4, 7, seven), 2,
               "an outer code of dimension 3 and length 4 does not serve sets of 2: 2 members and "
               "another may agree in all its places");
  refuse_proof(code_of(4, 2, 3, 3, twins), 2,
               "the inner code of 4 words is not separating: 2 of them and another have no "
               "coordinate that tells them apart");
}

static void test_too_many_tuples(void **state) {
  (void)state;
  uint64_t words[4096];
  for (size_t i = 0; i < 4096; i++) words[i] = i;
  refuse_proof(code_of(4096, 2, 6, 12, words), 4, "tuples of 4 members and another word, too many");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_encoding),       cmocka_unit_test(test_distance),
      cmocka_unit_test(test_touching),       cmocka_unit_test(test_every_pair),
      cmocka_unit_test(test_provoked),       cmocka_unit_test(test_refusals),
      cmocka_unit_test(test_too_many_tuples)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
