#include "faults/inside.h"

#include <fcntl.h>
#include <omp.h>
#include <pwd.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <cmocka.h>

#include "support/folder.h"

enum { WORDS_MOST = 32, PATIENCE_S = 60 };

bool faults_long(void) {
  const char *form = getenv("LIMEN_FAULTS");
  return form && strcmp(form, "long") == 0;
}

size_t faults_next(struct faults_reach reach, size_t at) {
  size_t next = (size_t)((double)at * reach.growth);
  return at < reach.first || next <= at ? at + 1 : next;
}

char *inside_install(void) {
  static const char memory[] = "/dev/shm";
  if (access(memory, W_OK) == 0) setenv("TMPDIR", memory, 1);
  char *folder = folder_make(), *cache = path_of(folder, "cache"), *path = NULL;
  const char *programs = getenv("PATH");
  setenv("LIMEN_CACHE", cache, 1);
  if (asprintf(&path, "%s:%s", LIMEN_FAULTS_BIN, programs ? programs : "") < 0) abort();
  setenv("PATH", path, 1);
  fault_install();
  free(cache);
  free(path);
  return folder;
}

static bool become_nobody(void) {
  const struct passwd *nobody = getpwnam("nobody");
  return nobody && setgid(nobody->pw_gid) == 0 && setuid(nobody->pw_uid) == 0;
}

/* In the child. What the sanitizer of leaks finds at exit changes the status. */
static void become_program(const struct program *program, const struct fault *fault,
                           bool unprivileged, const char *const *words) {
  char *copies[WORDS_MOST + 1] = {strdup("limen")};
  int count = 1, input = open("/dev/null", O_RDONLY);
  for (size_t i = 0; words[i] && count < WORDS_MOST; i++) copies[count++] = strdup(words[i]);
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  /* cmocka's handlers would go on with the test, in the child. */
  static const int signals[] = {SIGSEGV, SIGBUS, SIGFPE, SIGILL, SIGABRT};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], SIG_DFL);
  if (input < 0 || dup2(input, 0) < 0 || dup2(program->out, 1) < 0 || dup2(program->err, 2) < 0 ||
      chdir(LIMEN_SOURCE_DIR) != 0 || (unprivileged && !become_nobody()))
    _exit(PROGRAM_NOT_STARTED);
  alarm(PATIENCE_S);
  fault_set(fault);
  int status = limen_main(count, copies);
  fault_set(NULL);
  for (int i = 0; i < count; i++) free(copies[i]);
  exit(status);
}

static struct program_result run(const struct fault *fault, bool unprivileged,
                                 const char *const *words) {
  struct program program = {.out = memfd_create("out", MFD_CLOEXEC),
                            .err = memfd_create("err", MFD_CLOEXEC)};
  assert_true(program.out >= 0 && program.err >= 0);
  fflush(NULL);
  program.id = fork();
  assert_true(program.id >= 0);
  if (program.id == 0) become_program(&program, fault, unprivileged, words);
  return program_wait(&program);
}

struct program_result inside_run(const struct fault *fault, const char *const *words) {
  return run(fault, false, words);
}

struct program_result inside_run_as_nobody(const char *const *words) {
  return run(NULL, geteuid() == 0, words);
}

void inside_run_well(const char *const *words) {
  struct program_result result = inside_run(NULL, words);
  if (result.status != 0) fail_msg("limen %s: %d: %s", words[0], result.status, result.err);
  program_result_clear(&result);
}
