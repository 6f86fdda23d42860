/* What the targets of vectors and ids share. */
#ifndef LIMEN_FUZZ_VECTORS_H
#define LIMEN_FUZZ_VECTORS_H

#include <stddef.h>
#include <stdint.h>

#include "data/format.h"

/* Opens a file, reads and checks all vectors, or ids; a file that is refused for its values is
 * opened once more with options->allow_bad. */
void fuzz_read_vectors(const char *path, const struct limen_read_options *options);
void fuzz_read_ids(const char *path, const struct limen_read_options *options);

/* Lays the bytes out as a format does, for vectors and for ids, and reads them where they stand,
 * which takes a tenth of the time that a file does. */
void fuzz_lay_out(const uint8_t *bytes, size_t size, const char *format,
                  const struct limen_read_options *options);

/* Small vectors, and ids with distances, written in a format: "fvecs", "fvecs-ids" ... */
struct fuzz_seeds;
void fuzz_seed_format(struct fuzz_seeds *to, const char *format);

#endif
