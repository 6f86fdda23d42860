/* Certificates of impossibility: written, verified, and false once anything in them is altered,
 * hashes made right. */
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/process.h"
#include "data/npy.h"
#include "limits/impossible.h"
#include "support/program.h"
#include "unit/toy_claims.h"

/* Documents 1 and 4 are the set. 4 lies in the triangle of 2, 3 and 5, with weights 1/4, 1/2, 1/4;
 * document 0 has no part in it. Moved by one bit, 4 lies on no such triangle of exact weights: the
 * others are all on one line then. */
static const float inside[] = {3,     3,    0.625f, 0.25f,  0.0f, 0.25f,
                               0.25f, 1.0f, 0.5f,   0.625f, 1.5f, 0.25f};
static const float nearly[] = {3,     3,    0.625f,           0.25f, 0.0f, 0.25f, 0.25f,
                               0.25f, 0.5f, 0.25f - 0x1p-25f, 1.5f,  0.25f};
static const uint32_t chosen[] = {1, 4};
static const struct limen_pair pairs[] = {{4, 2, 0.25}, {4, 3, 0.5}, {4, 5, 0.25}};

static int write_impossible(const char *name, const float *documents, double worsen,
                            struct limen_error *error) {
  struct limen_combination found;
  assert_int_equal(limen_impossible_prove(2, documents, pairs, 3, &found, NULL), LIMEN_OK);
  found.epsilon *= worsen;
  if (worsen == 0) mpz_add_ui(found.weight[0], found.weight[0], 1);
  const struct limen_excerpt all = {.n = 6, .rows = 6, .d = 2, .values = documents};
  int status = limen_certificate_write_impossible(scratch, name, "a triangle", &all, chosen, 2,
                                                  &found, error);
  limen_combination_clear(&found);
  return status;
}

static int setup_impossible(void **state) {
  if (setup(state) != 0) return -1;
  return write_impossible("none", inside, 1, NULL) != LIMEN_OK ||
                 write_impossible("little", nearly, 1, NULL) != LIMEN_OK ||
                 limen_certificates_seal(scratch, NULL) != LIMEN_OK
             ? -1
             : 0;
}

static void note(void *context, const char *name, const struct limen_claim *claim,
                 const char *words) {
  char *all = context;
  bool refutes = strcmp(name, "none") == 0 || strcmp(name, "little") == 0;
  assert_int_equal(claim->refutes, refutes);
  assert_int_equal(claim->k, strcmp(name, "corners") == 0 ? 1 : 2);
  snprintf(all + strlen(all), 1024 - strlen(all), "%s: %s\n", name, words);
}

