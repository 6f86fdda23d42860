/* The base layer without its files: errors, memory, text, numbers, hashes, random streams, time. */
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/rng.h"
#include "base/text.h"
#include "base/threads.h"

/* ---- errors ---- */

static void test_an_error_says_what_and_where(void **state) {
  (void)state;
  struct limen_error error = {0};
  assert_int_equal(LIMEN_FAIL(&error, LIMEN_INPUT, "row %d of %s", 57, "a.fvecs"), LIMEN_INPUT);
  assert_int_equal(error.status, LIMEN_INPUT);
  assert_string_equal(error.text, "row 57 of a.fvecs");
  assert_non_null(strstr(error.source, "test_base.c"));
  assert_true(error.line > 20);
  assert_int_equal(LIMEN_FAIL(NULL, LIMEN_CANNOT_TELL, "nobody listens"), LIMEN_CANNOT_TELL);
  assert_int_equal(limen_error_prefix(&error, "reading %s", "x.yml"), LIMEN_INPUT);
  assert_string_equal(error.text, "reading x.yml: row 57 of a.fvecs");
  assert_int_equal(limen_error_prefix(NULL, "reading"), LIMEN_FAILED);
}

static void test_long_errors_are_cut(void **state) {
  (void)state;
  struct limen_error error = {0};
  char longer[2000];
  memset(longer, 'x', sizeof longer - 1);
  longer[sizeof longer - 1] = '\0';
  assert_int_equal(LIMEN_FAIL(&error, LIMEN_USAGE, "a%s", longer), LIMEN_USAGE);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  assert_int_equal(limen_error_prefix(&error, "file:%d", 7), LIMEN_USAGE);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  assert_int_equal(strncmp(error.text, "file:7: axx", 11), 0);
  /* A prefix that fills the text alone leaves no room for ": " either. */
  assert_int_equal(limen_error_prefix(&error, "b%s", longer), LIMEN_USAGE);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  assert_int_equal(error.text[0], 'b');
  assert_null(strchr(error.text, ':'));
}

/* Files of strangers are quoted in messages, and must not steer the terminal that shows them. */
static void test_errors_are_plain_text(void **state) {
  (void)state;
  struct limen_error error = {0};
  char longer[2000];
  LIMEN_FAIL(&error, LIMEN_INPUT, "a\x1b[2J %s\t\n%s",
             "\xc2\x9b"
             "b",
             "\xff\xc3\xa4 \xf0\x9f\x98\x80\xed\xa0\x80");
  assert_string_equal(error.text, "a?[2J ?b?\n?\xc3\xa4 \xf0\x9f\x98\x80???");
  limen_error_prefix(&error, "%s", "c\r\x7f");
  assert_string_equal(error.text, "c??: a?[2J ?b?\n?\xc3\xa4 \xf0\x9f\x98\x80???");
  /* The end of the text cuts the last character in two. */
  for (size_t i = 0; i + 1 < sizeof longer; i++) longer[i] = i % 2 ? '\xa4' : '\xc3';
  longer[sizeof longer - 1] = '\0';
  LIMEN_FAIL(&error, LIMEN_INPUT, "%s", longer);
  assert_int_equal(strlen(error.text), sizeof error.text - 1);
  assert_string_equal(error.text + sizeof error.text - 4, "\xc3\xa4?");
  LIMEN_FAIL(&error, LIMEN_INPUT, " %s", longer);
  assert_string_equal(error.text + sizeof error.text - 3, "\xc3\xa4");
}

/* ---- memory ---- */

static void test_memory_is_zeroed_and_aligned(void **state) {
  (void)state;
  for (size_t bytes = 0; bytes < 300; bytes += 37) {
    unsigned char *block = limen_alloc(bytes, 1, NULL);
    assert_non_null(block);
    assert_int_equal((uintptr_t)block % LIMEN_ALIGNMENT, 0);
    for (size_t i = 0; i < bytes; i++) assert_int_equal(block[i], 0);
    memset(block, 0xa5, bytes); /* so that a block that comes back would show */
    limen_free(block);
  }
  limen_free(NULL);
}

