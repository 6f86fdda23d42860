/* Certificates: what is written is verified, and nothing whose files were altered afterwards is. */
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
#include "unit/toy_claims.h"

static void note(void *context, const char *name, const struct limen_claim *claim,
                 const char *words) {
  char *all = context;
  bool corner = strcmp(name, "corners") == 0;
  assert_int_equal(claim->documents, 4);
  assert_int_equal(claim->k, corner ? 1 : 2);
  assert_int_equal(claim->d, 2);
  assert_int_equal(claim->every_subset, corner);
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
  expect_no("a file with a name like `a?b` cannot belong to a certificate");
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
      TEST(test_no_claims),
      TEST(test_python_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
