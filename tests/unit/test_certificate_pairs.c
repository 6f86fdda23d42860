/* Certificates about an arithmetic: written, proved again, and refused once anything is altered, by
 * both verifiers. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>

#include <cmocka.h>

#include "base/process.h"
#include "limits/certificate_pairs.h"
#include "limits/layout.h"
#include "limits/torus_search.h"
#include "unit/toy_claims.h"

enum { N = 12, D = 4, K = 2, PAIRS = N * (N - 1) / 2 };

/* The trigonometric curve of 12 documents, with everything a certificate may hold. */
struct world {
  struct limen_torus frame;
  double classes[N / 2 * K], documents[N * D], query[PAIRS * D];
  uint32_t pair[2 * PAIRS];
};

static void make(struct world *world, const char *arithmetic) {
  const struct limen_quantiser *quantiser = limen_quantiser_find(arithmetic);
  struct limen_torus_solver solver;
  struct limen_layout curve = *limen_layout_find("trigonometric");
  assert_int_equal(curve.frame(N, D, &world->frame, NULL), LIMEN_OK);
  assert_int_equal(limen_torus_solver_init(&solver, N, K, NULL), LIMEN_OK);
  limen_torus_gap(&solver, &world->frame, &limen_torus_settings, NULL, world->classes);
  limen_torus_documents(&world->frame, &solver.sines, world->documents);
  limen_torus_solver_clear(&solver);
  const struct limen_placing placing = {N, D, 2, 0, NULL};
  size_t at_pair = 0;
  for (uint32_t i = 0; i < N; i++)
    for (uint32_t j = i + 1; j < N; j++, at_pair++) {
      const uint32_t set[] = {i, j};
      curve.query = NULL;
      world->pair[2 * at_pair] = i;
      world->pair[2 * at_pair + 1] = j;
      assert_int_equal(limen_layout_query(&curve, &placing, world->documents, set,
                                          world->query + at_pair * D, NULL, NULL),
                       LIMEN_OK);
      quantiser->round(D, world->query + at_pair * D, world->query + at_pair * D);
    }
  for (size_t v = 0; v < N; v++)
    quantiser->round(D, world->documents + v * D, world->documents + v * D);
}

static int write_frame(const struct world *world, const char *arithmetic,
                       struct limen_error *error) {
  return limen_certificate_write_torus(scratch, "frame", "a curve", &world->frame,
                                       limen_quantiser_find(arithmetic), world->classes, error);
}

static int write_stored(const struct world *world, const char *name, const char *arithmetic,
                        bool frame, size_t listed, struct limen_error *error) {
  const struct limen_pair_queries queries = {.frame = frame ? &world->frame : NULL,
                                             .classes = frame ? world->classes : NULL,
                                             .count = listed,
                                             .pair = world->pair,
                                             .query = world->query};
  return limen_certificate_write_stored(scratch, name, "a curve", N, D, world->documents,
                                        limen_quantiser_find(arithmetic), &queries, error);
}

/* Three claims: "frame" by classes, "rotated" pair by pair with three queries of their own,
 * "listed" without a frame. */
static int write_all(void **state) {
  static struct world world;
  if (scratch_setup(state) != 0) return -1;
  make(&world, "float32");
  if (write_frame(&world, "float32", NULL) != LIMEN_OK) return -1;
  make(&world, "float16");
  return write_stored(&world, "rotated", "float16", true, 3, NULL) != LIMEN_OK ||
                 write_stored(&world, "listed", "float16", false, PAIRS, NULL) != LIMEN_OK ||
                 limen_certificates_seal(scratch, NULL) != LIMEN_OK
             ? -1
             : 0;
}

