/* A file whose name says nothing: its format is told from its content, and gz is unpacked. */
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include "data/format_entry.h"
#include "fuzz/files.h"
#include "fuzz/judge.h"
#include "fuzz/seeds.h"
#include "fuzz/target.h"
#include "fuzz/vectors.h"

extern const struct fuzz_target fuzz_target_detect;

static void run(const uint8_t *bytes, size_t size) {
  static const size_t dimensions[] = {0, 3};
  /* HDF5 is read by a child process, which takes long; it has a target of its own. */
  const struct limen_mapping file = {.bytes = bytes, .size = size, .descriptor = -1};
  if (limen_format_find("hdf5")->has_magic(&file)) return;
  const char *path = fuzz_file(bytes, size);
  for (size_t i = 0; i < 2; i++) {
    const struct limen_read_options options = {.dimension = dimensions[i]};
    fuzz_read_vectors(path, &options);
    fuzz_read_ids(path, &options);
  }
}

static void seed_packed(struct fuzz_seeds *to) {
  const uint32_t bytes[] = {3, 1, 2, 0, 3, 3, 0, 1};
  char path[128];
  snprintf(path, sizeof path, "%s/a.gz", fuzz_folder());
  gzFile file = gzopen(path, "wb");
  fuzz_expect(file && gzwrite(file, bytes, sizeof bytes) == sizeof bytes && gzclose(file) == Z_OK,
              "%s cannot be written", path);
  fuzz_seed_file(to, "gz", path);
}

static void seed(struct fuzz_seeds *to) {
  for (size_t i = 0; limen_format_at(i); i++)
    if (strcmp(limen_format_name(i), "hdf5") != 0) fuzz_seed_format(to, limen_format_name(i));
  seed_packed(to);
}

const struct fuzz_target fuzz_target_detect = {
    .name = "detect",
    .about = "files of any format without a telling name, gz among them",
    .longest = 512,
    .run = run,
    .seed = seed,
};
