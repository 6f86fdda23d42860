#include "support/program.h"

#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* ---- in the child, between fork and exec ---- */

static bool change_environment(const char *const *changes) {
  for (size_t i = 0; changes && changes[i]; i++)
    if (strchr(changes[i], '=') ? putenv((char *)changes[i]) : unsetenv(changes[i])) return false;
  return true;
}

/* The limit holds for the program alone, and SIGXFSZ has its deadly default again: a program that
 * does not see to it dies. */
static bool limit_files(size_t bytes) {
  struct rlimit limit = {bytes, bytes};
  if (bytes == 0) return true;
  signal(SIGXFSZ, SIG_DFL);
  return setrlimit(RLIMIT_FSIZE, &limit) == 0;
}

static bool become_nobody(void) {
  const struct passwd *nobody = getpwnam("nobody");
  return nobody && setgid(nobody->pw_gid) == 0 && setuid(nobody->pw_uid) == 0;
}

static bool direct_streams(const struct program_setup *setup, const struct program *program) {
  int output = setup->output ? open(setup->output, O_WRONLY) : program->out;
  int input = open("/dev/null", O_RDONLY);
  if (output < 0 || dup2(input, 0) < 0 || dup2(output, 1) < 0 || dup2(program->err, 2) < 0)
    return false;
  if (setup->output_closed) close(1);
  return true;
}

static void become_program(const struct program_setup *setup, const struct program *program,
                           const char *const *arguments) {
  const char *path = setup->program ? setup->program : LIMEN_PROGRAM, *words[32] = {path};
  size_t count = 1;
  for (size_t i = 0; arguments[i] && count < 31; i++) words[count++] = arguments[i];
  if (direct_streams(setup, program) && (!setup->folder || chdir(setup->folder) == 0) &&
      change_environment(setup->environment) && limit_files(setup->file_bytes_most) &&
      (!setup->unprivileged || become_nobody()))
    execv(path, (char *const *)words);
  _exit(PROGRAM_NOT_STARTED);
}

/* ---- in the test ---- */

struct program program_start(const struct program_setup *setup, const char *const *arguments) {
  static const struct program_setup plain;
  struct program program = {.out = memfd_create("out", MFD_CLOEXEC),
                            .err = memfd_create("err", MFD_CLOEXEC)};
  assert_true(program.out >= 0 && program.err >= 0);
  fflush(NULL); /* what waits in our buffers must not be written twice */
  program.id = fork();
  assert_true(program.id >= 0);
  if (program.id == 0) become_program(setup ? setup : &plain, &program, arguments);
  return program;
}

static char *content(int descriptor) {
  off_t size = lseek(descriptor, 0, SEEK_END);
  char *text = calloc((size_t)size + 1, 1);
  assert_non_null(text);
  assert_int_equal(pread(descriptor, text, (size_t)size, 0), size);
  close(descriptor);
  return text;
}

struct program_result program_wait(struct program *program) {
  int code = 0;
  while (waitpid(program->id, &code, 0) < 0) assert_int_equal(errno, EINTR);
  return (struct program_result){
      .status = WIFEXITED(code) ? WEXITSTATUS(code) : 128 + WTERMSIG(code),
      .out = content(program->out),
      .err = content(program->err)};
}

struct program_result program_run(const struct program_setup *setup, const char *const *arguments) {
  struct program program = program_start(setup, arguments);
  return program_wait(&program);
}

void program_result_clear(struct program_result *result) {
  free(result->out);
  free(result->err);
  *result = (struct program_result){0};
}

void expect_word(const char *text, const char *word) {
  if (!strstr(text, word)) fail_msg("\"%s\" does not stand in:\n%s", word, text);
}

void expect_run(const struct program_setup *setup, int status, const char *const *arguments,
                const char *const *words) {
  struct program_result result = program_run(setup, arguments);
  if (result.status != status)
    fail_msg("limen %s %s: exit status %d in place of %d:\n%s%s", arguments[0],
             arguments[0] && arguments[1] ? arguments[1] : "", result.status, status, result.out,
             result.err);
  for (size_t i = 0; words && words[i]; i++) expect_word(result.err, words[i]);
  program_result_clear(&result);
}

void expect_output(const struct program_setup *setup, const char *const *arguments,
                   const char *const *words) {
  struct program_result result = program_run(setup, arguments);
  if (result.status != 0) fail_msg("limen %s: exit status %d", arguments[0], result.status);
  for (size_t i = 0; words[i]; i++) expect_word(result.out, words[i]);
  program_result_clear(&result);
}
