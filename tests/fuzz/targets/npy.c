#include <stdio.h>

#include "base/memory.h"
#include "data/npy.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_npy;

static void read_array(const char *path, enum limen_npy_type type, size_t width, size_t size) {
  size_t rows = 0, columns = 0;
  void *values = NULL;
  struct limen_error error = {0};
  int status = limen_npy_read(path, type, &rows, &columns, &values, &error);
  fuzz_judge(status, LIMEN_INPUT, &error);
  fuzz_expect(status != LIMEN_OK || rows * columns * width <= size, "%zu x %zu values of %zu bytes",
              rows, columns, size);
  fuzz_expect(status == LIMEN_OK || !values, "values of a file that was refused");
  limen_free(values);
}

static void run(const uint8_t *bytes, size_t size) {
  static const struct limen_read_options options;
  const char *path = fuzz_file(bytes, size);
  fuzz_lay_out(bytes, size, "npy", &options);
  read_array(path, LIMEN_NPY_F4, 4, size);
  read_array(path, LIMEN_NPY_F8, 8, size);
  read_array(path, LIMEN_NPY_U4, 4, size);
}

static void seed_array(struct fuzz_seeds *to, const char *name, enum limen_npy_type type,
                       size_t rows, size_t columns, const void *values) {
  char path[128];
  struct limen_error error = {0};
  snprintf(path, sizeof path, "%s/a.npy", fuzz_folder());
  fuzz_expect(limen_npy_write(path, type, rows, columns, values, &error) == LIMEN_OK, "%s",
              error.text);
  fuzz_seed_file(to, name, path);
}

static void seed(struct fuzz_seeds *to) {
  const double wide[3] = {0.11, 0.32, 1e300};
  const uint32_t whole[3] = {3, 1, 0};
  fuzz_seed_format(to, "npy");
  seed_array(to, "f8", LIMEN_NPY_F8, 1, 3, wide);
  seed_array(to, "u4", LIMEN_NPY_U4, 3, 1, whole);
}

const struct fuzz_target fuzz_target_npy = {
    .name = "npy",
    .about = "NumPy arrays: vectors, ids, and the arrays of certificates",
    .longest = 512,
    .run = run,
    .seed = seed,
};
