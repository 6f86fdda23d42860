/* What the targets of vector files share: a file is read as vectors and as ids, in every way. */
#ifndef LIMEN_FUZZ_VECTORS_H
#define LIMEN_FUZZ_VECTORS_H

#include "data/format.h"

/* Opens, reads and checks all vectors; a file that is refused for its values is opened once more
 * with options->allow_bad. */
void fuzz_read_vectors(const char *path, const struct limen_read_options *options);
void fuzz_read_ids(const char *path, const struct limen_read_options *options);

/* Both, as a file of the format of this name. */
void fuzz_read_as(const uint8_t *bytes, size_t size, const char *format);

/* Small vectors, and ids with distances, written in a format: "fvecs", "fvecs-ids" ... */
struct fuzz_seeds;
void fuzz_seed_format(struct fuzz_seeds *to, const char *format);

#endif
