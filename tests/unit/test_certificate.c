/* Certificates: what is written is verified, and nothing that was altered afterwards is. */
#include <jansson.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/process.h"
#include "data/npy.h"
#include "limits/certificate.h"
#include "unit/scratch.h"

/* Corners of a square: any two neighbours are some query's best two, and any single one is. */
static const float square[] = {0.57f, 0.11f, -0.11f, 0.57f, -0.57f, -0.11f, 0.11f, -0.57f};
static const uint32_t sides[] = {0, 1, 1, 2, 2, 3, 0, 3};
static const float towards_sides[] = {0.46f, 0.68f, -0.68f, 0.46f, -0.46f, -0.68f, 0.68f, -0.46f};
static const uint32_t corners[] = {0, 1, 2, 3};

static int write_claim(const char *name, size_t k, const uint32_t *relevant, const float *queries,
                       struct limen_error *error) {
  struct limen_relevance relevance = {4, 4, k, (uint32_t *)relevant};
  struct limen_proof proof;
  return limen_certificate_write(scratch, name, "a square", &relevance, 2, square, queries, &proof,
                                 error);
}

/* Two claims: "corners", all 1-subsets, and "sides", with a relevant.npy. */
static int setup(void **state) {
  if (scratch_setup(state) != 0) return -1;
  return write_claim("sides", 2, sides, towards_sides, NULL) != LIMEN_OK ||
                 write_claim("corners", 1, corners, square, NULL) != LIMEN_OK ||
                 limen_certificates_seal(scratch, NULL) != LIMEN_OK
             ? -1
             : 0;
}

static int verify(struct limen_error *error) {
  struct limen_verification out;
  *error = (struct limen_error){0};
  return limen_certificates_verify(scratch, NULL, NULL, &out, error);
}

