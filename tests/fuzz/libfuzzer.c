/* One target as a program of libFuzzer's: FUZZ_TARGET names it (CMakeLists.txt).
 *
 * With LIMEN_FUZZ_SEEDS=FOLDER in the environment it writes the target's seeds there and ends; its
 * options are libFuzzer's own (-help=1). */
#include <gsl/gsl_errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/threads.h"
#include "fuzz/files.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"

extern const struct fuzz_target FUZZ_TARGET;

int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void write_seed(void *context, const char *name, const uint8_t *bytes, size_t size) {
  fuzz_file_in(context, name, bytes, size);
}

/* Puts the target's longest input before the user's options, which then count. */
static void set_longest(int *argc, char ***argv) {
  static char option[40];
  char **arguments = calloc((size_t)*argc + 2, sizeof *arguments);
  if (!arguments) abort();
  snprintf(option, sizeof option, "-max_len=%zu", FUZZ_TARGET.longest);
  arguments[0] = (*argv)[0];
  arguments[1] = option;
  for (int i = 1; i < *argc; i++) arguments[i + 1] = (*argv)[i];
  *argv = arguments;
  ++*argc;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  char *folder = getenv("LIMEN_FUZZ_SEEDS");
  gsl_set_error_handler_off();
  json_object_seed(1); /* the same input runs through the same code every time */
  limen_threads_set(1);
  if (folder) {
    struct fuzz_seeds seeds = {write_seed, folder};
    if (FUZZ_TARGET.seed) FUZZ_TARGET.seed(&seeds);
    exit(0);
  }
  set_longest(argc, argv);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size) {
  FUZZ_TARGET.run(bytes, size);
  return 0;
}
