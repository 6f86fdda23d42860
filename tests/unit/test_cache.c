/* The cache: what was put is found, damage counts as absence, writers do not disturb each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "store/cache.h"

/* SHA-256 of "abc", the example of FIPS 180. */
#define ABC "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static char folder[64];

static int setup(void **state) {
  (void)state;
  strcpy(folder, "/tmp/limen-cache-XXXXXX");
  if (!mkdtemp(folder)) return -1;
  unsetenv("XDG_CACHE_HOME");
  return setenv("LIMEN_CACHE", folder, 1);
}

static int teardown(void **state) {
  (void)state;
  return limen_folder_remove(folder, NULL);
}

/* Writes the text that is its context. */
static int write_text(void *context, const char *path, struct limen_error *error) {
  return limen_file_write(path, context, strlen(context), error);
}

static int fail_midway(void *context, const char *path, struct limen_error *error) {
  (void)context;
  assert_int_equal(limen_file_write(path, "half", 4, error), LIMEN_OK);
  return LIMEN_FAIL(error, LIMEN_INTERRUPTED, "stopped at query 17");
}

static void expect_content(const char *path, const char *expected) {
  char *bytes = NULL;
  size_t count = 0;
  assert_non_null(path);
  assert_int_equal(limen_file_read(path, 1 << 16, &bytes, &count, NULL), LIMEN_OK);
  assert_string_equal(bytes, expected);
  limen_free(bytes);
}

static void put(const char *key, const char *content, const char *expected) {
  struct limen_error error = {0};
  char *path = NULL;
  int status = limen_cache_put(key, write_text, (void *)content, &path, &error);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  expect_content(path, expected);
  limen_free(path);
}

/* NULL: it must be absent. */
static void get(const char *key, const char *expected) {
  struct limen_error error = {0};
  char *path = NULL;
  bool found = !expected;
  assert_int_equal(limen_cache_get(key, &path, &found, &error), LIMEN_OK);
  assert_string_equal(error.text, "");
  assert_int_equal(found, expected != NULL);
  if (expected)
    expect_content(path, expected);
  else
    assert_null(path);
  limen_free(path);
}

static size_t entries(void) {
  char **names = NULL;
  size_t count = 0;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  limen_folder_list_free(names, count);
  return count;
}

static void test_round_trip(void **state) {
  (void)state;
  get("abc", NULL);
  put("abc", "0.11 0.32", "0.11 0.32");
  get("abc", "0.11 0.32");
  get("abd", NULL);
  put("", "an empty key is a key", "an empty key is a key");
  put("empty", "", "");
  get("empty", "");
  get("", "an empty key is a key");
  assert_int_equal(entries(), 3);
}

static void test_an_entry_checks_with_sha256sum(void **state) {
  (void)state;
  char path[256];
  put("abc", "abc", "abc");
  snprintf(path, sizeof path, "%s/" ABC "/SHA256SUMS", folder);
  expect_content(path, ABC "  content\n");
  snprintf(path, sizeof path, "%s/" ABC "/key", folder);
  expect_content(path, "abc");
}

static void test_written_once(void **state) {
  (void)state;
  put("abc", "first", "first");
  put("abc", "second", "first");
  get("abc", "first");
  assert_int_equal(entries(), 1);
}

static void test_a_failed_write_leaves_nothing(void **state) {
  (void)state;
  struct limen_error error = {0};
  char *path = (char *)"set";
  assert_int_equal(limen_cache_put("abc", fail_midway, NULL, &path, &error), LIMEN_INTERRUPTED);
  assert_string_equal(error.text, "stopped at query 17");
  assert_null(path);
  assert_int_equal(entries(), 0);
  get("abc", NULL);
}

/* Each of these damages the entry at `path` (of the file named). */
static void alter(const char *path) { limen_file_write(path, "0.11 0.33", 9, NULL); }
static void lengthen(const char *path) { limen_file_write(path, "0.11 0.32 ", 10, NULL); }
static void cut(const char *path) { assert_int_equal(truncate(path, 4), 0); }
static void drop(const char *path) { assert_int_equal(unlink(path), 0); }
static void make_folder(const char *path) {
  assert_int_equal(unlink(path), 0);
  assert_int_equal(mkdir(path, 0777), 0);
}

