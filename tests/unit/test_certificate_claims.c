/* Claims altered on purpose, hashes made right: each is found to be false. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "data/npy.h"
#include "unit/toy_claims.h"

static void test_wrong_vectors(void **state) {
  (void)state;
  size_t count = 0;
  char *bytes = get_file(at("sides/queries.npy"), &count);
  const float worse = -0.46f, infinite = INFINITY;
  float *query = (float *)(void *)(bytes + count - sizeof towards_sides);
  float kept = query[0];
  query[0] = worse;
  put_file(at("sides/queries.npy"), bytes, count);
  expect_false(
      "/sides: the claim is false or cannot be proved: 1 of 4 queries fail, the worst is "
      "query 0 with margin -0.");
  query[0] = infinite;
  put_file(at("sides/queries.npy"), bytes, count);
  expect_false("/sides: query 0 holds inf in dimension 0");
  /* Still true, but not with the margins that are stated. */
  query[0] = nextafterf(kept, 1);
  put_file(at("sides/queries.npy"), bytes, count);
  expect_false("/sides/margins.npy says that query 0 has the margin 0.");
  limen_free(bytes);
}

static void test_wrong_margins(void **state) {
  (void)state;
  size_t count = 0;
  char *bytes = get_file(at("sides/margins.npy"), &count);
  for (size_t i = 0; i < 8; i++) {
    char *last = bytes + count - 64 + 8 * i;
    *last ^= 1;
    put_file(at("sides/margins.npy"), bytes, count);
    char words[96];
    snprintf(words, sizeof words, "/sides/margins.npy says that query %zu has the %s", i / 2,
             i % 2 ? "error bound" : "margin");
    expect_false(words);
    *last ^= 1;
  }
  put_file(at("sides/margins.npy"), bytes, count - 8);
  expect_false("/sides/margins.npy: the header says 4 x 2 values, the file holds 56 bytes of them");
  limen_free(bytes);
}

static void write_relevant(size_t rows, size_t columns, const uint32_t *values) {
  assert_int_equal(
      limen_npy_write(at("sides/relevant.npy"), LIMEN_NPY_U4, rows, columns, values, NULL),
      LIMEN_OK);
}

static void test_wrong_relevance(void **state) {
  (void)state;
  static const char range[] =
      "/sides/relevant.npy: query %d does not hold ascending document numbers below 4";
  const struct {
    uint32_t values[8];
    int query;
  } cases[] = {{{0, 1, 1, 2, 2, 4, 0, 3}, 2},
               {{0, 1, 1, 2, 2, UINT32_MAX, 0, 3}, 2},
               {{1, 0, 1, 2, 2, 3, 0, 3}, 0},
               {{0, 1, 1, 2, 2, 3, 3, 3}, 3}};
  char words[128];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    write_relevant(4, 2, cases[i].values);
    snprintf(words, sizeof words, range, cases[i].query);
    expect_false(words);
  }
  write_relevant(2, 4, sides);
  expect_false("relevant.npy holds 2 x 4 values, the claim is about 4 x 2");
  write_relevant(3, 2, sides);
  expect_false("relevant.npy holds 3 x 2 values, the claim is about 4 x 2");
  put_file(at("sides/relevant.npy"), "garbage", 7);
  expect_false("/sides/relevant.npy: not an .npy file");
}

/* Writes sides/claim.json with one value changed; NULL takes the key away. */
static void change_claim(const char *key, json_t *value) {
  static char original[4096];
  if (!*original) {
    size_t count = 0;
    char *bytes = get_file(at("sides/claim.json"), &count);
    strcpy(original, bytes);
    limen_free(bytes);
  }
  json_t *claim = json_loads(original, 0, NULL);
  if (value)
    json_object_set_new(claim, key, value);
  else
    json_object_del(claim, key);
  char *text = json_dumps(claim, 0);
  put_file(at("sides/claim.json"), text, strlen(text));
  free(text);
  json_decref(claim);
}

#define CANNOT "/sides/claim.json: not a claim that this program can verify"

