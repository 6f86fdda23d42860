/* Fuzz targets (registry: targets.def): what reads a stranger's bytes, given any bytes at all.
 *
 * libFuzzer calls a target with inputs that it makes up (libfuzzer.c); the tests call it with the
 * seeds and with every input that was ever found to do harm (test_fuzz_replay.c). */
#ifndef LIMEN_FUZZ_TARGET_H
#define LIMEN_FUZZ_TARGET_H

#include <stddef.h>
#include <stdint.h>

struct fuzz_seeds; /* who takes them (seeds.h) */

struct fuzz_target {
  const char *name, *about;
  size_t longest; /* bytes; more are cut off, as small inputs reach as much and go faster */
  /* Reads `bytes`, which may be anything, and ends the program when an answer cannot be right.
   * Leaves nothing behind. */
  void (*run)(const uint8_t *bytes, size_t size);
  /* Good inputs to start from that are no text and so are made; NULL: those in corpus/ do. */
  void (*seed)(struct fuzz_seeds *to);
};

const struct fuzz_target *fuzz_target_at(size_t i); /* NULL past the end */
const struct fuzz_target *fuzz_target_find(const char *name);

#endif
