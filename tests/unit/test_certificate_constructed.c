/* Claims about constructed documents, altered on purpose with hashes made right: each is found to
 * be false. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "limits/certificate.h"
#include "limits/construction_sample.h"
#include "unit/scratch.h"

static const char code_parameters[] =
    "{\"q\": 4, \"dimension\": 3, \"length\": 5, \"bits\": 3, \"inner\": [\"0\", \"3\", \"5\", "
    "\"6\"]}";
/* Found by a search over random frequencies; holds for all pairs of 211, in int8. */
static const char frame_parameters[] =
    "{\"n\": 211, \"format\": \"int8\", \"frequencies\": [76, 17, 96, 15, 3, 37, 14, 60, 8, 76, "
    "94, 67, 73, 55]}";

static void write_claim(const char *name, const char *construction, const char *parameters,
                        uint64_t documents, size_t k) {
  struct limen_construction_proof proof;
  struct limen_text words = {0};
  struct limen_error error = {0};
  void *made = NULL;
  json_t *json = json_loads(parameters, 0, NULL);
  const struct limen_construction *type = limen_construction_find(construction);
  assert_int_equal(type->read(json, documents, &made, &error), LIMEN_OK);
  int status = type->prove(made, k, 1, &proof, &words, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  /* What is written is what was read. */
  json_t *again = type->write(made);
  assert_true(json_equal(json, again));
  json_decref(again);
  const struct limen_constructed claim = {
      type, json, documents, k, type->dimensions(made), proof.margin, proof.error};
  assert_int_equal(limen_certificate_write_constructed(scratch, name, "a test", &claim, &error),
                   LIMEN_OK);
  type->free(made);
  json_decref(json);
  limen_text_clear(&words);
}

static int setup(void **state) {
  if (scratch_setup(state) != 0) return -1;
  write_claim("code", "code", code_parameters, 60, 2);
  write_claim("frame", "harmonic", frame_parameters, 211, 2);
  return limen_certificates_seal(scratch, NULL) == LIMEN_OK ? 0 : -1;
}

/* ---- what is said ---- */

static void listen(void *context, const char *name, const struct limen_claim *claim,
                   const char *words) {
  char *said = context;
  strcat(said, words);
  strcat(said, "\n");
  assert_int_equal(claim->k, 2);
  assert_true(claim->every_subset && !claim->refutes && claim->worst_margin > 0);
  assert_int_equal(claim->documents, strcmp(name, "code") == 0 ? 60 : 211);
  assert_int_equal(claim->d, strcmp(name, "code") == 0 ? 15 : 28);
}

static void test_proved(void **state) {
  (void)state;
  static const char *const wanted[] = {
      "every 2-subset of 60 documents, separating code, d = 15, margin at least 0.133333",
      "12 tuples of 4 inner words of 3 bits looked at, of which the outer code [5, 3] over GF(4) "
      "leaves at least 1 of 5 places",
      "32 random sets looked at beside 60 documents in float32 and in int8 with a scale each: all "
      "on top; 100000 sets made to come close: least lead 2",
      "every 2-subset of 211 documents, harmonic frame, d = 28, margin at least 0.",
      "int8 documents keep a lead of",
      "32 random sets looked at beside 211 documents"};
  char said[4096] = "";
  struct limen_verification out;
  struct limen_error error = {0};
  int status = limen_certificates_verify(scratch, listen, said, &out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_int_equal(out.claims, 2);
  for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
    if (!strstr(said, wanted[i])) assert_string_equal(said, wanted[i]);
}

/* ---- alterations ---- */

/* Puts `value`, JSON, in place of a member of claim.json, of its parameters with `inside`, and
 * makes the sums right again. The claim is then false for the reason that is told; afterwards it is
 * as it was. */
static void expect_false(const char *claim, bool inside, const char *key, const char *value,
                         const char *words) {
  char name[64];
  size_t count = 0;
  struct limen_verification out;
  struct limen_error error = {0};
  snprintf(name, sizeof name, "%s/claim.json", claim);
  char *kept = get_file(at(name), &count);
  json_t *root = json_loads(kept, 0, NULL), *new = json_loads(value, JSON_DECODE_ANY, NULL);
  assert_non_null(new);
  json_t *home = inside ? json_object_get(root, "parameters") : root;
  assert_non_null(json_object_get(home, key));
  json_object_set_new(home, key, new);
  char *text = json_dumps(root, JSON_INDENT(2));
  put_file(at(name), text, strlen(text));
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  int status = limen_certificates_verify(scratch, NULL, NULL, &out, &error);
  if (status != LIMEN_NO) fail_msg("%s = %s: %d %s", key, value, status, error.text);
  if (!strstr(error.text, words) || !strstr(error.text, name))
    assert_string_equal(error.text, words);
  put_file(at(name), kept, count);
  free(text);
  json_decref(root);
  limen_free(kept);
}

static const char unknown[] = "not a claim that this program can verify";
static const char no_code[] = "these are no parameters of a separating code";
static const char no_frame[] = "these are no parameters of a harmonic frame";

static void test_altered_claim(void **state) {
  (void)state;
  expect_false("code", false, "claim", "\"every claim\"", unknown);
  expect_false("code", false, "score", "\"cosine\"", unknown);
  expect_false("code", false, "schema", "2", unknown);
  expect_false("code", false, "documents", "1", unknown);
  expect_false("code", false, "documents", "\"60\"", unknown);
  expect_false("code", false, "k", "0", unknown);
  expect_false("code", false, "k", "60", unknown);
  expect_false("code", false, "d", "0", unknown);
  expect_false("code", false, "construction", "\"moment\"", "there is no construction known here");
  expect_false("code", false, "k", "17", "there is no construction known here");
  expect_false("code", false, "parameters", "[]", no_code);
  expect_false("code", false, "d", "16",
               "the claim is about d = 16, but the construction has 15 dimensions");
  expect_false("code", false, "documents", "65",
               "the code has 64 words, but the claim is about 65 documents");
  expect_false("frame", false, "documents", "212",
               "the frame has 211 documents, but the claim is about 212");
  expect_false("code", false, "k", "3", "does not serve sets of 3");
  expect_false("frame", false, "k", "3", "does not hold for k = 3");
  expect_false(
      "code", false, "worst_margin", "0.2",
      "the claim says that the worst margin is 0.2 with error bound 0, but it is 0.1333333");
  expect_false("frame", false, "worst_margin", "0.2",
               "the claim says that the worst margin is 0.2");
  expect_false("frame", false, "error_bound", "0.0", "the claim says that the worst margin is");
}

static void test_altered_code(void **state) {
  (void)state;
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"5\"]", "is not separating");
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"7\"]", "is not separating");
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\"]", no_code);
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", 6]", no_code);
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"\"]", no_code);
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"-6\"]", no_code);
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"00000000000000006\"]", no_code);
  expect_false("code", true, "inner", "[\"0\", \"3\", \"5\", \"e\"]", "has more than 3 bits");
  expect_false("code", true, "inner", "7", no_code);
  expect_false("code", true, "q", "5", no_code);
  expect_false("code", true, "q", "-4", no_code);
  expect_false("code", true, "q", "4097", no_code);
  expect_false("code", true, "dimension", "4", "does not serve sets of 2");
  expect_false("code", true, "dimension", "6", "there is no outer code of dimension 6");
  expect_false("code", true, "dimension", "65", no_code);
  expect_false("code", true, "dimension", "0", no_code);
  expect_false("code", true, "length", "4", "the claim is about d = 15");
  expect_false("code", true, "length", "6", "an outer code over 4 symbols has no 6 places");
  expect_false("code", true, "length", "1e9", no_code);
  expect_false("code", true, "bits", "4", "the claim is about d = 15");
  expect_false("code", true, "bits", "65", "is none");
  expect_false("code", true, "bits", "0", no_code);
}