static void expect_verified(void) {
  struct limen_error error;
  int status = verify(&error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
}

/* LIMEN_NO with a text that holds `words`. */
static void expect_no(const char *words) {
  struct limen_error error;
  assert_int_equal(verify(&error), LIMEN_NO);
  assert_int_equal(error.status, LIMEN_NO);
  if (!strstr(error.text, words)) assert_string_equal(error.text, words);
}

/* The sums are made right again, as whoever alters a file on purpose would. */
static void expect_false(const char *words) {
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  expect_no(words);
}

static void note(void *context, const char *name, const char *words) {
  char *all = context;
  snprintf(all + strlen(all), 512 - strlen(all), "%s: %s\n", name, words);
}

static void test_written_and_verified(void **state) {
  (void)state;
  struct limen_verification out;
  char said[512] = "";
  assert_int_equal(limen_certificates_verify(scratch, note, said, &out, NULL), LIMEN_OK);
  assert_int_equal(out.claims, 2);
  assert_int_equal(out.files, 9);
  /* Of "corners": v0 . v0 - v0 . v1 = 0.57^2 + 0.11^2 - 0. */
  assert_true(fabs(out.worst_margin - 0.337) < 1e-7);
  assert_true(out.worst_bound > 0 && out.worst_bound < 1e-15);
  assert_non_null(strstr(said,
                         "corners: n = 4 documents, 4 queries, k = 1, d = 2: proved, smallest "
                         "margin 0.337, error bound "));
  assert_non_null(strstr(said, "sides: n = 4 documents, 4 queries, k = 2, d = 2: proved"));
  assert_false(limen_file_exists(at("corners/relevant.npy")));
  assert_true(limen_file_exists(at("sides/relevant.npy")));
}

static void test_sums_are_those_of_sha256sum(void **state) {
  (void)state;
  const char *const arguments[] = {"sha256sum", "--check", "--strict", "SHA256SUMS", NULL};
  struct limen_error error = {0};
  assert_int_equal(limen_process_run(arguments, scratch, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
}

static void test_claim_in_words(void **state) {
  (void)state;
  json_t *claim = json_load_file(at("sides/claim.json"), 0, NULL);
  assert_int_equal(json_integer_value(json_object_get(claim, "documents")), 4);
  assert_int_equal(json_integer_value(json_object_get(claim, "queries")), 4);
  assert_int_equal(json_integer_value(json_object_get(claim, "k")), 2);
  assert_int_equal(json_integer_value(json_object_get(claim, "d")), 2);
  assert_string_equal(json_string_value(json_object_get(claim, "relevance")), "relevant.npy");
  assert_string_equal(json_string_value(json_object_get(claim, "about")), "a square");
  json_decref(claim);
  claim = json_load_file(at("corners/claim.json"), 0, NULL);
  assert_string_equal(json_string_value(json_object_get(claim, "relevance")), "all");
  json_decref(claim);
}

static void refuse_to_write(const char *name, size_t k, const uint32_t *relevant, int status,
                            const char *words) {
  struct limen_error error = {0};
  assert_int_equal(write_claim(name, k, relevant, towards_sides, &error), status);
  assert_string_equal(error.text, words);
  assert_false(limen_file_exists(at("new")));
}

static void test_what_is_not_written(void **state) {
  (void)state;
  static const uint32_t opposite[] = {0, 1, 1, 2, 0, 2, 1, 3};
  static const uint32_t everything[] = {0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3};
  refuse_to_write("new", 2, opposite, LIMEN_NO, "new: 2 of 4 queries cannot be proved");
  refuse_to_write("new", 4, everything, LIMEN_NO,
                  "new: there is nothing to prove: all 4 documents are relevant to every query");
  refuse_to_write("", 2, sides, LIMEN_FAILED, "a claim cannot be named \"\"");
  refuse_to_write("..", 2, sides, LIMEN_FAILED, "a claim cannot be named \"..\"");
  refuse_to_write("a/new", 2, sides, LIMEN_FAILED, "a claim cannot be named \"a/new\"");
  refuse_to_write("SHA256SUMS", 2, sides, LIMEN_FAILED, "a claim cannot be named \"SHA256SUMS\"");
  expect_verified();
}

static const char *const files[] = {
    "SHA256SUMS",          "corners/claim.json", "corners/documents.npy", "corners/margins.npy",
    "corners/queries.npy", "sides/claim.json",   "sides/documents.npy",   "sides/margins.npy",
    "sides/queries.npy",   "sides/relevant.npy"};
enum { FILES = sizeof files / sizeof *files };

/* One bit in every byte of every file, in turn. */
static void test_every_byte_counts(void **state) {
  (void)state;
  for (size_t f = 0; f < FILES; f++) {
    size_t count = 0;
    char path[256], *bytes;
    strcpy(path, at(files[f]));
    bytes = get_file(path, &count);
    assert_true(count > 50);
    for (size_t i = 0; i < count; i++) {
      bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
      /* In place and not by limen_file_write, whose flushes to the disk take their time. */
      FILE *stream = fopen(path, "r+b");
      assert_int_equal(fwrite(bytes, 1, count, stream), count);
      assert_int_equal(fclose(stream), 0);
      if (f == 0)
        expect_no("SHA256SUMS");
      else
        expect_no(files[f]);
      bytes[i] = (char)(bytes[i] ^ (1 << i % 8));
    }
    put_file(path, bytes, count);
    limen_free(bytes);
  }
  expect_verified();
}

static void test_missing_files(void **state) {
  (void)state;
  for (size_t f = 1; f < FILES; f++) {
    size_t count = 0;
    char *bytes = get_file(at(files[f]), &count), words[128];
    assert_int_equal(unlink(at(files[f])), 0);
    snprintf(words, sizeof words, "/SHA256SUMS lists %s, which is not there", files[f]);
    expect_no(words);
    /* Not even when the list is made anew. */
    assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
    expect_no(files[f]);
    put_file(at(files[f]), bytes, count);
    limen_free(bytes);
    assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  }
  struct limen_error error;
  assert_int_equal(unlink(at("SHA256SUMS")), 0);
  assert_int_equal(verify(&error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "SHA256SUMS: No such file or directory"));
}

static void test_files_too_many(void **state) {
  (void)state;
  put_file(at("sides/extra.npy"), "x", 1);
  expect_no("/sides/extra.npy is not listed in SHA256SUMS");
  assert_int_equal(unlink(at("sides/extra.npy")), 0);
  put_file(at("notes"), "x", 1);
  expect_no("/notes belongs to no claim: it is no folder");
  assert_int_equal(unlink(at("notes")), 0);
  assert_int_equal(mkdir(at("more"), 0777), 0);
  expect_no("/more is empty: a claim without a proof");
  assert_int_equal(rmdir(at("more")), 0);
  assert_int_equal(mkdir(at("sides/more"), 0777), 0);
  expect_no("/sides/more is no plain file");
  assert_int_equal(rmdir(at("sides/more")), 0);
  assert_int_equal(mkfifo(at("sides/pipe"), 0666), 0);
  expect_no("/sides/pipe is no plain file");
  assert_int_equal(unlink(at("sides/pipe")), 0);
  put_file(at("sides/a\nb"), "x", 1);
  expect_no("a file with a name like a?b cannot belong to a certificate");
  assert_int_equal(unlink(at("sides/a\nb")), 0);
  /* The link leads to the very bytes that are listed. */
  char outside[128];
  snprintf(outside, sizeof outside, "%s-queries.npy", scratch);
  assert_int_equal(rename(at("sides/queries.npy"), outside), 0);
  assert_int_equal(symlink(outside, at("sides/queries.npy")), 0);
  expect_no("/sides/queries.npy is no plain file");
  assert_int_equal(unlink(at("sides/queries.npy")), 0);
  assert_int_equal(rename(outside, at("sides/queries.npy")), 0);
  expect_verified();
  assert_int_equal(unlink(at("SHA256SUMS")), 0);
  assert_int_equal(symlink("sides/claim.json", at("SHA256SUMS")), 0);
  expect_no("/SHA256SUMS is no plain file");
}

static void test_lists_that_are_wrong(void **state) {
  (void)state;
  size_t count = 0;
  char *list = get_file(at("SHA256SUMS"), &count), changed[4096];
  size_t line = strcspn(list, "\n") + 1;
  for (size_t length = 0; length < count; length += 7) {
    put_file(at("SHA256SUMS"), list, length);
    expect_no("SHA256SUMS");
  }
  put_file(at("SHA256SUMS"), list, count - 1);
  expect_no("/SHA256SUMS lists a file twice, in another order, or ends in the middle of a line");
  /* What follows a NUL counts, too. */
  memcpy(changed, list, count + 1);
  strcpy(changed + count + 1, "more");
  put_file(at("SHA256SUMS"), changed, count + 5);
  expect_no("/SHA256SUMS lists ?more, which is not there");
  memcpy(changed, list + line, count - line);
  memcpy(changed + count - line, list, line);
  put_file(at("SHA256SUMS"), changed, count);
  expect_no("/SHA256SUMS lists a file twice, in another order, or ends in the middle of a line");
  memcpy(changed, list, count);
  memcpy(changed + count, list, line);
  put_file(at("SHA256SUMS"), changed, count + line);
  expect_no("/SHA256SUMS lists a file twice");
  put_file(at("SHA256SUMS"), list, count);
  expect_verified();
  limen_free(list);
}

/* ---- altered on purpose, hashes made right ---- */

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
  static char large[(1 << 16) + 2], deep[4096];
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
  expect_false("claim.json is larger than 65536 bytes, the most that is read");
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

static void test_no_claims(void **state) {
  (void)state;
  struct limen_verification out;
  struct limen_error error = {0};
  assert_int_equal(limen_folder_remove(at("sides"), NULL), LIMEN_OK);
  assert_int_equal(limen_folder_remove(at("corners"), NULL), LIMEN_OK);
  expect_no("/SHA256SUMS lists corners/claim.json, which is not there");
  assert_int_equal(limen_certificates_seal(scratch, NULL), LIMEN_OK);
  expect_file(at("SHA256SUMS"), "");
  assert_int_equal(limen_certificates_verify(scratch, NULL, NULL, &out, &error), LIMEN_OK);
  assert_int_equal(out.claims, 0);
  assert_int_equal(limen_certificates_verify(at("none"), NULL, NULL, &out, &error), LIMEN_INPUT);
  assert_non_null(strstr(error.text, "none: No such file or directory"));
}

/* ---- the other verifier ---- */

static int ask_python(const char *script, struct limen_error *error) {
  const char *const arguments[] = {"/usr/bin/python3", script, at("run"), NULL};
  *error = (struct limen_error){0};
  return limen_process_run(arguments, NULL, error);
}

static void test_python_agrees(void **state) {
  (void)state;
  static const char script[] = LIMEN_SOURCE_DIR "/tests/compare/verify_certificates.py";
  const char *const has_numpy[] = {"/usr/bin/python3", "-c", "import numpy", NULL};
  struct limen_error error = {0};
  if (limen_process_run(has_numpy, NULL, &error) != LIMEN_OK) {
    print_message("skipped: /usr/bin/python3 has no numpy, so only one verifier was tried\n");
    skip();
  }
  assert_int_equal(mkdir(at("run"), 0777), 0);
  assert_int_equal(mkdir(at("run/certificates"), 0777), 0);
  static const char *const names[] = {"sides", "corners", "SHA256SUMS"};
  for (size_t i = 0; i < 3; i++) {
    char to[64];
    snprintf(to, sizeof to, "run/certificates/%s", names[i]);
    assert_int_equal(rename(at(names[i]), at(to)), 0);
  }
  assert_int_equal(ask_python(script, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
  struct limen_relevance relevance = {4, 4, 2, (uint32_t *)sides};
  struct limen_proof proof;
  size_t count = 0;
  /* And agrees to what is false: one relevant document exchanged, hashes made right. */
  assert_int_equal(limen_certificate_write(at("run/certificates"), "sides", "a square", &relevance,
                                           2, square, towards_sides, &proof, NULL),
                   LIMEN_OK);
  char *bytes = get_file(at("run/certificates/sides/relevant.npy"), &count);
  bytes[count - 4] = 2;
  put_file(at("run/certificates/sides/relevant.npy"), bytes, count);
  limen_free(bytes);
  assert_int_equal(limen_certificates_seal(at("run/certificates"), NULL), LIMEN_OK);
  assert_int_equal(ask_python(script, &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "failed: sides"));
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_written_and_verified),
      TEST(test_sums_are_those_of_sha256sum),
      TEST(test_claim_in_words),
      TEST(test_what_is_not_written),
      TEST(test_every_byte_counts),
      TEST(test_missing_files),
      TEST(test_files_too_many),
      TEST(test_lists_that_are_wrong),
      TEST(test_wrong_vectors),
      TEST(test_wrong_margins),
      TEST(test_wrong_relevance),
      TEST(test_claims_of_other_sizes),
      TEST(test_claims_of_other_things),
      TEST(test_claims_that_are_no_json),
      TEST(test_hostile_numbers_of_subsets),
      TEST(test_no_claims),
      TEST(test_python_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