static void test_damage_counts_as_absence(void **state) {
  (void)state;
  static void (*const damages[])(const char *path) = {alter, lengthen, cut, drop, make_folder};
  static const char *const files[] = {"content", "SHA256SUMS"};
  for (size_t i = 0; i < sizeof damages / sizeof *damages; i++)
    for (size_t j = 0; j < 2; j++) {
      char path[256];
      put("abc", "0.11 0.32", "0.11 0.32");
      get("abc", "0.11 0.32");
      snprintf(path, sizeof path, "%s/" ABC "/%s", folder, files[j]);
      damages[i](path);
      get("abc", NULL);
      assert_int_equal(entries(), 0);
      /* A put meets the damage itself when nobody looked before. */
      put("abc", "0.11 0.32", "0.11 0.32");
      damages[i](path);
      put("abc", "0.11 0.32", "0.11 0.32");
      get("abc", "0.11 0.32");
      assert_int_equal(entries(), 1);
    }
}

/* Eight processes put the same key again and again while others damage nothing but look. */
static void test_concurrent_writers(void **state) {
  (void)state;
  enum { PROCESSES = 8, TIMES = 20 };
  pid_t children[PROCESSES];
  for (int i = 0; i < PROCESSES; i++) {
    children[i] = fork();
    assert_true(children[i] >= 0);
    if (children[i] > 0) continue;
    bool good = true;
    for (int j = 0; j < TIMES && good; j++) {
      char key[32], *path = NULL, *bytes = NULL;
      size_t count = 0;
      snprintf(key, sizeof key, "key %d", j);
      good = limen_cache_put(key, write_text, key, &path, NULL) == LIMEN_OK &&
             limen_file_read(path, 64, &bytes, &count, NULL) == LIMEN_OK && !strcmp(bytes, key);
      limen_free(path);
      limen_free(bytes);
    }
    _exit(good ? 0 : 1);
  }
  for (int i = 0; i < PROCESSES; i++) {
    int code = -1;
    assert_int_equal(waitpid(children[i], &code, 0), children[i]);
    assert_int_equal(code, 0);
  }
  assert_int_equal(entries(), TIMES);
  get("key 19", "key 19");
}

static void expect_at(const char *place) {
  char path[256];
  put("abc", "x", "x");
  snprintf(path, sizeof path, "%s/%s/" ABC "/content", folder, place);
  assert_true(limen_file_exists(path));
  snprintf(path, sizeof path, "%s/%s", folder, place);
  assert_int_equal(limen_folder_remove(path, NULL), LIMEN_OK);
}

static void test_where_the_cache_is(void **state) {
  (void)state;
  char path[128], *home = getenv("HOME"), *kept = home ? strdup(home) : NULL;
  snprintf(path, sizeof path, "%s/own", folder);
  setenv("LIMEN_CACHE", path, 1);
  setenv("XDG_CACHE_HOME", folder, 1);
  setenv("HOME", folder, 1);
  expect_at("own");
  setenv("LIMEN_CACHE", "", 1);
  expect_at("limen");
  unsetenv("LIMEN_CACHE");
  expect_at("limen");
  setenv("XDG_CACHE_HOME", "relative", 1);
  expect_at(".cache/limen");
  unsetenv("XDG_CACHE_HOME");
  expect_at(".cache/limen");
  unsetenv("HOME");
  struct limen_error error = {0};
  char *found_path = NULL;
  bool found = true;
  assert_int_equal(limen_cache_get("abc", &found_path, &found, &error), LIMEN_FAILED);
  assert_false(found);
  assert_string_equal(error.text,
                      "there is no place for the cache: neither LIMEN_CACHE nor XDG_CACHE_HOME nor "
                      "HOME is set; set LIMEN_CACHE to a folder");
  if (kept) setenv("HOME", kept, 1);
  free(kept);
}

static void test_a_place_that_cannot_be_written(void **state) {
  (void)state;
  struct limen_error error = {0};
  char path[128], wanted[320], *made = NULL;
  snprintf(path, sizeof path, "%s/file", folder);
  assert_int_equal(limen_file_write(path, "x", 1, NULL), LIMEN_OK);
  setenv("LIMEN_CACHE", path, 1);
  get("abc", NULL);
  assert_int_equal(limen_cache_put("abc", write_text, (void *)"x", &made, &error), LIMEN_FAILED);
  snprintf(wanted, sizeof wanted,
           "nothing can be cached (LIMEN_CACHE names another place): cannot make the folder %s: "
           "Not a directory",
           path);
  assert_memory_equal(error.text, wanted, strlen(wanted));
  assert_null(made);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_round_trip, setup, teardown),
      cmocka_unit_test_setup_teardown(test_an_entry_checks_with_sha256sum, setup, teardown),
      cmocka_unit_test_setup_teardown(test_written_once, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_failed_write_leaves_nothing, setup, teardown),
      cmocka_unit_test_setup_teardown(test_damage_counts_as_absence, setup, teardown),
      cmocka_unit_test_setup_teardown(test_concurrent_writers, setup, teardown),
      cmocka_unit_test_setup_teardown(test_where_the_cache_is, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_place_that_cannot_be_written, setup, teardown),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
