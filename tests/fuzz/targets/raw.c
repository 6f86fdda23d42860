#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_raw;

/* A dimension that divides nothing, and the largest there is. */
static void run(const uint8_t *bytes, size_t size) {
  static const size_t dimensions[] = {1, 3, SIZE_MAX / 4, SIZE_MAX};
  for (size_t i = 0; i < sizeof dimensions / sizeof *dimensions; i++) {
    const struct limen_read_options options = {.format = "raw", .dimension = dimensions[i]};
    fuzz_lay_out(bytes, size, "raw", &options);
  }
}

static void seed(struct fuzz_seeds *to) {
  const float values[6] = {0.11f, 0.32f, 0.57f, -1, 1e30f, 0};
  fuzz_seed(to, "rows", values, sizeof values);
}

const struct fuzz_target fuzz_target_raw = {
    .name = "raw",
    .about = "float32 without a header, of several dimensions",
    .longest = 256,
    .run = run,
    .seed = seed,
};
