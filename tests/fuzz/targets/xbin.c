#include <string.h>

#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_xbin;

static const char *const formats[] = {"fbin", "u8bin", "i8bin", "ibin"};
enum { FORMATS = sizeof formats / sizeof *formats };

static void run(const uint8_t *bytes, size_t size) {
  static const struct limen_read_options options;
  for (size_t i = 0; i < FORMATS; i++) fuzz_lay_out(bytes, size, formats[i], &options);
}

static void seed(struct fuzz_seeds *to) {
  const uint64_t wide[5] = {2, 3, 0x3f8000003f000000, 0x3e80000040000000, 0x3f000000bf800000};
  for (size_t i = 0; i < FORMATS; i++) fuzz_seed_format(to, formats[i]);
  fuzz_seed(to, "wide", wide, sizeof wide);
}

const struct fuzz_target fuzz_target_xbin = {
    .name = "xbin",
    .about = "fbin, u8bin, i8bin, ibin with or without distances: vectors and ids",
    .longest = 512,
    .run = run,
    .seed = seed,
};
