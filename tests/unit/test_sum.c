/* A store that was closed and is another one afterwards. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/hash.h"
#include "store/sum.h"
#include "unit/toy_store.h"

static bool has_sum(void) { return limen_file_exists(at("run/.run.db.sha256")); }

static void test_any_byte(void **state) {
  (void)state;
  size_t count = 0;
  make_run(3);
  char *bytes = get_file(at("run/run.db"), &count);
  for (size_t i = 57; i < count; i += count / 11) {
    bytes[i] ^= 4;
    put_file(at("run/run.db"), bytes, count);
    refuse_to_open(
        LIMEN_STORE_READ, LIMEN_INPUT,
        "/run/run.db is damaged: it is not what it was when its run ended, its SHA-256 was ");
    refuse_to_open(LIMEN_STORE_WRITE, LIMEN_INPUT, "; start over with --fresh");
    bytes[i] ^= 4;
  }
  put_file(at("run/run.db"), bytes, count - 1);
  refuse_to_open(LIMEN_STORE_WRITE, LIMEN_INPUT, "is damaged");
  put_file(at("run/run.db"), bytes, count); /* refusing left everything as it was */
  limen_store_close(open_store(LIMEN_STORE_READ));
  limen_store_close(open_store(LIMEN_STORE_WRITE));
  bytes[57] ^= 4;
  put_file(at("run/run.db"), bytes, count);
  limen_store_close(open_store(LIMEN_STORE_FRESH));
  limen_free(bytes);
}

/* While it is written, and after a writer that did not close it, there is none. */
static void test_only_of_what_was_closed(void **state) {
  (void)state;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  assert_false(has_sum());
  assert_int_equal(put_cell(store, 0, 100, NULL), LIMEN_OK);
  struct limen_store *reader = open_store(LIMEN_STORE_READ);
  assert_true(has_cell(reader, 0, 100));
  limen_store_close(reader);
  assert_false(has_sum());
  limen_store_close(store);
  assert_true(has_sum());
  /* One that could not be opened is not called whole. */
  change("PRAGMA user_version=57");
  refuse_to_open(LIMEN_STORE_WRITE, LIMEN_INPUT, "schema 57");
  assert_false(has_sum());
}

static void test_as_sha256sum_writes_it(void **state) {
  (void)state;
  char expected[160];
  make_run(1);
  assert_int_equal(limen_hash_file(at("run/run.db"), expected, NULL), LIMEN_OK);
  strcat(expected, "  run.db\n");
  expect_file(at("run/.run.db.sha256"), expected);
}

/* Who removed the database, or copied it without the hidden file, is not held up. */
static void test_one_without_the_other(void **state) {
  (void)state;
  make_run(1);
  bool known = true;
  struct limen_error error = {0};
  assert_int_equal(limen_sum_check(at("run"), &known, &error), LIMEN_OK);
  assert_true(known);
  assert_int_equal(unlink(at("run/.run.db.sha256")), 0);
  assert_int_equal(limen_sum_check(at("run"), &known, &error), LIMEN_OK);
  assert_false(known);
  limen_store_close(open_store(LIMEN_STORE_READ));
  limen_store_close(open_store(LIMEN_STORE_WRITE));
  assert_true(has_sum());
  assert_int_equal(unlink(at("run/run.db")), 0);
  limen_store_close(open_store(LIMEN_STORE_WRITE));
}

static void test_a_sum_that_stays(void **state) {
  (void)state;
  make_run(0);
  assert_int_equal(unlink(at("run/.run.db.sha256")), 0);
  assert_int_equal(unlink(at("run/run.db")), 0);
  assert_int_equal(mkdir(at("run/.run.db.sha256"), 0777), 0);
  refuse_to_open(LIMEN_STORE_WRITE, LIMEN_INPUT, "/run/.run.db.sha256: it is a folder");
  struct limen_error error = {0};
  assert_int_equal(limen_sum_drop(at("run"), &error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "cannot remove "));
  assert_non_null(strstr(error.text, "; choose another folder with --out"));
}

static void test_a_store_that_was_never_filled(void **state) {
  (void)state;
  assert_int_equal(mkdir(at("run"), 0777), 0);
  assert_false(limen_store_unfilled(at("run")));
  put_file(at("run/run.db"), "", 0);
  assert_true(limen_store_unfilled(at("run")));
  refuse_to_open(
      LIMEN_STORE_READ, LIMEN_INPUT,
      "/run/run.db: the store holds no run yet: run it again, or start over with --fresh");
  make_run(1);
  assert_false(limen_store_unfilled(at("run")));
  put_file(at("run/run.db"), "no database, and long enough to be told from one", 48);
  assert_false(limen_store_unfilled(at("run")));
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_any_byte),
      TEST(test_only_of_what_was_closed),
      TEST(test_as_sha256sum_writes_it),
      TEST(test_one_without_the_other),
      TEST(test_a_sum_that_stays),
      TEST(test_a_store_that_was_never_filled),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
