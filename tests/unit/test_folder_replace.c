/* A folder takes another one's place: at every moment one of the two is there. */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "unit/scratch.h"

static void expect_only(const char *folder, const char *only) {
  char **names = NULL;
  size_t count = 0;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  assert_int_equal(count, 1);
  assert_string_equal(names[0], only);
  limen_folder_list_free(names, count);
}

/* A folder with one file that says which it is. */
static void put_folder(const char *name, const char *content) {
  char file[32];
  snprintf(file, sizeof file, "%s/which", name);
  assert_int_equal(limen_folder_make(at(name), NULL), LIMEN_OK);
  assert_int_equal(limen_file_write(at(file), content, strlen(content), NULL), LIMEN_OK);
}

static int replace(struct limen_error *error) {
  return limen_folder_replace(at("from"), at("to"), error);
}

static void test_replacing_a_folder(void **state) {
  (void)state;
  struct limen_error error = {0};
  put_folder("from", "first");
  assert_int_equal(replace(&error), LIMEN_OK); /* nothing is there yet */
  expect_file(at("to/which"), "first");
  put_folder("from", "second");
  assert_int_equal(limen_file_write(at("to/more"), "x", 1, NULL), LIMEN_OK);
  assert_int_equal(replace(&error), LIMEN_OK);
  expect_file(at("to/which"), "second");
  expect_only(at("to"), "which");
  expect_only(scratch, "to");
  assert_int_equal(replace(&error), LIMEN_FAILED);
  assert_non_null(strstr(error.text, "/from "));
  assert_non_null(strstr(error.text, "/to: No such file or directory"));
  expect_file(at("to/which"), "second");
}

/* Looks for the folder until it is told to end; counts its looks and how often it was not there. */
struct watch {
  atomic_bool end;
  atomic_size_t looks, absent;
};

static pid_t watch_folder(struct watch *watch, const char *path) {
  pid_t child = fork();
  assert_true(child >= 0);
  if (child > 0) {
    while (atomic_load(&watch->looks) == 0) usleep(100);
    return child;
  }
  while (!atomic_load(&watch->end)) {
    if (access(path, F_OK) != 0) atomic_fetch_add(&watch->absent, 1);
    atomic_fetch_add(&watch->looks, 1);
  }
  _exit(0);
}

static void test_a_replaced_folder_is_never_absent(void **state) {
  (void)state;
  enum { TIMES = 2000 };
  struct limen_error error = {0};
  struct watch *watch =
      mmap(NULL, sizeof *watch, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  assert_true(watch != MAP_FAILED);
  put_folder("from", "a");
  put_folder("to", "b");
  char from[128], to[128];
  snprintf(from, sizeof from, "%s", at("from"));
  snprintf(to, sizeof to, "%s", at("to"));
  if (renameat2(AT_FDCWD, from, AT_FDCWD, to, RENAME_EXCHANGE) != 0)
    skip(); /* this file system cannot */
  pid_t child = watch_folder(watch, to);
  int status = LIMEN_OK;
  for (int i = 0; i < TIMES && status == LIMEN_OK; i++) {
    status = limen_folder_make(from, &error);
    if (status == LIMEN_OK) status = limen_folder_replace(from, to, &error);
  }
  atomic_store(&watch->end, true);
  assert_int_equal(waitpid(child, NULL, 0), child);
  assert_string_equal(error.text, "");
  assert_int_equal(status, LIMEN_OK);
  assert_true(atomic_load(&watch->looks) > TIMES / 10); /* or it has seen nothing */
  assert_int_equal(atomic_load(&watch->absent), 0);
  munmap(watch, sizeof *watch);
}

/* Makes renameat2 fail with `reason` whenever it is asked to exchange, in this process and for
 * good. */
static bool forbid_exchange(unsigned reason) {
  const struct sock_filter filter[] = {
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_renameat2, 0, 3),
      BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, args[4])),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, RENAME_EXCHANGE, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | reason),
      BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)};
  const struct sock_fprog program = {sizeof filter / sizeof *filter, (struct sock_filter *)filter};
  return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 &&
         prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0;
}

/* In a child, as a filter cannot be taken back. */
static int replace_with_refusal(unsigned reason) {
  enum { NO_FILTER = 77 };
  int code = 0;
  pid_t child = fork();
  assert_true(child >= 0);
  if (child == 0) _exit(forbid_exchange(reason) ? replace(NULL) : NO_FILTER);
  assert_int_equal(waitpid(child, &code, 0), child);
  if (WIFEXITED(code) && WEXITSTATUS(code) == NO_FILTER) skip();
  return WIFEXITED(code) ? WEXITSTATUS(code) : -1;
}

static void test_replacing_without_an_exchange(void **state) {
  (void)state;
  static const unsigned reasons[] = {EINVAL, ENOSYS, EOPNOTSUPP};
  for (size_t i = 0; i < sizeof reasons / sizeof *reasons; i++) {
    put_folder("from", "new");
    put_folder("to", "old");
    assert_int_equal(replace_with_refusal(reasons[i]), LIMEN_OK);
    expect_file(at("to/which"), "new");
    expect_only(scratch, "to");
    /* What cannot be moved leaves the old one where it was. */
    assert_int_equal(replace_with_refusal(reasons[i]), LIMEN_FAILED);
    expect_file(at("to/which"), "new");
    expect_only(scratch, "to");
  }
  /* Any other reason would hold for a plain rename as well. */
  put_folder("from", "newer");
  assert_int_equal(replace_with_refusal(EROFS), LIMEN_FAILED);
  expect_file(at("to/which"), "new");
  expect_file(at("from/which"), "newer");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, scratch_setup, scratch_teardown)

int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(test_replacing_a_folder),
      TEST(test_a_replaced_folder_is_never_absent),
      TEST(test_replacing_without_an_exchange),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
