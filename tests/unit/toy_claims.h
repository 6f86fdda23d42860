/* Two small claims that hold, and what the verifier says of them. */
#ifndef LIMEN_TESTS_TOY_CLAIMS_H
#define LIMEN_TESTS_TOY_CLAIMS_H

#include <stdint.h>
#include <string.h>

#include "limits/certificate.h"
#include "unit/scratch.h"

/* Corners of a square: any two neighbours are some query's best two, and any single one is. */
static const float square[] = {0.57f, 0.11f, -0.11f, 0.57f, -0.57f, -0.11f, 0.11f, -0.57f};
static const uint32_t sides[] = {0, 1, 1, 2, 2, 3, 0, 3};
static const float towards_sides[] = {0.46f, 0.68f, -0.68f, 0.46f, -0.46f, -0.68f, 0.68f, -0.46f};
static const uint32_t corners[] = {0, 1, 2, 3};

static inline int write_claim(const char *name, size_t k, const uint32_t *relevant,
                              const float *queries, struct limen_error *error) {
  struct limen_relevance relevance = {4, 4, k, (uint32_t *)relevant};
  struct limen_proof proof;
  return limen_certificate_write(scratch, name, "a square", &relevance, 2, square, queries, &proof,
                                 error);
}

/* Two claims: "corners", all 1-subsets, and "sides", with a relevant.npy. */
static inline int setup(void **state) {
  if (scratch_setup(state) != 0) return -1;
  return write_claim("sides", 2, sides, towards_sides, NULL) != LIMEN_OK ||
                 write_claim("corners", 1, corners, square, NULL) != LIMEN_OK ||
                 limen_certificates_seal(scratch, NULL) != LIMEN_OK
             ? -1
             : 0;
}

static inline int verify(struct limen_error *error) {
  struct limen_verification out;
  *error = (struct limen_error){0};
  return limen_certificates_verify(scratch, NULL, NULL, &out, error);
}

static inline void expect_verified(void) {
  struct limen_error error;
  int status = verify(&error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

/* LIMEN_NO with a text that holds `words`. */
static inline void expect_no(const char *words) {
  struct limen_error error;
  assert_int_equal(verify(&error), LIMEN_NO);
  assert_int_equal(error.status, LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

/* The sums are made right again, as whoever alters a file on purpose would. */
static inline void expect_false(const char *words) {
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  expect_no(words);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

#endif