static void test_claims_of_other_sizes(void **state) {
  (void)state;
  const struct {
    const char *key;
    json_int_t value;
    const char *words;
  } cases[] = {
      {"documents", 5, "documents.npy holds 4 x 2 values, the claim is about 5 x 2"},
      {"documents", 3, "documents.npy holds 4 x 2 values, the claim is about 3 x 2"},
      {"documents", 4294967295, "documents.npy holds 4 x 2 values"},
      {"documents", 4294967296, CANNOT},
      {"documents", INT64_MAX, CANNOT},
      {"documents", -4, CANNOT},
      {"documents", 0, CANNOT},
      {"queries", 3, "queries.npy holds 4 x 2 values, the claim is about 3 x 2"},
      {"queries", INT64_MAX, "queries.npy holds 4 x 2 values"},
      {"queries", 0, CANNOT},
      {"k", 1, "relevant.npy holds 4 x 2 values, the claim is about 4 x 1"},
      {"k", 3, "relevant.npy holds 4 x 2 values, the claim is about 4 x 3"},
      {"k", 4, CANNOT},
      {"k", 5, CANNOT},
      {"k", 0, CANNOT},
      {"d", 1, "documents.npy holds 4 x 2 values, the claim is about 4 x 1"},
      {"d", LIMEN_PROOF_D_MOST, "documents.npy holds 4 x 2 values"},
      {"d", LIMEN_PROOF_D_MOST + 1, CANNOT},
      {"d", 0, CANNOT},
      {"schema", 2, CANNOT},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    change_claim(cases[i].key, json_integer(cases[i].value));
    expect_false(cases[i].words);
  }
}

static void test_claims_of_other_things(void **state) {
  (void)state;
  static const char *const keys[] = {"schema", "claim", "score",     "documents",    "queries",
                                     "k",      "d",     "relevance", "worst_margin", "error_bound"};
  for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
    change_claim(keys[i], NULL);
    expect_false(CANNOT);
    change_claim(keys[i], json_null());
    expect_false(CANNOT);
  }
  change_claim("score", json_string("cosine"));
  expect_false(CANNOT);
  change_claim("claim", json_string("the moon is made of cheese"));
  expect_false(CANNOT);
  change_claim("relevance", json_string("../corners/relevant.npy"));
  expect_false(CANNOT);
  change_claim("relevance", json_string("all"));
  expect_false("/sides: 4 queries are not all 2-subsets of 4 documents");
  change_claim("worst_margin", json_real(0.5));
  expect_false("/sides/claim.json says that the worst margin is 0.5 with error bound ");
  change_claim("error_bound", json_real(0));
  expect_false("/sides/claim.json says that the worst margin is 0.");
  /* What it is about is nobody's proof. */
  change_claim("about", json_string("something else"));
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  expect_verified();
}

static void test_claims_that_are_no_json(void **state) {
  (void)state;
  static char large[(1 << 25) + 2], deep[4096];
  put_file(at("sides/claim.json"), "{\"schema\": 1,", 13);
  expect_false("/sides/claim.json:1:13: ");
  put_file(at("sides/claim.json"), "{\"k\": 2, \"k\": 1}", 16);
  expect_false("/sides/claim.json:1:");
  put_file(at("sides/claim.json"), "[]", 2);
  expect_false(CANNOT);
  put_file(at("sides/claim.json"), "", 0);
  expect_false("/sides/claim.json:");
  memset(large, ' ', sizeof large);
  put_file(at("sides/claim.json"), large, sizeof large);
  expect_false("claim.json is larger than 33554432 bytes, the most that is read");
  memset(deep, '[', sizeof deep);
  put_file(at("sides/claim.json"), deep, sizeof deep);
  expect_false("/sides/claim.json:1:");
}

/* Subsets beyond every memory, vouched for by nothing. */
static void test_hostile_numbers_of_subsets(void **state) {
  (void)state;
  enum { N = 46400 };
  static const char claim[] =
      "{\"schema\": 1, \"claim\": \"every relevant document scores strictly higher than every "
      "other "
      "document, for every query\", \"score\": \"inner product\", \"documents\": 46400, "
      "\"queries\": "
      "46400, \"k\": 46399, \"d\": 1, \"relevance\": \"all\", \"worst_margin\": 1.0, "
      "\"error_bound\": 0.0}";
  float *zeros = limen_alloc(N, sizeof *zeros, NULL);
  assert_int_equal(limen_npy_write(at("sides/documents.npy"), LIMEN_NPY_F4, N, 1, zeros, NULL),
                   LIMEN_OK);
  assert_int_equal(limen_npy_write(at("sides/queries.npy"), LIMEN_NPY_F4, N, 1, zeros, NULL),
                   LIMEN_OK);
  limen_free(zeros);
  put_file(at("sides/claim.json"), claim, sizeof claim - 1);
  expect_false("beyond the limit of 2147483648 in all");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_wrong_vectors),
      TEST(test_wrong_margins),
      TEST(test_wrong_relevance),
      TEST(test_claims_of_other_sizes),
      TEST(test_claims_of_other_things),
      TEST(test_claims_that_are_no_json),
      TEST(test_hostile_numbers_of_subsets),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