static void test_altered_frame(void **state) {
  (void)state;
  static const char most[] = "[76, 17, 96, 15, 3, 37, 14, 60, 8, 76, 94, 67, 73, %s]";
  char list[200];
  expect_false("frame", true, "n", "213", "the frame of 213 documents in d = 28 does not hold");
  expect_false("frame", true, "n", "212", "their number is odd");
  expect_false("frame", true, "n", "209", "the frame has 209 documents");
  expect_false("frame", true, "n", "-211", no_frame);
  expect_false("frame", true, "n", "2199023255553", "their number is odd, from 3 to 2^40");
  expect_false("frame", true, "format", "\"int4\"", no_frame);
  expect_false("frame", true, "format", "8", no_frame);
  expect_false("frame", true, "frequencies", "[1, 37]", "the claim is about d = 28");
  expect_false("frame", true, "frequencies", "[]", no_frame);
  expect_false("frame", true, "frequencies", "3", no_frame);
  snprintf(list, sizeof list, most, "211");
  expect_false("frame", true, "frequencies", list, "frequency 13 is 211");
  snprintf(list, sizeof list, most, "-1");
  expect_false("frame", true, "frequencies", list, no_frame);
  snprintf(list, sizeof list, most, "1.5");
  expect_false("frame", true, "frequencies", list, no_frame);
  snprintf(list, sizeof list, most, "19");
  expect_false("frame", true, "frequencies", list, "claim");
  /* All the same: a circle, where no pair has a query but neighbours. */
  expect_false("frame", true, "frequencies", "[3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]",
               "the frame of 211 documents in d = 28 does not hold for k = 2");
}

