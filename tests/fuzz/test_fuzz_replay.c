/* Every fuzz target with its seeds, with the empty input, and with all that was found to do harm
 * (found/TARGET): none of it may do so again. */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
// cmocka.h needs those above it.
#include <cmocka.h>

#include "base/file.h"
#include "base/memory.h"
#include "base/threads.h"
#include "fuzz/files.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"

/* ---- which input it was, when a target ends the program ---- */

static char now[640];

static void say_which(int signal_number) {
  static const char words[] = "this input ended the program: ";
  if (write(STDERR_FILENO, words, sizeof words - 1) < 0 ||
      write(STDERR_FILENO, now, strlen(now)) < 0 || write(STDERR_FILENO, "\n", 1) < 0)
    _exit(1);
  signal(signal_number, SIG_DFL);
  raise(signal_number);
}

static size_t replayed;

static void replay(void *context, const char *name, const uint8_t *bytes, size_t size) {
  const struct fuzz_target *target = context;
  snprintf(now, sizeof now, "%s, %s", target->name, name);
  target->run(bytes, size);
  replayed++;
}

/* ---- where inputs come from ---- */

static void replay_folder(const struct fuzz_target *target, const char *kind) {
  char folder[256], path[512];
  char **names = NULL;
  size_t count = 0;
  snprintf(folder, sizeof folder, "%s/tests/fuzz/%s/%s", LIMEN_SOURCE_DIR, kind, target->name);
  if (!limen_folder_exists(folder)) return;
  assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
  for (size_t i = 0; i < count; i++) {
    size_t size = 0;
    snprintf(path, sizeof path, "%s/%s", folder, names[i]);
    uint8_t *bytes = fuzz_file_read(path, &size);
    replay((void *)(uintptr_t)target, path, bytes, size);
    limen_free(bytes);
  }
  limen_folder_list_free(names, count);
}

/* Seeds are good inputs: cut anywhere, they are all sorts of bad ones. */
static void replay_cut(void *context, const char *name, const uint8_t *bytes, size_t size) {
  enum { CUTS = 16 };
  const size_t step = size / CUTS + 1;
  for (size_t length = 0; length < size; length += step) replay(context, name, bytes, length);
  replay(context, name, bytes, size);
}

static void test_target(void **state) {
  const struct fuzz_target *target = *state;
  struct fuzz_seeds seeds = {replay_cut, *state};
  replayed = 0;
  replay(*state, "the empty input", (const uint8_t *)"", 0);
  if (target->seed) target->seed(&seeds);
  replay_folder(target, "corpus");
  replay_folder(target, "found");
  if (replayed < 2) fail_msg("%s has no seed: write one, or put one into corpus/", target->name);
}

/* A folder of inputs that no target reads would be replayed by nobody. */
static void test_folders_have_targets(void **state) {
  (void)state;
  static const char *const kinds[] = {"corpus", "found"};
  for (size_t k = 0; k < 2; k++) {
    char folder[256], **names = NULL;
    size_t count = 0;
    snprintf(folder, sizeof folder, "%s/tests/fuzz/%s", LIMEN_SOURCE_DIR, kinds[k]);
    assert_int_equal(limen_folder_list(folder, &names, &count, NULL), LIMEN_OK);
    for (size_t i = 0; i < count; i++)
      if (!fuzz_target_find(names[i])) fail_msg("%s/%s belongs to no target", folder, names[i]);
    limen_folder_list_free(names, count);
  }
}

int main(void) {
  enum { MOST = 64 };
  static struct CMUnitTest tests[MOST];
  size_t count = 0;
  static const int signals[] = {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL};
  for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) signal(signals[i], say_which);
  limen_threads_set(1);
  tests[count++] = (struct CMUnitTest)cmocka_unit_test(test_folders_have_targets);
  for (size_t i = 0; fuzz_target_at(i) && count < MOST; i++)
    tests[count++] = (struct CMUnitTest){fuzz_target_at(i)->name, test_target, NULL, NULL,
                                         (void *)(uintptr_t)fuzz_target_at(i)};
  return _cmocka_run_group_tests("fuzz targets", tests, count, NULL, NULL);
}
