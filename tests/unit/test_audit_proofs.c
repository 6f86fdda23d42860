/* Proofs of an audit as a store keeps them: what a stranger may have written there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "experiments/kinds/audit/proofs.h"

/* The same text with other values in it. */
static const char *text_of(const char *n, const char *d, const char *documents, const char *proof) {
  static char text[1024];
  snprintf(text, sizeof text, "{\"n\": %s, \"d\": %s, \"documents\": [%s], \"proofs\": [{%s}]}", n,
           d, documents, proof);
  return text;
}

#define N "4294967294"
#define DOCUMENTS "[7, [0.25, 0.5]], [32, [0.5, 0.25]], [4294967293, [1.25, -0.5]]"
#define SET "\"query\": 3, \"set\": [7, 4294967293], "
#define PAIRS "\"pairs\": [[7, 32], [4294967293, 32]], \"weights\": [\"3\", \"1\"], "
#define REST "\"denominator\": \"4\", \"epsilon\": 0.0"
#define PROOF SET PAIRS REST

/* Memory is taken for what is there, whatever n says. */
static void test_rows_stand_for_documents(void **state) {
  (void)state;
  struct audit_proofs proofs;
  struct limen_error error = {0};
  const char *text = text_of(N, "2", DOCUMENTS, PROOF);
  assert_int_equal(audit_proofs_read(text, strlen(text), &proofs, &error), LIMEN_OK);
  assert_int_equal(proofs.documents.n, 4294967294);
  assert_int_equal(proofs.documents.rows, 3);
  assert_int_equal(proofs.documents.d, 2);
  assert_int_equal(proofs.documents.number[2], 4294967293);
  assert_true(proofs.documents.values[5] == -0.5f);
  assert_int_equal(proofs.count, 1);
  const struct audit_proof *proof = &proofs.proof[0];
  assert_int_equal(proof->query, 3);
  assert_int_equal(proof->k, 2);
  assert_int_equal(proof->set[0], 0);
  assert_int_equal(proof->set[1], 2);
  assert_int_equal(proof->combination.pair[1], 1);
  assert_int_equal(limen_impossible_check(3, 2, proofs.documents.values, proof->set, 2,
                                          &proof->combination, &error),
                   LIMEN_OK);
  audit_proofs_clear(&proofs);
}

static void test_damage(void **state) {
  (void)state;
  const struct {
    const char *n, *d, *documents, *proof;
  } cases[] = {
      {"-1", "2", DOCUMENTS, PROOF},
      {"33", "2", DOCUMENTS, PROOF},
      {N, "3", DOCUMENTS, PROOF},
      {N, "4294967296", "", ""},
      {N, "2", "[7, [0.25, 0.5]], [7, [0.5, 0.25]]", PROOF},
      {N, "2", "[7, [0.25, 0.5]], [32, [0.5, 1e39]]", PROOF},
      {N, "2", "[7, [0.25, 0.5]], [32, [0.5, null]]", PROOF},
      {N, "2", DOCUMENTS, "\"query\": -1, \"set\": [7], " PAIRS REST},
      {N, "2", DOCUMENTS, "\"query\": 3, \"set\": [8], " PAIRS REST},
      {N, "2", DOCUMENTS, "\"query\": 3, \"set\": [32, 7], " PAIRS REST},
      {N, "2", DOCUMENTS, SET "\"pairs\": [[7, 33]], \"weights\": [\"3\"], " REST},
      {N, "2", DOCUMENTS, SET "\"pairs\": [[7]], \"weights\": [\"3\"], " REST},
      {N, "2", DOCUMENTS, SET "\"pairs\": [[7, 32]], \"weights\": [\"3\", \"1\"], " REST},
      {N, "2", DOCUMENTS, SET "\"pairs\": [[7, 32]], \"weights\": [\"-3\"], " REST},
      {N, "2", DOCUMENTS, SET PAIRS "\"denominator\": \"\""},
  };
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
    struct audit_proofs proofs;
    struct limen_error error = {0};
    const char *text = text_of(cases[i].n, cases[i].d, cases[i].documents, cases[i].proof);
    int status = audit_proofs_read(text, strlen(text), &proofs, &error);
    audit_proofs_clear(&proofs);
    if (status != LIMEN_INPUT) fail_msg("case %zu: status %d", i, status);
    assert_string_equal(error.text,
                        "the store's proofs are damaged: run the same command again with --fresh");
  }
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_rows_stand_for_documents),
      cmocka_unit_test(test_damage),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