static void test_written_and_verified(void **state) {
  (void)state;
  struct limen_verification out;
  struct limen_error error = {0};
  char said[1024] = "";
  int status = limen_certificates_verify(scratch, note, said, &out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(out.claims, 4);
  assert_int_equal(out.refutations, 2);
  assert_int_equal(out.files, 13);
  assert_true(out.worst_margin > 0.3 && out.worst_margin < 0.4); /* of "corners" as ever */
  assert_non_null(strstr(said,
                         "none: k = 2 documents in d = 2: proved exactly that no query puts them "
                         "on top, by 3 weighted differences\n"));
  assert_non_null(strstr(said,
                         "little: k = 2 documents in d = 2: proved that no unit query puts them on "
                         "top by more than 2.98e-08, by 3 weighted differences\n"));
}

static void test_in_words(void **state) {
  (void)state;
  size_t count = 0;
  char *text = get_file(at("none/claim.json"), &count);
  json_t *claim = json_loads(text, 0, NULL);
  json_t *expected = json_pack(
      "{s:i, s:s, s:s, s:s, s:i, s:i, s:i, s:i, s:[iiiii], s:[ii], s:[[ii], [ii], [ii]], "
      "s:[sss], s:s}",
      "schema", 1, "claim",
      "no query scores every document of the set strictly higher than every other document",
      "score", "inner product", "about", "a triangle", "documents", 5, "of", 6, "k", 2, "d", 2,
      "numbers", 1, 2, 3, 4, 5, "set", 0, 3, "pairs", 3, 1, 3, 2, 3, 4, "weights", "1", "2", "1",
      "denominator", "4");
  assert_true(json_equal(claim, expected));
  json_decref(claim);
  json_decref(expected);
  limen_free(text);
  claim = json_load_file(at("little/claim.json"), 0, NULL);
  double epsilon = json_real_value(json_object_get(claim, "epsilon"));
  assert_true(epsilon >= 0x1p-25 && epsilon < 0x1p-25 * (1 + 1e-12));
  json_decref(claim);
}

static void test_what_is_not_written(void **state) {
  (void)state;
  struct limen_error error = {0};
  assert_int_equal(write_impossible("new", inside, 0, &error), LIMEN_NO);
  assert_string_equal(error.text, "new: the weights do not sum to the denominator above 0");
  assert_int_equal(write_impossible("new", nearly, 0.5, &error), LIMEN_NO);
  assert_non_null(
      strstr(error.text, "new: the weighted differences sum to a vector of length 2.98"));
  assert_int_equal(write_impossible("SHA256SUMS", inside, 1, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "a claim cannot be named \"SHA256SUMS\"");
  assert_false(limen_file_exists(at("new")));
  expect_verified();
}

static void test_every_byte_counts(void **state) {
  (void)state;
  static const char *const files[] = {"none/claim.json", "none/documents.npy", "little/claim.json"};
  for (size_t f = 0; f < 3; f++) {
    size_t count = 0;
    char path[256], *bytes;
    strcpy(path, at(files[f]));
    bytes = get_file(path, &count);
    for (size_t i = 0; i < count; i++) {
      bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
      FILE *stream = fopen(path, "r+b");
      assert_int_equal(fwrite(bytes, 1, count, stream), count);
      assert_int_equal(fclose(stream), 0);
      expect_no(files[f]);
      bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
    }
    put_file(path, bytes, count);
    limen_free(bytes);
  }
  expect_verified();
}

/* ---- altered, with hashes made right ---- */

/* One field of none/claim.json or little/claim.json exchanged (NULL: taken away), and what the
 * verifier says of it. */
static void alter(const char *name, const char *field, json_t *value, const char *words) {
  char path[256];
  snprintf(path, sizeof path, "%s/%s/claim.json", scratch, name);
  size_t count = 0;
  char *kept = get_file(path, &count);
  json_t *claim = json_loads(kept, 0, NULL);
  assert_non_null(claim);
  if (value)
    json_object_set_new(claim, field, value);
  else
    json_object_del(claim, field);
  char *text = json_dumps(claim, JSON_INDENT(2));
  put_file(path, text, strlen(text));
  expect_false(words);
  put_file(path, kept, count);
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  free(text);
  json_decref(claim);
  limen_free(kept);
}

#define CANNOT "/none/claim.json: not a claim that this program can verify"
#define NOT_ZERO "/none: the claim is not proved: the weighted differences do not sum to 0"

static void test_altered_weights(void **state) {
  (void)state;
  static const char sum[] =
      "/none: the claim is not proved: the weights do not sum to the denominator above 0";
  alter("none", "weights", json_pack("[sss]", "2", "2", "1"), sum);
  alter("none", "weights", json_pack("[sss]", "2", "1", "1"), NOT_ZERO);
  alter("none", "denominator", json_string("4000000000000000000000000000000000001"), sum);
  alter("none", "denominator", json_string("0"), sum);
  alter("none", "weights", json_pack("[sss]", "-1", "2", "1"), CANNOT);
  alter("none", "weights", json_pack("[sss]", " 1", "2", "1"), CANNOT);
  alter("none", "weights", json_pack("[sss]", "", "2", "1"), CANNOT);
  alter("none", "weights", json_pack("[sis]", "1", 2, "1"), CANNOT);
  alter("none", "weights", json_pack("[ss]", "1", "2"), CANNOT);
  alter("none", "denominator", json_string("0x4"), CANNOT);
}

static void test_altered_pairs_and_sets(void **state) {
  (void)state;
  static const char outside[] = "does not lead from the set to outside";
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 3, 1, 3, 2, 3, 1), NOT_ZERO);
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 0, 1, 3, 2, 3, 4), NOT_ZERO);
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 3, 0, 3, 2, 3, 4), outside);
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 1, 3, 3, 2, 3, 4), outside);
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 3, 5, 3, 2, 3, 4), CANNOT);
  alter("none", "pairs", json_pack("[[ii], [ii], [ii]]", 3, -1, 3, 2, 3, 4), CANNOT);
  alter("none", "pairs", json_pack("[[iii], [ii], [ii]]", 3, 1, 1, 3, 2, 3, 4), CANNOT);
  alter("none", "pairs", json_array(), CANNOT);
  alter("none", "set", json_pack("[ii]", 0, 2), outside);
  alter("none", "set", json_pack("[ii]", 3, 0), CANNOT);
  alter("none", "set", json_pack("[ii]", 3, 3), CANNOT);
  alter("none", "set", json_pack("[i]", 3), CANNOT);
  alter("none", "set", json_pack("[ii]", 3, 5), CANNOT);
  alter("none", "k", json_integer(5), CANNOT);
  alter("none", "d", json_integer(3), "documents.npy holds 5 x 2 values, the claim is about 5 x 3");
  alter("none", "documents", json_integer(4), CANNOT); /* a pair names document 4 */
  alter("none", "score", json_string("cosine"), CANNOT);
  alter("none", "schema", json_integer(2), CANNOT);
  alter("none", "claim", json_string("all is well"), CANNOT);
  alter("none", "claim", NULL, CANNOT);
  /* Every other statement than this one is missing something, or proved by something else. */
  for (size_t i = 0; limen_claim_type_at(i); i++)
    if (strcmp(limen_claim_type_at(i)->name, "impossible") != 0)
      alter("none", "claim", json_string(limen_claim_type_at(i)->words), CANNOT);
}

