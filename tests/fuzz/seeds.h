/* Where a target's seeds go: a folder for libFuzzer, or at once to the target itself. */
#ifndef LIMEN_FUZZ_SEEDS_H
#define LIMEN_FUZZ_SEEDS_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_seeds {
  void (*take)(void *context, const char *name, const uint8_t *bytes, size_t size);
  void *context;
};

void fuzz_seed(struct fuzz_seeds *to, const char *name, const void *bytes, size_t size);
/* The content of a file that was just written. */
void fuzz_seed_file(struct fuzz_seeds *to, const char *name, const char *path);

#endif
