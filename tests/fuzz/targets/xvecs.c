#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_xvecs;

static const char *const formats[] = {"fvecs", "ivecs", "bvecs"};
enum { FORMATS = sizeof formats / sizeof *formats };

static void run(const uint8_t *bytes, size_t size) {
  static const struct limen_read_options options;
  for (size_t i = 0; i < FORMATS; i++) fuzz_lay_out(bytes, size, formats[i], &options);
}

static void seed(struct fuzz_seeds *to) {
  for (size_t i = 0; i < FORMATS; i++) fuzz_seed_format(to, formats[i]);
}

const struct fuzz_target fuzz_target_xvecs = {
    .name = "xvecs",
    .about = "fvecs, ivecs, bvecs: vectors and ids",
    .longest = 512,
    .run = run,
    .seed = seed,
};
