#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_idx;

static void run(const uint8_t *bytes, size_t size) {
  static const struct limen_read_options options;
  fuzz_lay_out(bytes, size, "idx", &options);
}

static void seed(struct fuzz_seeds *to) {
  const uint8_t labels[] = {0, 0, 8, 1, 0, 0, 0, 3, 5, 0, 4};
  const uint8_t images[] = {0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 3, 11, 32, 57, 0, 83, 255};
  fuzz_seed(to, "labels", labels, sizeof labels);
  fuzz_seed(to, "images", images, sizeof images);
}

const struct fuzz_target fuzz_target_idx = {
    .name = "idx",
    .about = "idx files of bytes: vectors and ids",
    .longest = 256,
    .run = run,
    .seed = seed,
};
