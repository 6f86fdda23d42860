/* What the build knows about itself; the values are written by cmake/write_build_info.cmake. */
#ifndef LIMEN_BASE_BUILD_INFO_H
#define LIMEN_BASE_BUILD_INFO_H

#include <stddef.h>

struct limen_code_hash {
  const char *kind; /* base name of a file in experiments/kinds/ */
  const char *hash; /* SHA-256 over what its cells depend on: sources, compiler, flags, processor */
};

extern const char *const limen_version;
extern const char *const limen_commit; /* of the sources, "unknown" outside a checkout */
extern const int limen_commit_dirty;   /* 1 when tracked files differed from the commit */
extern const char *const limen_compiler;
extern const char *const limen_compiler_flags;
extern const struct limen_code_hash limen_code_hashes[]; /* ends with NULL */

#endif