/* ---- the sample ---- */

static void sample(const char *construction, const char *parameters, uint64_t documents, size_t k,
                   uint64_t compared, struct limen_construction_sample *out) {
  const struct limen_construction *type = limen_construction_find(construction);
  const struct limen_construction_sampling sampling = {
      .sets = 20, .provoked = 50, .documents = compared, .seed = 3, .workers = 2};
  struct limen_error error = {0};
  void *made = NULL;
  json_t *json = json_loads(parameters, 0, NULL);
  assert_int_equal(type->read(json, documents, &made, &error), LIMEN_OK);
  int status = limen_construction_sample(type, made, documents, k, &sampling, out, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  type->free(made);
  json_decref(json);
}

/* It finds what is wrong without any theorem, and nothing where nothing is. */
static void test_sample(void **state) {
  (void)state;
  struct limen_construction_sample found;
  sample("code", code_parameters, 64, 2, 1000, &found);
  assert_int_equal(found.wrong + found.wrong_int8, 0);
  assert_int_equal(found.documents, 64);
  assert_true(found.least >= 2.0 / 15 && fabs(found.least - found.least_int8) < 1e-6);
  assert_int_equal(found.provoked, 50);
  assert_true(found.provoked_least == 2);
  sample("code", code_parameters, 64, 2, 30, &found);
  assert_int_equal(found.documents, 30);
  assert_int_equal(found.wrong + found.wrong_int8, 0);
  sample("harmonic", frame_parameters, 211, 2, 1000, &found);
  assert_int_equal(found.wrong + found.wrong_int8, 0);
  assert_int_equal(found.provoked, 0);
  assert_true(isnan(found.provoked_least));
  assert_true(found.least > 0 && found.least != found.least_int8);
  sample("code", code_parameters, 64, 8, 1000, &found);
  assert_true(found.wrong > 2 && found.wrong_int8 > 2 && found.least <= 0);
  sample("harmonic", "{\"n\": 211, \"format\": \"int8\", \"frequencies\": [1]}", 211, 2, 1000,
         &found);
  assert_true(found.wrong > 3 && found.wrong_int8 > 3 && found.least < 0);
}

static void test_registry(void **state) {
  (void)state;
  size_t count = 0;
  for (const struct limen_construction *type; (type = limen_construction_at(count)); count++) {
    assert_string_equal(limen_construction_name(count), type->name);
    assert_ptr_equal(limen_construction_find(type->name), type);
    assert_true(type->about && type->title && type->k_most > 0);
    type->free(NULL);
  }
  assert_int_equal(count, 2);
  assert_null(limen_construction_name(count));
  assert_null(limen_construction_find("moment"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_proved),        TEST(test_altered_claim),      TEST(test_altered_code),
      TEST(test_altered_frame), cmocka_unit_test(test_sample), cmocka_unit_test(test_registry)};
  return cmocka_run_group_tests(tests, NULL, NULL);
}