static void test_impossible_sizes_are_refused(void **state) {
  (void)state;
  struct limen_error error = {0};
  assert_null(limen_alloc(SIZE_MAX / 8 + 1, 8, &error));
  assert_int_equal(error.status, LIMEN_FAILED);
  assert_string_equal(
      error.text, "2305843009213693952 elements of 8 bytes are more than a machine can address");
  assert_null(limen_alloc(SIZE_MAX, 1, &error)); /* would wrap when it is rounded up */
  assert_null(limen_copy("abc", SIZE_MAX, 2, &error));

  float *block = limen_alloc(3, sizeof *block, NULL);
  size_t capacity = 3;
  assert_non_null(block);
  block[2] = 0.57f;
  assert_int_equal(limen_grow(&block, &capacity, SIZE_MAX, sizeof *block, &error), LIMEN_FAILED);
  assert_int_equal(capacity, 3);
  assert_true(block[2] == 0.57f);
  limen_free(block);
}

static void test_growing_keeps_and_zeroes(void **state) {
  (void)state;
  int *block = NULL;
  size_t capacity = 0;
  for (size_t need = 1; need < 1000; need = 2 * need + 1) {
    size_t before = capacity;
    assert_int_equal(limen_grow(&block, &capacity, need, sizeof *block, NULL), LIMEN_OK);
    assert_true(capacity >= need && (capacity == before || capacity >= 2 * before));
    for (size_t i = 0; i < before; i++) assert_int_equal(block[i], (int)i + 11);
    for (size_t i = before; i < capacity; i++) {
      assert_int_equal(block[i], 0);
      block[i] = (int)i + 11;
    }
  }
  limen_free(block);
}

static void test_copies(void **state) {
  (void)state;
  char source[] = "tau=0.32";
  char *text = limen_copy_text(source, NULL), *printed = limen_print(NULL, "%s/%d", source, 57);
  double values[] = {0.11, 0.32}, *copy = limen_copy(values, 2, sizeof *values, NULL);
  source[0] = 'X';
  values[1] = 0;
  assert_string_equal(text, "tau=0.32");
  assert_string_equal(printed, "tau=0.32/57");
  assert_true(copy[0] == 0.11 && copy[1] == 0.32);
  assert_null(limen_copy_text(NULL, NULL));
  limen_free(text);
  limen_free(printed);
  limen_free(copy);
}

/* ---- text ---- */

static void test_text_grows(void **state) {
  (void)state;
  struct limen_text text = {0};
  struct limen_error error = {0};
  assert_string_equal(limen_text_string(&text), "");
  limen_text_add(&text, "a");
  limen_text_add_bytes(&text, "bcd", 2);
  limen_text_print(&text, "-%d-%s", 57, "e");
  assert_string_equal(limen_text_string(&text), "abc-57-e");
  assert_int_equal(text.length, 8);
  for (int i = 0; i < 1000; i++) limen_text_print(&text, "%03d", i);
  assert_int_equal(text.length, 3008);
  assert_string_equal(text.data + 3002, "998999");
  assert_int_equal(limen_text_status(&text, &error), LIMEN_OK);
  limen_text_clear(&text);
  assert_null(text.data);
  limen_text_clear(&text);
}

