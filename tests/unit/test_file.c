/* Files, folders and other programs: what is there before stays there until the new is complete. */
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/file.h"
#include "base/hash.h"
#include "base/memory.h"
#include "base/process.h"

struct place {
  char folder[64];
  char path[128]; /* last result of `in` */
};

/* A path in the test's own folder. */
static const char *in(struct place *place, const char *name) {
  snprintf(place->path, sizeof place->path, "%s/%s", place->folder, name);
  return place->path;
}

static int setup(void **state) {
  struct place *place = calloc(1, sizeof *place);
  if (!place) return -1;
  strcpy(place->folder, "/tmp/limen-file-XXXXXX");
  *state = place;
  return mkdtemp(place->folder) ? 0 : -1;
}

static int teardown(void **state) {
  struct place *place = *state;
  int status = limen_folder_remove(place->folder, NULL);
  bool left = limen_file_exists(place->folder);
  free(place);
  return status == LIMEN_OK && !left ? 0 : -1;
}

static void expect_content(const char *path, const char *expected) {
  char *bytes = NULL;
  size_t count = 0;
  assert_int_equal(limen_file_read(path, 1 << 20, &bytes, &count, NULL), LIMEN_OK);
  assert_int_equal(count, strlen(expected));
  assert_string_equal(bytes, expected);
  limen_free(bytes);
}

static void expect_names(const char *folder, size_t n, const char *const *expected) {
  char **names = NULL;
  size_t count = 0;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, n);
  for (size_t i = 0; i < n; i++) assert_string_equal(names[i], expected[i]);
  limen_folder_list_free(names, count);
}

#define EXPECT_TEXT(error, ...)                         \
  do {                                                  \
    char expected_[1024];                               \
    snprintf(expected_, sizeof expected_, __VA_ARGS__); \
    assert_string_equal((error).text, expected_);       \
  } while (0)

/* ---- writing ---- */

static void test_a_file_appears_when_it_is_complete(void **state) {
  struct place *place = *state;
  struct limen_writer writer, other;
  struct limen_error error = {0};
  const char *path = in(place, "a.csv");
  assert_int_equal(limen_file_write(path, "old", 3, &error), LIMEN_OK);
  assert_int_equal(limen_writer_open(&writer, path, &error), LIMEN_OK);
  fputs("new, ", writer.stream);
  fflush(writer.stream);
  expect_content(path, "old");
  /* A second writer of the same file does not disturb the first. */
  assert_int_equal(limen_writer_open(&other, path, &error), LIMEN_OK);
  fputs("other", other.stream);
  fputs("complete", writer.stream);
  assert_int_equal(limen_writer_commit(&writer, &error), LIMEN_OK);
  expect_content(path, "new, complete");
  assert_int_equal(limen_writer_commit(&other, &error), LIMEN_OK);
  expect_content(path, "other");
  assert_null(writer.stream);

  assert_int_equal(limen_writer_open(&writer, path, &error), LIMEN_OK);
  fputs("never", writer.stream);
  limen_writer_cancel(&writer);
  limen_writer_cancel(&writer);
  expect_content(path, "other");
  assert_int_equal(limen_file_write(in(place, "empty"), NULL, 0, &error), LIMEN_OK);
  expect_names(place->folder, 2, (const char *const[]){"a.csv", "empty"});
}

