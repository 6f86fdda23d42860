#include "fuzz/seeds.h"

#include "base/memory.h"
#include "fuzz/files.h"

void fuzz_seed(struct fuzz_seeds *to, const char *name, const void *bytes, size_t size) {
  to->take(to->context, name, bytes, size);
}

void fuzz_seed_file(struct fuzz_seeds *to, const char *name, const char *path) {
  size_t size = 0;
  uint8_t *bytes = fuzz_file_read(path, &size);
  fuzz_seed(to, name, bytes, size);
  limen_free(bytes);
}
