/* The run database beside other processes, after any end of its writer, on full and closed disks.
 */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/threads.h"
#include "unit/toy_store.h"

/* Runs `work` in a child, which ends with its result. */
static pid_t start(int (*work)(int out), int *in) {
  int ends[2];
  assert_int_equal(pipe(ends), 0);
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) {
    close(ends[0]);
    _exit(work(ends[1]));
  }
  close(ends[1]);
  *in = ends[0];
  return child;
}

/* The exit status; `words`, 1024 bytes, gets what the child said. */
static int end_of(pid_t child, int in, char *words) {
  size_t used = 0;
  for (ssize_t got; used < 1023 && (got = read(in, words + used, 1023 - used)) > 0;)
    used += (size_t)got;
  words[used] = '\0';
  close(in);
  int code = -1;
  assert_int_equal(waitpid(child, &code, 0), child);
  assert_true(WIFEXITED(code));
  return WEXITSTATUS(code);
}

static void tell(int out, const char *words) {
  if (write(out, words, strlen(words)) < 0) _exit(99);
}

static int open_in_child(int out, enum limen_store_mode mode) {
  struct limen_store *store = NULL;
  struct limen_error error = {0};
  int status = limen_store_open(at("run"), mode, &store, &error);
  tell(out, error.text);
  if (status == LIMEN_OK) status = has_cell(store, 0, 100) ? 0 : 98;
  limen_store_close(store);
  return status;
}

static int write_in_child(int out) { return open_in_child(out, LIMEN_STORE_WRITE); }
static int fresh_in_child(int out) { return open_in_child(out, LIMEN_STORE_FRESH); }
static int read_in_child(int out) { return open_in_child(out, LIMEN_STORE_READ); }

static void test_second_writer(void **state) {
  (void)state;
  char words[1024], holder[64];
  int in;
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  assert_int_equal(put_cell(store, 0, 100, NULL), LIMEN_OK);
  snprintf(holder, sizeof holder, "/run is in use by process %ld, since 20", (long)getpid());
  int (*const writers[])(int out) = {write_in_child, fresh_in_child};
  for (size_t i = 0; i < 2; i++) {
    pid_t child = start(writers[i], &in);
    assert_int_equal(end_of(child, in, words), LIMEN_FAILED);
    if (!strstr(words, holder)) assert_string_equal(words, holder);
    assert_non_null(strstr(words, "; wait for it to end, or choose another folder with --out"));
  }
  /* Reading is free to all, while the writer writes, too. */
  pid_t child = start(read_in_child, &in);
  assert_int_equal(end_of(child, in, words), LIMEN_OK);
  assert_int_equal(put_cell(store, 1, 100, NULL), LIMEN_OK);
  limen_store_close(store);
  child = start(write_in_child, &in);
  assert_int_equal(end_of(child, in, words), LIMEN_OK);
}

/* Writes cells until it is killed in the middle of one. */
static int write_for_ever(int out) {
  struct limen_store *store = NULL;
  if (limen_store_open(at("run"), LIMEN_STORE_WRITE, &store, NULL) != LIMEN_OK) return 97;
  for (size_t i = 0;; i++) {
    if (put_cell(store, i, 3000, NULL) != LIMEN_OK) return 96;
    tell(out, "x");
  }
}

static void test_a_killed_writer(void **state) {
  (void)state;
  enum { CELLS = 50 };
  char words[CELLS];
  int in, code = 0;
  pid_t child = start(write_for_ever, &in);
  for (size_t used = 0; used < CELLS;) {
    ssize_t got = read(in, words, CELLS - used);
    assert_true(got > 0);
    used += (size_t)got;
  }
  char holder[64];
  snprintf(holder, sizeof holder, "is in use by process %ld", (long)child);
  refuse_to_open(LIMEN_STORE_WRITE, LIMEN_FAILED, holder);
  kill(child, SIGKILL);
  assert_int_equal(waitpid(child, &code, 0), child);
  assert_true(WIFSIGNALED(code));
  close(in);
  /* The lock died with it, and what it had said is there. */
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  for (size_t i = 0; i < CELLS; i++) assert_true(has_cell(store, i, 3000));
  assert_int_equal(put_cell(store, 100000, 100, NULL), LIMEN_OK);
  limen_store_close(store);
}