static void test_writing_that_cannot_start(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  const char *path = in(place, "missing/a.csv");
  assert_int_equal(limen_file_write(path, "x", 1, &error), LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot write %s: No such file or directory", path);
  expect_names(place->folder, 0, NULL);
}

static void test_a_folder_is_not_overwritten(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  assert_int_equal(limen_folder_make(in(place, "a"), &error), LIMEN_OK);
  assert_int_equal(limen_file_write(in(place, "a/kept"), "x", 1, &error), LIMEN_OK);
  const char *path = in(place, "a");
  assert_int_equal(limen_file_write(path, "x", 1, &error), LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot write %s: Is a directory; what was there before is untouched", path);
  expect_names(place->folder, 1, (const char *const[]){"a"});
  expect_content(in(place, "a/kept"), "x");
}

/* A limit on file sizes stands in for a full disk: both make a write fail half-way. */
static void test_a_write_that_fails_half_way_keeps_the_old(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  struct rlimit before, tight;
  const char *path = in(place, "a.db");
  char *large = limen_alloc(1 << 20, 1, &error);
  assert_non_null(large);
  assert_int_equal(limen_file_write(path, "old", 3, &error), LIMEN_OK);
  assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
  tight = before;
  tight.rlim_cur = 8192;
  void (*handler)(int) = signal(SIGXFSZ, SIG_IGN);
  assert_int_equal(setrlimit(RLIMIT_FSIZE, &tight), 0);
  int status = limen_file_write(path, large, 1 << 20, &error);
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);
  limen_free(large);
  assert_int_equal(status, LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot write %s: File too large; what was there before is untouched", path);
  expect_content(path, "old");
  expect_names(place->folder, 1, (const char *const[]){"a.db"});
}

/* ---- reading ---- */

static void test_reading(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  char *bytes = NULL, hex[LIMEN_HASH_SIZE], large[10000];
  size_t count = 0;
  const char *path = in(place, "a");
  for (size_t i = 0; i < sizeof large; i++) large[i] = (char)(i % 251);
  assert_int_equal(limen_file_write(path, large, sizeof large, &error), LIMEN_OK);
  assert_int_equal(limen_file_read(path, sizeof large, &bytes, &count, &error), LIMEN_OK);
  assert_int_equal(count, sizeof large);
  assert_memory_equal(bytes, large, sizeof large);
  assert_int_equal(bytes[count], '\0');
  limen_free(bytes);
  bytes = NULL;
  assert_int_equal(limen_file_read(path, sizeof large - 1, &bytes, &count, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "%s is larger than 9999 bytes, the most that is read", path);
  assert_null(bytes);
  assert_int_equal(limen_file_read(place->folder, 10, &bytes, &count, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot read %s: it is a folder", place->folder);

  path = in(place, "b");
  assert_int_equal(limen_file_read(path, 10, &bytes, &count, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot read %s: No such file or directory", path);
  assert_int_equal(limen_hash_file(path, hex, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot read %s: No such file or directory", path);
  assert_int_equal(limen_hash_file(place->folder, hex, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot read %s: it is a folder", place->folder);
  /* Neither has an end, and a pipe not even a beginning. */
  assert_int_equal(mkfifo(path, 0600), 0);
  assert_int_equal(limen_hash_file(path, hex, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot read %s: it is no regular file; save what it gives to a file first",
              path);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(limen_hash_file("/dev/zero", hex, &error), LIMEN_INPUT);
  assert_int_equal(limen_file_write(path, "abc", 3, &error), LIMEN_OK);
  assert_int_equal(limen_hash_file(path, hex, &error), LIMEN_OK);
  assert_string_equal(hex, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

/* ---- folders ---- */

static void test_making_folders(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  assert_int_equal(limen_folder_make(in(place, "a//b/c/"), &error), LIMEN_OK);
  assert_true(limen_file_exists(in(place, "a/b/c")));
  assert_int_equal(limen_folder_make(in(place, "a/b"), &error), LIMEN_OK);
  assert_int_equal(limen_file_write(in(place, "file"), "x", 1, &error), LIMEN_OK);
  assert_int_equal(limen_folder_make(in(place, "file"), &error), LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot make the folder %s: Not a directory; choose another one with --out",
              in(place, "file"));
  /* A link to nothing: the reason is that something stands there, not that nothing does. */
  assert_int_equal(symlink("nowhere", in(place, "link")), 0);
  assert_int_equal(limen_folder_make(in(place, "link"), &error), LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot make the folder %s: Not a directory; choose another one with --out",
              in(place, "link"));
  assert_int_equal(limen_folder_make("", &error), LIMEN_FAILED);
}

static void test_removing_does_not_follow_links(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  char outside[128], target[128];
  snprintf(outside, sizeof outside, "%s/outside", place->folder);
  snprintf(target, sizeof target, "%s/outside/kept", place->folder);
  assert_int_equal(limen_folder_make(outside, &error), LIMEN_OK);
  assert_int_equal(limen_file_write(target, "x", 1, &error), LIMEN_OK);
  assert_int_equal(limen_folder_make(in(place, "run/deep/er"), &error), LIMEN_OK);
  assert_int_equal(limen_file_write(in(place, "run/deep/file"), "y", 1, &error), LIMEN_OK);
  assert_int_equal(symlink(outside, in(place, "run/deep/link")), 0);
  assert_int_equal(symlink(target, in(place, "run/file-link")), 0);
  assert_int_equal(limen_folder_remove(in(place, "run/"), &error), LIMEN_OK);
  assert_false(limen_file_exists(in(place, "run")));
  expect_content(target, "x");

  /* A link to a folder, with and without the slash that asks for what lies behind it. */
  assert_int_equal(symlink(outside, in(place, "link")), 0);
  assert_int_equal(limen_folder_remove(in(place, "link/"), &error), LIMEN_OK);
  expect_content(target, "x");
  expect_names(place->folder, 1, (const char *const[]){"outside"});
  assert_int_equal(limen_folder_remove(in(place, "link"), &error), LIMEN_OK); /* missing is fine */
  assert_int_equal(limen_folder_remove(in(place, "outside/kept/x"), &error), LIMEN_FAILED);
  EXPECT_TEXT(error, "cannot remove %s: Not a directory", in(place, "outside/kept/x"));
}

static void test_listing_is_sorted_by_bytes(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  char **names = NULL;
  size_t count = 7;
  const char *const unsorted[] = {"b", "a10", "a9", "B", ".hidden"};
  expect_names(place->folder, 0, NULL);
  for (size_t i = 0; i < 5; i++)
    assert_int_equal(limen_file_write(in(place, unsorted[i]), "", 0, &error), LIMEN_OK);
  expect_names(place->folder, 5, (const char *const[]){".hidden", "B", "a10", "a9", "b"});
  const char *path = in(place, "missing");
  assert_int_equal(limen_folder_list(path, &names, &count, &error), LIMEN_INPUT);
  EXPECT_TEXT(error, "cannot list %s: No such file or directory", path);
  assert_null(names);
}

static void test_sweeping_takes_only_what_lay_aside(void **state) {
  struct place *place = *state;
  static const char *const kept[] = {"-1.new",      ".new",     "12-1.new",  "a.1-.new",
                                     "a.1-2.newer", "a.12.new", "a.x-1.new", "notes.new"};
  for (size_t i = 0; i < sizeof kept / sizeof *kept; i++)
    assert_int_equal(limen_file_write(in(place, kept[i]), "x", 1, NULL), LIMEN_OK);
  char *file = limen_path_aside(in(place, "a.new.b"), NULL),
       *folder = limen_path_aside(in(place, "plots"), NULL), *other = NULL;
  assert_non_null(file);
  assert_non_null(folder);
  assert_string_not_equal(strrchr(file, '-'), strrchr(folder, '-')); /* never the same twice */
  assert_int_equal(limen_file_write(file, "half", 4, NULL), LIMEN_OK);
  assert_int_equal(limen_folder_make(folder, NULL), LIMEN_OK);
  assert_non_null(other = limen_path_join(folder, "x.svg", NULL));
  assert_int_equal(limen_file_write(other, "half", 4, NULL), LIMEN_OK);
  limen_folder_sweep(place->folder);
  expect_names(place->folder, sizeof kept / sizeof *kept, kept);
  limen_folder_sweep(in(place, "missing"));
  limen_free(file);
  limen_free(folder);
  limen_free(other);
}

static void test_joining_paths(void **state) {
  (void)state;
  const struct {
    const char *folder, *name, *expected;
  } cases[] = {{"a", "b", "a/b"}, {"a/", "b", "a/b"}, {"/", "b", "/b"}, {"", "b", "/b"}};
  for (size_t i = 0; i < 4; i++) {
    char *path = limen_path_join(cases[i].folder, cases[i].name, NULL);
    assert_string_equal(path, cases[i].expected);
    limen_free(path);
  }
}

/* ---- other programs ---- */

static int run(const char *script, const char *folder, struct limen_error *error) {
  return limen_process_run((const char *const[]){"sh", "-c", script, NULL}, folder, error);
}

static void test_running_a_program(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  assert_int_equal(run("echo loud; echo quiet >&2; printf 57 > result", place->folder, &error),
                   LIMEN_OK);
  expect_content(in(place, "result"), "57");
  /* Standard input is empty, so nothing can wait for it. */
  assert_int_equal(run("cat > copy", place->folder, &error), LIMEN_OK);
  expect_content(in(place, "copy"), "");
  /* Arguments arrive as they are. */
  assert_int_equal(limen_process_run((const char *const[]){"touch", "$(echo a); b", NULL},
                                     place->folder, &error),
                   LIMEN_OK);
  assert_true(limen_file_exists(in(place, "$(echo a); b")));
}

static void test_a_program_that_fails(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  assert_int_equal(run("echo 'line 3: syntax error' >&2; exit 3", place->folder, &error),
                   LIMEN_FAILED);
  assert_string_equal(error.text, "sh failed: line 3: syntax error");
  assert_int_equal(run("exit 3", place->folder, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "sh failed: it gave no reason");
  assert_int_equal(run("kill -9 $$", place->folder, &error), LIMEN_FAILED);
  assert_string_equal(error.text, "sh failed: it gave no reason");
  assert_int_equal(
      limen_process_run((const char *const[]){"limen-no-such-program", NULL}, NULL, &error),
      LIMEN_FAILED);
  assert_string_equal(
      error.text,
      "cannot start limen-no-such-program: No such file or directory; `limen doctor` "
      "says what to install");
}

static void test_the_last_words_of_a_talkative_program_are_kept(void **state) {
  struct place *place = *state;
  struct limen_error error = {0};
  assert_int_equal(
      run("yes chatter | head -n 100000 >&2; echo the cause >&2; exit 1", place->folder, &error),
      LIMEN_FAILED);
  size_t length = strlen(error.text);
  assert_true(length > 500 && length < sizeof error.text - 1);
  assert_string_equal(error.text + length - 17, "chatter\nthe cause");
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test_setup_teardown(test_a_file_appears_when_it_is_complete, setup, teardown),
      cmocka_unit_test_setup_teardown(test_writing_that_cannot_start, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_folder_is_not_overwritten, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_write_that_fails_half_way_keeps_the_old, setup,
                                      teardown),
      cmocka_unit_test_setup_teardown(test_reading, setup, teardown),
      cmocka_unit_test_setup_teardown(test_making_folders, setup, teardown),
      cmocka_unit_test_setup_teardown(test_removing_does_not_follow_links, setup, teardown),
      cmocka_unit_test_setup_teardown(test_listing_is_sorted_by_bytes, setup, teardown),
      cmocka_unit_test_setup_teardown(test_sweeping_takes_only_what_lay_aside, setup, teardown),
      cmocka_unit_test_setup_teardown(test_joining_paths, setup, teardown),
      cmocka_unit_test_setup_teardown(test_running_a_program, setup, teardown),
      cmocka_unit_test_setup_teardown(test_a_program_that_fails, setup, teardown),
      cmocka_unit_test_setup_teardown(test_the_last_words_of_a_talkative_program_are_kept, setup,
                                      teardown),
  };
  return cmocka_run_group_tests_name("file", tests, NULL, NULL);
}