static void test_altered_epsilon(void **state) {
  (void)state;
  static const char cannot[] = "/little/claim.json: not a claim that this program can verify";
  alter("little", "epsilon", json_real(0x1p-26),
        "/little: the claim is not proved: the weighted differences sum to a vector of length "
        "2.98023224e-08, more than the 1.49011612e-08 that is claimed");
  alter("little", "epsilon", json_real(0), cannot);
  alter("little", "epsilon", json_integer(1), cannot);
  alter("little", "epsilon", NULL, cannot);
  alter("none", "epsilon", json_real(1), CANNOT);
}

static void test_altered_documents(void **state) {
  (void)state;
  size_t count = 0;
  char *bytes = get_file(at("none/documents.npy"), &count);
  float *values = (float *)(void *)(bytes + count - 10 * sizeof(float));
  for (size_t i = 0; i < 10; i++) {
    float kept = values[i];
    values[i] = kept + 0x1p-22f;
    put_file(at("none/documents.npy"), bytes, count);
    /* Document 0 of the file, the set's other one, is in no pair: it may be anywhere. */
    if (i >= 2) expect_false(NOT_ZERO);
    values[i] = kept;
  }
  values[3] = 1.0f / 0.0f;
  put_file(at("none/documents.npy"), bytes, count);
  expect_false("/none: document 1 holds inf in dimension 1");
  limen_free(bytes);
}

/* ---- the command ---- */

/* A run whose only claims are of impossibility has no margins to tell of. */
static void test_the_command(void **state) {
  (void)state;
  char run[256];
  strcpy(run, at("run"));
  assert_int_equal(limen_folder_make(at("run/certificates"), NULL), LIMEN_OK);
  assert_int_equal(rename(at("none"), at("run/certificates/none")), 0);
  assert_int_equal(limen_certificates_seal(at("run/certificates"), NULL), LIMEN_OK);
  expect_output(NULL, WORDS("verify", run),
                WORDS("none: k = 2 documents in d = 2: proved exactly",
                      "1 claims proved, 2 files unaltered\n"));
  size_t count = 0;
  char *bytes = get_file(at("run/certificates/none/documents.npy"), &count);
  bytes[count - 1] ^= 1;
  put_file(at("run/certificates/none/documents.npy"), bytes, count);
  limen_free(bytes);
  expect_run(NULL, 1, WORDS("verify", run), WORDS("none/documents.npy was altered"));
  assert_int_equal(limen_certificates_seal(at("run/certificates"), NULL), LIMEN_OK);
  expect_run(NULL, 1, WORDS("verify", run), WORDS("none: the claim is not proved: the weighted"));
}

/* ---- the other verifier ---- */

static void test_python_agrees(void **state) {
  (void)state;
  static const char script[] = LIMEN_SOURCE_DIR "/tests/compare/verify_certificates.py";
  const char *const has_numpy[] = {"/usr/bin/python3", "-c", "import numpy", NULL};
  char run[256];
  const char *const ask[] = {"/usr/bin/python3", script, run, NULL};
  strcpy(run, at("run"));
  struct limen_error error = {0};
  if (limen_process_run(has_numpy, NULL, &error) != LIMEN_OK) {
    print_message("skipped: /usr/bin/python3 has no numpy, so only one verifier was tried\n");
    skip();
  }
  assert_int_equal(limen_folder_make(at("run/certificates"), NULL), LIMEN_OK);
  static const char *const names[] = {"sides", "corners", "none", "little", "SHA256SUMS"};
  for (size_t i = 0; i < 5; i++) {
    char to[64];
    snprintf(to, sizeof to, "run/certificates/%s", names[i]);
    assert_int_equal(rename(at(names[i]), at(to)), 0);
  }
  error = (struct limen_error){0};
  assert_int_equal(limen_process_run(ask, NULL, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
  size_t count = 0;
  char *bytes = get_file(at("run/certificates/none/documents.npy"), &count);
  bytes[count - 4] ^= 1;
  put_file(at("run/certificates/none/documents.npy"), bytes, count);
  limen_free(bytes);
  assert_int_equal(limen_certificates_seal(at("run/certificates"), NULL), LIMEN_OK);
  assert_int_equal(limen_process_run(ask, NULL, &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "failed: none"));
}

#define TEST_IMPOSSIBLE(name) \
  cmocka_unit_test_setup_teardown(name, setup_impossible, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST_IMPOSSIBLE(test_written_and_verified), TEST_IMPOSSIBLE(test_in_words),
      TEST_IMPOSSIBLE(test_what_is_not_written),  TEST_IMPOSSIBLE(test_every_byte_counts),
      TEST_IMPOSSIBLE(test_altered_weights),      TEST_IMPOSSIBLE(test_altered_pairs_and_sets),
      TEST_IMPOSSIBLE(test_altered_epsilon),      TEST_IMPOSSIBLE(test_altered_documents),
      TEST_IMPOSSIBLE(test_the_command),          TEST_IMPOSSIBLE(test_python_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