/* Puts cells of 40 KB until the disk, here the largest file allowed, is full. */
static int fill_disk(int out) {
  const struct rlimit limit = {600000, 600000};
  struct limen_store *store = NULL;
  struct limen_error error = {0};
  char line[64];
  limen_interrupt_install();
  if (setrlimit(RLIMIT_FSIZE, &limit) != 0) return 97;
  if (limen_store_open(at("run"), LIMEN_STORE_WRITE, &store, &error) != LIMEN_OK) return 96;
  size_t i = 0;
  int status = LIMEN_OK;
  while (status == LIMEN_OK && i < 1000) {
    status = put_cell(store, i, 40000, &error);
    i += status == LIMEN_OK;
  }
  /* Again, and it still fails in peace; what is kept can still be read. */
  if (status != LIMEN_OK && put_cell(store, i, 40000, NULL) == LIMEN_OK) return 95;
  if (!has_cell(store, 0, 40000)) return 94;
  snprintf(line, sizeof line, "%zu ", i);
  tell(out, line);
  tell(out, error.text);
  limen_store_close(store);
  return status;
}

static void test_a_full_disk(void **state) {
  (void)state;
  char words[1024], *end;
  int in;
  pid_t child = start(fill_disk, &in);
  assert_int_equal(end_of(child, in, words), LIMEN_FAILED);
  size_t kept = strtoul(words, &end, 10);
  assert_true(kept > 3 && kept < 20);
  assert_non_null(strstr(end, "/run/run.db: cannot keep a cell: "));
  assert_non_null(strstr(end, "; is the disk full? finished cells are safe, run again to go on"));
  struct limen_store *store = open_store(LIMEN_STORE_WRITE);
  for (size_t i = 0; i < kept; i++) assert_true(has_cell(store, i, 40000));
  assert_false(has_cell(store, kept, 40000));
  assert_int_equal(put_cell(store, kept, 40000, NULL), LIMEN_OK);
  assert_true(has_cell(store, kept, 40000));
  limen_store_close(store);
}

/* Root may write anywhere, so the child becomes nobody. */
static void become_nobody(void) {
  if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(97);
}
static int write_as_nobody(int out) {
  become_nobody();
  return write_in_child(out);
}
static int read_as_nobody(int out) {
  become_nobody();
  return read_in_child(out);
}

static void test_a_read_only_folder(void **state) {
  (void)state;
  char words[1024];
  int in;
  make_run(1);
  assert_int_equal(unlink(at("run/.lock")), 0);
  assert_int_equal(chmod(scratch, 0755), 0);
  assert_int_equal(chmod(at("run/run.db"), 0444), 0);
  assert_int_equal(chmod(at("run"), 0555), 0);
  pid_t child = start(write_as_nobody, &in);
  assert_int_equal(end_of(child, in, words), LIMEN_FAILED);
  assert_non_null(strstr(words, "cannot write into "));
  assert_non_null(strstr(words, "/run: Permission denied; choose another folder with --out"));
  child = start(read_as_nobody, &in);
  assert_int_equal(end_of(child, in, words), LIMEN_OK);
  assert_string_equal(words, "");
  assert_int_equal(chmod(at("run"), 0755), 0);
  /* A folder that cannot even be made. */
  assert_int_equal(chmod(scratch, 0555), 0);
  assert_int_equal(limen_folder_remove(at("run"), NULL), getuid() == 0 ? LIMEN_OK : LIMEN_FAILED);
  if (getuid() == 0) {
    child = start(write_as_nobody, &in);
    assert_int_equal(end_of(child, in, words), LIMEN_FAILED);
    assert_non_null(strstr(words, "cannot make the folder "));
  }
  assert_int_equal(chmod(scratch, 0755), 0);
}

static int write_many(int out) {
  struct limen_store *store = NULL;
  (void)out;
  if (limen_store_open(at("run"), LIMEN_STORE_WRITE, &store, NULL) != LIMEN_OK) return 97;
  for (size_t i = 0; i < 300; i++)
    if (put_cell(store, i, 500, NULL) != LIMEN_OK) return 96;
  limen_store_close(store);
  return 0;
}

/* A reader sees whole cells only, in the order in which they were put, and never fails. */
static void test_reader_beside_a_writer(void **state) {
  (void)state;
  char words[1024];
  int in;
  make_run(0);
  struct limen_store *store = open_store(LIMEN_STORE_READ);
  pid_t child = start(write_many, &in);
  for (size_t seen = 0; seen < 300;)
    if (has_cell(store, seen, 500)) seen++;
  assert_int_equal(end_of(child, in, words), 0);
  assert_true(has_cell(store, 299, 500));
  limen_store_close(store);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_second_writer),      TEST(test_a_killed_writer),        TEST(test_a_full_disk),
      TEST(test_a_read_only_folder), TEST(test_reader_beside_a_writer),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