static void what_is_written_is_proved_again(void **state) {
  (void)state;
  struct limen_verification out;
  struct limen_error error = {0};
  assert_int_equal(limen_certificates_verify(scratch, NULL, NULL, &out, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
  assert_int_equal(out.claims, 3);
  assert_int_equal(out.files, 2 + 5 + 4);
  assert_true(out.worst_margin > out.worst_bound);
}

/* ---- claims that are not true ---- */

static void what_does_not_hold_is_not_written(void **state) {
  (void)state;
  static struct world world;
  struct limen_error error = {0};
  make(&world, "int4");
  assert_int_equal(write_frame(&world, "int4", &error), LIMEN_NO);
  assert_non_null(strstr(error.text, "frame: class "));
  assert_non_null(strstr(error.text,
                         " cannot be proved in int4: its lead less what rounding costs "
                         "is -"));
  assert_int_equal(write_stored(&world, "coarse", "int4", true, 0, &error), LIMEN_NO);
  assert_non_null(strstr(error.text,
                         "coarse: the claim is false or cannot be proved: the query of "
                         "documents "));
  assert_false(limen_file_exists(at("coarse")));
  make(&world, "float16");
  assert_int_equal(write_stored(&world, "few", "float16", false, PAIRS - 1, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "65 of 66 pairs have a query");
  world.query[4 * D] *= 1.0001;
  assert_int_equal(write_stored(&world, "off", "float16", false, PAIRS, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the query of documents 0 and 5 is not on the grid of float16");
  world.query[4 * D] = INFINITY;
  assert_int_equal(write_stored(&world, "off", "float16", false, PAIRS, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the query of documents 0 and 5 is not finite");
  world.pair[2 * 3 + 1] = 3;
  assert_int_equal(write_stored(&world, "off", "float16", false, PAIRS, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "pair 3, of documents 0 and 3, is none or stands out of order");
  world.frame.n = N + 1;
  assert_int_equal(write_stored(&world, "off", "float16", true, 0, &error), LIMEN_INPUT);
  assert_string_equal(error.text, "the frame has 13 documents of 4 dimensions, the claim 12 of 4");
}

/* ---- tampering ---- */

/* Replaces `from` in a file of a claim by `to`, of any length, and makes the sums right again. */
static void alter(const char *name, const char *from, const char *to) {
  size_t count = 0, before = 0;
  char out[1 << 14], *text = get_file(at(name), &count);
  while (before < count && strncmp(text + before, from, strlen(from)) != 0) before++;
  assert_true(before < count);
  snprintf(out, sizeof out, "%.*s%s%s", (int)before, text, to, text + before + strlen(from));
  put_file(at(name), out, strlen(out));
  limen_free(text);
}

/* Writes a double over the one at `index` of an array. */
static void alter_number(const char *name, size_t index, size_t from_end, double value) {
  size_t count = 0;
  char *bytes = get_file(at(name), &count);
  memcpy(bytes + count - from_end * sizeof value + index * sizeof value, &value, sizeof value);
  put_file(at(name), bytes, count);
  limen_free(bytes);
}

static void an_altered_frame_is_noticed(void **state) {
  (void)state;
  alter_number("frame/classes.npy", 2, N / 2 * K, 0.5); /* class 2 */
  expect_no("classes.npy");
  expect_false(
      "frame: the claim is false or cannot be proved: the lead of class 2 less what "
      "rounding to float32 costs is -");
}

static void another_arithmetic_is_another_claim(void **state) {
  (void)state;
  alter("frame/claim.json", "float32", "int4");
  expect_false("less what rounding to int4 costs is -");
}

static void leads_are_not_overstated(void **state) {
  (void)state;
  size_t count = 0;
  char *text = get_file(at("frame/claim.json"), &count);
  const char *gap = strstr(text, "\"gap\": ");
  char was[32];
  snprintf(was, sizeof was, "%.11s", gap);
  limen_free(text);
  alter("frame/claim.json", was, "\"gap\": 7");
  expect_false("claim.json says that the smallest lead is 7");
}

static void other_frequencies_are_another_frame(void **state) {
  (void)state;
  alter("frame/claim.json", "\"frequencies\": [\n      1", "\"frequencies\": [\n      3");
  expect_false("frame: the claim is false or cannot be proved");
  alter("frame/claim.json", "\"frequencies\": [\n      3", "\"frequencies\": [\n      9");
  expect_false("claim.json: frequency 9 of a harmonic frame of 12 documents is not in 1 .. 6");
  alter("frame/claim.json", "\"frequencies\": [\n      9", "\"frequencies\": [\n      6");
  expect_false("claim.json: the frame has 3 dimensions, not 4");
  alter("frame/claim.json", "\"frequencies\": [\n      6", "\"frequencies\": [\n      \"1\"");
  expect_false("not a claim that this program can verify");
}

static void an_altered_document_is_noticed(void **state) {
  (void)state;
  alter_number("rotated/documents.npy", 5, N * D, 0.25);
  expect_false("rotated: the claim is false or cannot be proved: the query of documents ");
  alter_number("rotated/documents.npy", 5, N * D, 0.1);
  expect_false("rotated: document 1 is not on the grid of float16");
}

static void an_altered_query_is_noticed(void **state) {
  (void)state;
  alter_number("rotated/queries.npy", 0, 3 * D, -1); /* of documents 0 and 1 */
  expect_false("rotated: the claim is false or cannot be proved: the query of documents 0 and 1 ");
}

static void a_missing_query_is_noticed(void **state) {
  (void)state;
  alter("listed/claim.json", "\"listed\": 66", "\"listed\": 65");
  expect_false("listed/pairs.npy holds 66 x 2 values, the claim is about 65 x 2");
}

static void a_lead_is_not_overstated(void **state) {
  (void)state;
  alter("listed/claim.json", "\"lead\": 0.0", "\"lead\": 0.9");
  expect_false("listed/claim.json says that the smallest lead is 0.9");
}

static void more_documents_are_another_claim(void **state) {
  (void)state;
  alter("frame/claim.json", "\"documents\": 12", "\"documents\": 13");
  expect_false("frame/claim.json says that the smallest lead is ");
  alter("frame/claim.json", "\"documents\": 13", "\"documents\": 14");
  expect_false("frame/classes.npy holds 6 x 2 values, the claim is about 7 x 2");
}

/* ---- the other verifier ---- */

static int ask_python(struct limen_error *error) {
  static const char script[] = LIMEN_SOURCE_DIR "/tests/compare/verify_certificates.py";
  const char *const arguments[] = {"/usr/bin/python3", script, at("run"), NULL};
  *error = (struct limen_error){0};
  return limen_process_run(arguments, NULL, error);
}

static void python_agrees(void **state) {
  (void)state;
  const char *const has_numpy[] = {"/usr/bin/python3", "-c", "import numpy", NULL};
  static const char *const names[] = {"frame", "rotated", "listed", "SHA256SUMS"};
  struct limen_error error = {0};
  if (limen_process_run(has_numpy, NULL, &error) != LIMEN_OK) {
    print_message("skipped: /usr/bin/python3 has no numpy, so only one verifier was tried\n");
    skip();
  }
  assert_int_equal(mkdir(at("run"), 0777), 0);
  assert_int_equal(mkdir(at("run/certificates"), 0777), 0);
  for (size_t i = 0; i < 4; i++) {
    char to[64];
    snprintf(to, sizeof to, "run/certificates/%s", names[i]);
    assert_int_equal(rename(at(names[i]), at(to)), 0);
  }
  assert_int_equal(ask_python(&error), LIMEN_OK);
  assert_string_equal(error.text, "");
  /* And agrees to what is false, in each of the three. */
  alter_number("run/certificates/frame/classes.npy", 2, N / 2 * K, 0.5);
  alter_number("run/certificates/rotated/queries.npy", 0, 3 * D, -1);
  alter_number("run/certificates/listed/documents.npy", 5, N * D, 0.25);
  assert_int_equal(limen_certificates_seal(at("run/certificates"), NULL), LIMEN_OK);
  assert_int_not_equal(ask_python(&error), LIMEN_OK);
  assert_non_null(strstr(error.text, "failed: frame, listed, rotated"));
}

#undef TEST
#define TEST(name) cmocka_unit_test_setup_teardown(name, write_all, scratch_teardown)

int main(void) {
  (void)setup;
  (void)expect_verified;
  const struct CMUnitTest tests[] = {
      TEST(what_is_written_is_proved_again),  TEST(what_does_not_hold_is_not_written),
      TEST(an_altered_frame_is_noticed),      TEST(another_arithmetic_is_another_claim),
      TEST(leads_are_not_overstated),         TEST(other_frequencies_are_another_frame),
      TEST(an_altered_document_is_noticed),   TEST(an_altered_query_is_noticed),
      TEST(a_missing_query_is_noticed),       TEST(a_lead_is_not_overstated),
      TEST(more_documents_are_another_claim), TEST(python_agrees),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