static void test_a_failed_text_stays_failed(void **state) {
  (void)state;
  struct limen_text text = {0};
  struct limen_error error = {0};
  limen_text_add(&text, "kept");
  text.failed = true;
  limen_text_add(&text, "lost");
  limen_text_print(&text, "%d", 4);
  assert_string_equal(limen_text_string(&text), "kept");
  assert_int_equal(limen_text_status(&text, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "out of memory while writing 4 bytes of text");
  limen_text_clear(&text);
}

static void test_numbers_read_back(void **state) {
  (void)state;
  const struct {
    double value;
    const char *text;
  } cases[] = {{0.1, "0.1"},
               {0.1 + 0.2, "0.30000000000000004"},
               {1.0 / 3, "0.3333333333333333"},
               {26, "26"},
               {-250000000, "-250000000"},
               {1e14, "100000000000000"},
               {1e15, "1e+15"},
               {1e-5, "1e-05"},
               {0, "0"},
               {5e-324, "5e-324"},
               {1.7976931348623157e308, "1.7976931348623157e+308"},
               {INFINITY, "inf"},
               {-INFINITY, "-inf"},
               {NAN, ""}};
  char out[LIMEN_NUMBER_SIZE];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(limen_number(cases[i].value, out), cases[i].text);

  gsl_rng *rng = limen_rng_alloc(7, "numbers", NULL);
  assert_non_null(rng);
  for (size_t i = 0; i < 20000; i++) {
    uint64_t bits = gsl_rng_get(rng);
    double value;
    memcpy(&value, &bits, sizeof value);
    if (isnan(value)) continue;
    assert_true(strtod(limen_number(value, out), NULL) == value);
    assert_true(strlen(out) < LIMEN_NUMBER_SIZE);
  }
  limen_rng_free(rng);
}

/* ---- hashes: the examples of FIPS 180-4 ---- */

static void test_hashes(void **state) {
  (void)state;
  char hex[LIMEN_HASH_SIZE], *million = limen_alloc(1000000, 1, NULL);
  assert_non_null(million);
  memset(million, 'a', 1000000);
  assert_int_equal(limen_hash_text("abc", 3, hex, NULL), LIMEN_OK);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  assert_int_equal(limen_hash_text("", 0, hex, NULL), LIMEN_OK);
  assert_string_equal(hex, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  assert_int_equal(limen_hash_text(million, 1000000, hex, NULL), LIMEN_OK);
  assert_string_equal(hex, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  limen_free(million);
}

/* ---- random streams ---- */

static void test_the_generator_is_xoshiro256_plus_plus(void **state) {
  (void)state;
  gsl_rng *rng = limen_rng_alloc(1, "any", NULL);
  const uint64_t start[4] = {1, 2, 3, 4};
  /* What the authors' own C code gives from this state. */
  const uint64_t expected[] = {41943041, 58720359, 3588806011781223, 3591011842654386};
  assert_non_null(rng);
  assert_int_equal(gsl_rng_size(rng), sizeof start);
  memcpy(gsl_rng_state(rng), start, sizeof start);
  for (size_t i = 0; i < 4; i++) assert_true(gsl_rng_get(rng) == expected[i]);
  limen_rng_free(rng);
  limen_rng_free(NULL);
}

/* Computed by a second implementation, in Python, of the rule in rng.h. A change here changes every
 * number that this program reports. */
static void test_streams_never_change(void **state) {
  (void)state;
  const struct {
    uint64_t seed;
    const char *stream;
    uint64_t expected[3];
  } cases[] = {
      {42, "queries", {14109017007295820916U, 7757037977993562677U, 17627317153759983813U}},
      {UINT64_MAX,
       "documents",
       {15984433260601410828U, 15848183767814949494U, 13520631023563172096U}},
  };
  for (size_t i = 0; i < 2; i++) {
    gsl_rng *rng = limen_rng_alloc(cases[i].seed, cases[i].stream, NULL);
    assert_non_null(rng);
    for (size_t j = 0; j < 3; j++) assert_true(gsl_rng_get(rng) == cases[i].expected[j]);
    limen_rng_free(rng);
  }
  gsl_rng *rng = limen_rng_alloc(42, "queries", NULL);
  assert_true(gsl_rng_uniform(rng) == 0.7648513445472529);
  limen_rng_free(rng);
}

static void test_streams_differ_by_seed_and_name(void **state) {
  (void)state;
  const struct {
    uint64_t seed;
    const char *stream;
  } cases[] = {{42, "queries"}, {43, "queries"}, {42, "query"}, {4, "2/queries"}, {42, ""}};
  unsigned long first[5];
  for (size_t i = 0; i < 5; i++) {
    gsl_rng *rng = limen_rng_alloc(cases[i].seed, cases[i].stream, NULL);
    gsl_rng *twin = limen_rng_alloc(cases[i].seed, cases[i].stream, NULL);
    first[i] = gsl_rng_get(rng);
    assert_true(first[i] == gsl_rng_get(twin));
    for (size_t j = 0; j < i; j++) assert_true(first[i] != first[j]);
    for (size_t j = 0; j < 1000; j++) {
      double uniform = gsl_rng_uniform(rng);
      assert_true(uniform >= 0 && uniform < 1 && uniform == gsl_rng_uniform(twin));
    }
    limen_rng_free(rng);
    limen_rng_free(twin);
  }
}

static void test_a_stream_name_has_a_limit(void **state) {
  (void)state;
  struct limen_error error = {0};
  char name[600];
  memset(name, 'x', sizeof name - 1);
  name[sizeof name - 1] = '\0';
  assert_null(limen_rng_alloc(1, name, &error));
  assert_int_equal(error.status, LIMEN_FAILED);
  assert_string_equal(
      error.text, "the stream name \"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...\" is too long");
}

/* ---- time, threads ---- */

static void test_durations_in_words(void **state) {
  (void)state;
  const struct {
    double seconds;
    const char *words;
  } cases[] = {{-3, "0.0 s"},        {NAN, "0.0 s"},
               {3.14, "3.1 s"},      {9.96, "10 s"},
               {59.4, "59 s"},       {59.6, "1 min 00 s"},
               {125, "2 min 05 s"},  {3599.7, "1 h 00 min"},
               {4321, "1 h 12 min"}, {INFINITY, "277777 h 46 min"}};
  char out[32];
  for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
    assert_string_equal(limen_clock_words(cases[i].seconds, out), cases[i].words);
  double before = limen_clock_s();
  assert_true(limen_clock_s() >= before);
  limen_clock_date(out);
  assert_int_equal(strlen(out), 20);
  assert_int_equal(out[10], 'T');
  assert_int_equal(out[19], 'Z');
}

static void test_interruption_is_a_flag(void **state) {
  (void)state;
  assert_false(limen_interrupted());
  limen_interrupt_install();
  raise(SIGTERM);
  assert_true(limen_interrupted());
  limen_interrupt_set(false);
  assert_false(limen_interrupted());
  limen_threads_set(3);
  assert_int_equal(limen_threads(), 3);
  limen_threads_set(0);
  assert_true(limen_threads() >= 1);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_an_error_says_what_and_where),
      cmocka_unit_test(test_long_errors_are_cut),
      cmocka_unit_test(test_errors_are_plain_text),
      cmocka_unit_test(test_memory_is_zeroed_and_aligned),
      cmocka_unit_test(test_impossible_sizes_are_refused),
      cmocka_unit_test(test_growing_keeps_and_zeroes),
      cmocka_unit_test(test_copies),
      cmocka_unit_test(test_text_grows),
      cmocka_unit_test(test_a_failed_text_stays_failed),
      cmocka_unit_test(test_numbers_read_back),
      cmocka_unit_test(test_hashes),
      cmocka_unit_test(test_the_generator_is_xoshiro256_plus_plus),
      cmocka_unit_test(test_streams_never_change),
      cmocka_unit_test(test_streams_differ_by_seed_and_name),
      cmocka_unit_test(test_a_stream_name_has_a_limit),
      cmocka_unit_test(test_durations_in_words),
      cmocka_unit_test(test_interruption_is_a_flag),
  };
  return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
