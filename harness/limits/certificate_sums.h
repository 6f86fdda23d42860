/* SHA256SUMS over a folder of certificates: one line a file, as `sha256sum` writes it. */
#ifndef LIMEN_LIMITS_CERTIFICATE_SUMS_H
#define LIMEN_LIMITS_CERTIFICATE_SUMS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"
#include "base/text.h"

#define LIMEN_SUMS_NAME "SHA256SUMS"

struct limen_sums {
  struct limen_text text; /* "HASH  CLAIM/FILE\n" for every file, sorted by claim, then by file */
  char **claims;          /* the folders, sorted */
  size_t n_claims, files;
};

/* Hashes every file as it is now. LIMEN_NO, naming it, for anything that cannot belong to a claim:
 * a link, a device, a file outside the claims' folders, a folder inside one, a name with
 * backslashes (which `sha256sum` would write differently), with control characters or not in UTF-8.
 */
int limen_sums_make(const char *folder, struct limen_sums *out, struct limen_error *error);
void limen_sums_clear(struct limen_sums *sums);

int limen_sums_write(const char *folder, const struct limen_sums *sums, struct limen_error *error);

/* Compares with the SHA256SUMS in the folder. LIMEN_NO names the first file that was altered, is
 * missing or is not listed; LIMEN_INPUT when there is no such list. */
int limen_sums_compare(const char *folder, const struct limen_sums *sums,
                       struct limen_error *error);

/* Whether a name may stand in such a list. */
bool limen_sums_name_is_plain(const char *name);

#endif
